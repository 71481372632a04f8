# SPDX-License-Identifier: MIT
"""The SOCKS5 proxy (XEP-0065): what passes through it, who wants too much of it, who breaks it."""

import hashlib
import socket
import threading
import time
import time

from scene import HOST, PASSWORD, PATIENCE
from wire import client
from wire.settings import setting

SETTINGS = ("modules.bytestreams.enabled=yes", "listen.socks5.enabled=yes",
            "listen.socks5.port=0")
NS = "http://jabber.org/protocol/bytestreams"


class End(socket.socket):
    """A connection to the proxy."""

    def __init__(self, scene, receive_bytes=None):
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        if receive_bytes:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.settimeout(PATIENCE)
        self.connect(scene.server.address("socks5"))

    def take(self, count):
        got = b""
        while len(got) < count:
            piece = self.recv(min(65536, count - len(got)))
            assert piece, f"the end after {len(got)} of {count} bytes"
            got += piece
        return got

    def has_ended(self):
        try:
            while self.recv(65536):
                pass
        except ConnectionError:
            pass
        return True


def key_of(sid, requester, target):
    return hashlib.sha1(f"{sid}{requester}{target}".encode()).hexdigest().encode()


def request(key):
    return b"\5\1\0\3" + bytes([len(key)]) + key + b"\0\0"


def connect(scene, key, **how):
    """An end that has asked for the hash."""
    end = End(scene, **how)
    end.sendall(b"\5\1\0")
    assert end.take(2) == b"\5\0"
    end.sendall(request(key))
    assert end.take(5 + len(key) + 2) == b"\5\0\0\3" + bytes([len(key)]) + key + b"\0\0"
    return end


def activate(scene, sid):
    """romeo's request, and its answer: None, or the condition."""
    scene.romeo.send(f"<iq type='set' to='proxy.{HOST}' id='{sid}'><query xmlns='{NS}' "
                     f"sid='{sid}'><activate>{scene.juliet.jid}</activate></query></iq>")
    while True:
        _, got = scene.romeo.get(PATIENCE)
        if got.attributes.get(("", "id")) == sid:
            error = got.child("error")
            return error.elements()[0].name[1] if error else None


def tunnel(scene, sid, **how):
    """Two ends between which bytes pass."""
    key = key_of(sid, scene.romeo.jid, scene.juliet.jid)
    ends = connect(scene, key, **how), connect(scene, key)
    assert activate(scene, sid) is None
    return ends


@setting(*SETTINGS)
def test_bytes_pass(scene):
    """both ways at once, all of them, in order, and to the end"""
    one, other = tunnel(scene, "s1")
    data = scene.random.randbytes(8 * 1024 * 1024)
    sender = threading.Thread(target=lambda: (one.sendall(data),
                                              one.shutdown(socket.SHUT_WR)))
    sender.start()
    back = threading.Thread(target=lambda: other.sendall(data[:100000]))
    back.start()
    assert one.take(100000) == data[:100000]
    assert other.take(len(data)) == data
    assert other.recv(1) == b""
    sender.join()
    back.join()
    assert one.has_ended()
    one.close()
    other.close()


@setting(*SETTINGS)
def test_bytes_in_pieces(scene):
    """greeting and request may come byte by byte, or together with the first data"""
    key = key_of("s1", scene.romeo.jid, scene.juliet.jid)
    one = End(scene)
    for byte in b"\5\1\0" + request(key.upper()):
        one.sendall(bytes([byte]))
    other = End(scene)
    other.sendall(b"\5\1\0" + request(key) + b"too early")
    for end in (one, other):
        assert end.take(2 + 47)[-42:-2] == key
    assert activate(scene, "s1") is None
    other.sendall(b"in time")
    got = one.take(7)
    assert got in (b"in time", b"too ear"), got
    other.close()
    assert one.has_ended()
    one.close()


@setting(*SETTINGS)
def test_who_is_not_there(scene):
    """one end alone, a third, twice, another's: nothing is opened"""
    key = key_of("s1", scene.romeo.jid, scene.juliet.jid)
    assert activate(scene, "s1") == "item-not-found"
    one = connect(scene, key)
    assert activate(scene, "s1") == "not-allowed"
    other = connect(scene, key)
    third = End(scene)
    third.sendall(b"\5\1\0" + request(key))
    assert third.take(2 + 10)[2:4] == b"\5\2"
    assert third.has_ended()
    assert activate(scene, "s2") == "item-not-found"
    assert activate(scene, "s1") is None
    assert activate(scene, "s1") == "not-allowed"
    one.sendall(b"x")
    assert other.take(1) == b"x"
    for end in (one, other, third):
        end.close()
    # an end that left before is no end
    one, other = connect(scene, key), connect(scene, key)
    one.close()
    while activate(scene, "s1") is None:  # it may be still on its way
        assert other.has_ended()
        one, other = connect(scene, key), connect(scene, key)
        one.close()
    again = connect(scene, key)
    assert activate(scene, "s1") is None
    again.sendall(b"y")
    assert other.take(1) == b"y"


