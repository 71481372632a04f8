# SPDX-License-Identifier: MIT
"""A server, two people who talk, and those who attack it."""

import contextlib
import re
import select
import socket
import ssl
import struct

from wire import client, server, tls

HOST = "localhost"
PASSWORD = "secret"
PATIENCE = 60.0  # seconds until what did not happen is a failure; never waited for in vain

UNHEARD = 1.0  # after which a server that reads nothing is not waited for; either way is good

# Nobody is slowed down: what is tried is to be tried in full. Few seconds at the end for
# those who will not leave.
SETTINGS = ("c2s.rate=1GiB", "c2s.burst=1GiB", "drain=100ms")

HEADER = client.header(HOST).encode()
END = b"</stream:stream>"
TLS = tls.context()


class Scene:
    """Started by `with`: romeo and juliet are logged in and available, mallory has an account."""

    def __init__(self, program, settings):
        self.server = server.Server(program, (*SETTINGS, *settings))
        self.random = None
        self.said = 0

    def __enter__(self):
        self.server.__enter__()
        try:
            for user in ("romeo", "juliet", "mallory"):
                self.server.add_user(user, password=PASSWORD)
            self.come()
        except BaseException as failure:
            self.server.__exit__(type(failure), failure, None)
            raise
        return self

    def __exit__(self, kind, value, trace):
        with contextlib.closing(self.romeo), contextlib.closing(self.juliet):
            return self.server.__exit__(kind, value, trace)

    # --- people ---

    def come(self):
        self.romeo, self.juliet = self.enter("romeo"), self.enter("juliet")
        for person in (self.romeo, self.juliet):
            person.send("<presence/>")

    def enter(self, user, **how):
        """Logs in over the wire, without presence."""
        return client.log_in(self.server.address(), HOST, user, None, PASSWORD, **how)

    def talk(self):
        """Each hears the other, and the server answers both."""
        for one, other in ((self.romeo, self.juliet), (self.juliet, self.romeo)):
            self.said += 1
            body = f"said {self.said}"
            one.send(f"<message to='{other.jid}' type='chat'><body>{body}</body></message>")
            self.hear(other, body)

    @staticmethod
    def hear(person, body):
        """Others may say something, too; errors of one's own may not come."""
        while True:
            kind, got = person.get(PATIENCE)
            if kind != "element":
                raise AssertionError(f"{person.jid} got {kind} {got}")
            if got.name[1] == "message" and got.child("body") and \
                    got.child("body").text() == body:
                return

    # --- those who attack ---

    def stranger(self, name="c2s", **how):
        return Attacker(self.server.address(name), **how)

    def mallory(self, receive_bytes=None):
        """Logged in."""
        return Attacker.of(self.enter("mallory", receive_bytes=receive_bytes))

    def unbound_mallory(self):
        """Logged in, without a resource."""
        connection = client.Connection(self.server.address())
        connection.open(HOST)
        connection.authenticate("SCRAM-SHA-1", "mallory", PASSWORD)
        connection.open(HOST)
        return Attacker.of(connection)


class Attacker:
    """A socket that minds nothing. `got` is all that came, `ended` whether the server ended it."""

    def __init__(self, address, secure=False, source=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.begin()
        if secure:
            self.secure()

    def begin(self):
        self.got = bytearray()
        self.ended = False
        self.said = 0

    @classmethod
    def of(cls, connection):
        attacker = cls.__new__(cls)
        attacker.socket = connection.socket
        attacker.jid = connection.jid
        attacker.begin()
        return attacker

    def secure(self):
        self.socket = TLS.wrap_socket(self.socket, server_hostname=HOST)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def push(self, data, hear=True):
        """Sends all of it, unless the server ends the connection; hears what comes meanwhile.
        False: the server did neither for a long time (or, not hearing, stopped reading)."""
        left = memoryview(data.encode() if isinstance(data, str) else data)
        if isinstance(self.socket, ssl.SSLSocket):
            with self.endings():
                self.socket.settimeout(PATIENCE)
                self.socket.sendall(left)
            return True
        self.socket.setblocking(False)
        while left and not self.ended:
            waiting = select.poll()
            waiting.register(self.socket, select.POLLOUT | (select.POLLIN if hear else 0))
            ready = waiting.poll(1000 * (PATIENCE if hear else UNHEARD))
            if not ready:
                return False
            with self.endings():
                if ready[0][1] & select.POLLIN:
                    self.take()
                if ready[0][1] & ~select.POLLIN and not self.ended:
                    left = left[self.socket.send(left[:65536]):]
        return True

    def take(self):
        data = self.socket.recv(65536)
        self.got += data
        self.ended = not data

    @contextlib.contextmanager
    def endings(self):
        try:
            yield
        except (ssl.SSLWantReadError, BlockingIOError):
            pass
        except TimeoutError:
            raise
        except OSError:
            self.ended = True

    def hear(self, part):
        """Until that came."""
        while part not in self.got:
            if self.ended:
                raise AssertionError(f"no {part} in {bytes(self.got[-1000:])}")
            self.hear_more()

    def hear_more(self):
        self.socket.settimeout(PATIENCE)
        try:
            with self.endings():
                self.take()
        except TimeoutError:
            raise AssertionError(f"nothing more after {bytes(self.got[-1000:])}") from None

    def until_ended(self):
        """The server must end the connection. Returns the condition of its stream error."""
        while not self.ended:
            self.hear_more()
        found = re.search(rb"<stream:error [^>]*><([a-z-]+)[ />]", self.got)
        return found[1].decode() if found else None

    def leave(self):
        """Sends nothing more, and waits for the server to end it, too."""
        with self.endings():
            socket.socket.shutdown(self.socket, socket.SHUT_WR)  # below TLS, if there is any
        return self.until_ended()

    def drop(self):
        """Without a word: the kernel sends RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def hello():
    """The first flight of a TLS client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        TLS.wrap_bio(incoming, outgoing, server_hostname=HOST).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def expect(attacker, condition):
    """The stream error that must have ended it."""
    got = attacker.until_ended()
    assert got == condition, f"{got} instead of {condition}: {bytes(attacker.got[-1000:])}"