@setting(*SETTINGS)
def test_what_is_no_request(scene):
    """the proxy connects to nothing else, and whoever speaks otherwise is cut off"""
    hello = b"\5\1\0"
    for said, answer in (
            (hello + b"\5\1\0\1\x7f\0\0\1\0\x50", b"\5\0\5\x08"),  # an address
            (hello + b"\5\1\0\3\x09localhost\0\x50", b"\5\0\5\x08"),  # a name
            (hello + b"\5\2\0\3\x28" + b"0" * 40 + b"\0\0", b"\5\0\5\x07"),  # BIND
            (hello + b"\5\3\0\3\x28" + b"0" * 40 + b"\0\0", b"\5\0\5\x07"),  # UDP
            (b"\5\1\2", b"\5\xff"), (b"\5\0", b"\5\xff"), (hello + b"\4\1", b"\5\0"),
            (b"\4\1\0\x50\x7f\0\0\1a\0", b""), (b"GET / HTTP/1.1\r\n\r\n", b""),
            (hello + b"\5\1\0\3\xff" + scene.random.randbytes(300), b"\5\0\5\x08")):
        with End(scene) as end:
            end.sendall(said)
            got = b""
            try:
                while piece := end.recv(100):
                    got += piece
            except ConnectionError:
                pass
            assert got[:len(answer)] == answer and (answer or not got), (said, got)


@setting(*SETTINGS, "modules.bytestreams.max_per_account=3")
def test_too_many(scene):
    """an account has a number of tunnels, and gets others when some end"""
    open_ones = [tunnel(scene, f"s{n}") for n in range(3)]
    key = key_of("s9", scene.romeo.jid, scene.juliet.jid)
    waiting = connect(scene, key), connect(scene, key)
    assert activate(scene, "s9") == "resource-constraint"
    for end in open_ones[0]:
        end.close()
    deadline = time.monotonic() + PATIENCE
    while (got := activate(scene, "s9")) is not None:
        assert got == "resource-constraint" and time.monotonic() < deadline, got
    for end in (*waiting, *open_ones[1], *open_ones[2]):
        end.close()


@setting(*SETTINGS, "connections.output_max=256KiB")
def test_a_deaf_end(scene):
    """an end that does not read stops the other, and takes no memory"""
    deaf, sender = tunnel(scene, "s1", receive_bytes=4096)
    sender.setblocking(False)
    sent, idle = 0, 0
    while idle < 20:  # until the proxy does not read any more
        try:
            sent += sender.send(b"x" * 65536)
            idle = 0
        except BlockingIOError:
            idle += 1
            scene.talk()
        assert sent < 64 * 1024 * 1024
    sender.settimeout(PATIENCE)
    sender.shutdown(socket.SHUT_WR)
    assert len(deaf.take(sent)) == sent  # and nothing is lost
    assert deaf.recv(1) == b""
    deaf.close()
    sender.close()


@setting(*SETTINGS, "modules.bytestreams.rate=256KiB")
def test_a_rate(scene):
    """who sends faster than it may is read from slower, and loses nothing"""
    one, other = tunnel(scene, "s1")
    data = scene.random.randbytes(640 * 1024)
    sender = threading.Thread(target=lambda: one.sendall(data))
    sender.start()
    assert other.take(len(data)) == data
    sender.join()
    one.close()
    other.close()


@setting(*SETTINGS)
def test_strangers_who_wait(scene):
    """connections that ask for hashes and wait hold up nobody, and end with the server"""
    waiting = []
    for number in range(60):
        waiting.append(connect(scene, hashlib.sha1(str(number).encode()).hexdigest().encode()))
        if number % 3 == 0:
            waiting.append(End(scene))
    scene.talk()
    for end in waiting[::2]:
        end.close()
    one, other = tunnel(scene, "s1")
    one.sendall(b"z")
    assert other.take(1) == b"z"
    client.log_in(scene.server.address(), HOST, "mallory", None, PASSWORD).close()
