# SPDX-License-Identifier: MIT
"""The client's side of BOSH (XEP-0124, XEP-0206). Threads keep a request at the server as long as
the session lives, as a browser does."""

import contextlib
import random
import socket
import ssl
import struct
import threading
import time

from . import client, tls, tree, web

PATH = "/http-bind"
NS_BOSH = "http://jabber.org/protocol/httpbind"
NS_XBOSH = "urn:xmpp:xbosh"
NS_STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams"


def post(channel, body):
    """One request; the answer's status, fields and body as text."""
    channel.send(web.request("POST", PATH, {"Content-Type": "text/xml"}, body.encode()))
    status, fields = channel.head()
    return status, fields, channel.body(fields).decode()


class Events:
    """What a StreamParser is for TCP."""

    def __init__(self):
        self.events = []

    def restart(self):
        """Nothing is left of a stream that a new one could stumble over."""


class Connection(client.Connection):
    transport = "bosh"

    def __init__(self, address, receive_bytes=None):  # pylint: disable=super-init-not-called
        self.address = address
        self.receive_bytes = receive_bytes
        self.context = None  # of TLS
        self.name = "localhost"
        self.front = b""  # of each connection
        self.parser = Events()
        self.tls = None
        self.features = None
        self.jid = None
        self.sid = None
        self.rid = random.randrange(1, 2**52)
        self.requests = 1
        self.changed = threading.Condition()
        self.idle = []  # channels without a request
        self.busy = []
        self.waiting = []  # bodies that wait for their turn, in order
        self.under_way = 0
        self.answers = {}  # by rid, until those before them have come
        self.next_answer = self.rid
        self.over = False  # no more requests
        self.failed = None  # why
        self.posted = {}  # channels by number, see post

    def secure(self, context=None, name="localhost"):
        self.context = context or tls.context(alpn="http/1.1")
        self.name = name

    def put_in_front(self, data):
        self.front = data

    # --- requests ---

    def channel(self):
        """One that is busy from now on, so that an end of everything ends it as well."""
        with self.changed:
            channel = self.idle.pop() if self.idle else None
        channel = channel or web.Channel(
            self.address, self.context, self.name, self.receive_bytes, self.front
        )
        with self.changed:
            if not self.over:
                self.busy.append(channel)
                return channel
        channel.close()
        raise client.Gone("the session has ended")

    def run(self, rid, body):
        """In a thread of its own: one request, whose answer may have to wait for others."""
        try:
            self.exchange(self.channel(), rid, body)
        except (OSError, client.Gone, AssertionError) as failure:
            with self.changed:
                self.failed = self.failed or failure
                self.over = True
                self.changed.notify_all()

    def exchange(self, channel, rid, body):
        """Nobody but this thread closes the channel while it is busy: its number could be another
        connection's by the time that this thread reads."""
        text = None
        try:
            status, _, text = post(channel, body)
            if status != 200:
                raise AssertionError(f"status {status}: {text}")
        finally:
            with self.changed:
                self.busy.remove(channel)
                if self.over or text is None:
                    channel.close()
                else:
                    self.idle.append(channel)
        with self.changed:
            self.under_way -= 1
            self.answers[rid] = text
            while self.next_answer in self.answers:
                self.take(tree.parse_document(self.answers.pop(self.next_answer)))
                self.next_answer += 1
            self.go_on()
            self.changed.notify_all()

    def go_on(self):
        """Sends what waits; an empty request when there is nothing at the server."""
        while self.waiting and self.under_way < self.requests and (self.sid or not self.under_way):
            self.start(*self.waiting.pop(0))
        if self.sid and not self.over and not self.under_way:
            self.start({}, "")

    def start(self, attributes, payload):
        attributes = {"rid": self.rid, **({"sid": self.sid} if self.sid else {}), **attributes}
        text = "".join(f" {name}='{tree.escape(str(v))}'" for name, v in attributes.items())
        body = f"<body xmlns='{NS_BOSH}' xmlns:xmpp='{NS_XBOSH}'{text}>{payload}</body>"
        rid, self.rid = self.rid, self.rid + 1
        self.under_way += 1
        threading.Thread(target=self.run, args=(rid, body), daemon=True).start()

    def ask(self, attributes, payload=""):
        with self.changed:
            if self.over:
                raise client.Gone(str(self.failed or "the session has ended"))
            self.waiting.append((attributes, payload))
            self.go_on()

    # --- answers ---

    def take(self, body):
        """With the lock held: what an answer says."""
        if body.name != (NS_BOSH, "body"):
            raise AssertionError(f"not a body: {body}")
        attributes = {key[1]: value for key, value in body.attributes.items()}
        events = self.parser.events
        if "sid" in attributes:
            self.sid = attributes["sid"]
            self.requests = int(attributes["requests"])
            if attributes.get("restartlogic") != "true":
                raise AssertionError("no restarts")
            self.opened(attributes.get("from"), attributes.get("authid"))
        elif attributes.get("type") == "terminate" and self.sid is None:
            self.opened(None, None)
        for element in body.elements():
            if element.name == (tree.STREAMS, "features") and "sid" not in attributes:
                self.answer_restart()
            events.append(("element", element))
        if attributes.get("type") == "terminate":
            condition = attributes.get("condition")
            if condition and condition != "remote-stream-error":
                events.append(("element", self.error(condition)))
            events.append(("close", body))
            self.over = True

    def opened(self, host, name):
        """There is no header in HTTP: what would be one."""
        header = tree.Element((tree.STREAMS, "stream"), {("", "version"): "1.0"})
        if host:
            header.attributes[("", "from")] = host
        if name:
            header.attributes[("", "id")] = name
        self.parser.events.append(("open", header))

    def answer_restart(self):
        if self.restarts:
            self.restarts = False
            self.opened(self.host, None)

    restarts = False
    host = None

    @staticmethod
    def error(condition):
        """The error of the binding as if it were the stream's."""
        error = tree.Element((tree.STREAMS, "error"), {})
        error.children.append(tree.Element((NS_STREAM_ERRORS, condition), {}))
        return error

    # --- requests as they are ---

    def post(self, number, body):
        """In the background, over a connection of its own."""
        channel = web.Channel(self.address, self.context, self.name, front=self.front)
        channel.send(web.request("POST", PATH, {}, body.encode()))
        self.posted[number] = channel

    def answer(self, number):
        channel = self.posted.pop(number)
        status, fields = channel.head()
        if status != 200:
            raise AssertionError(f"status {status}")
        text = channel.body(fields).decode()
        channel.close()
        return text

    def is_answered(self, number):
        channel = self.posted[number]
        channel.socket.setblocking(False)
        try:
            channel.receive()
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            channel.socket.settimeout(client.PATIENCE)
        return True

    def abandon(self, number):
        self.posted.pop(number).close()

    # --- as over TCP ---

    def receive(self, patience):
        """Waits for an event."""
        deadline = time.monotonic() + patience
        with self.changed:
            while not self.parser.events:
                if self.over:
                    raise client.Gone(str(self.failed or "the session has ended"))
                left = deadline - time.monotonic()
                if left <= 0 or not self.changed.wait(left):
                    raise TimeoutError("nothing came")

    def send(self, text):
        text = text if isinstance(text, str) else text.decode()
        elements = tree.top_level(text)
        ends = elements and elements[-1] == "</stream:stream>"
        payload = "".join(elements[:-1] if ends else elements)
        self.ask({"type": "terminate"} if ends else {}, payload)

    def open(self, host, **attributes):
        attributes = {"to": host, "xml:lang": "en", "xmpp:version": "1.0", **attributes}
        if "version" in attributes:
            attributes["xmpp:version"] = attributes.pop("version")
        if self.sid:
            self.restarts, self.host = True, host
            self.ask({**attributes, "xmpp:restart": "true"})
        else:
            self.ask({**attributes, "ver": "1.11", "wait": "60", "hold": "1"})
        kind, got = self.get()
        if kind != "open":
            raise AssertionError(f"expected a stream header, got {got}")
        return self.get_element("features")

    def close(self):
        self.leave(linger=None)

    def drop(self):
        """Ends without a word: the kernel sends RST."""
        self.leave(linger=0)

    def leave(self, linger):
        """Each busy channel is closed by its thread, which is woken for it."""
        with self.changed:
            self.over = True
            for channel in self.idle + self.busy:
                if linger is not None:
                    channel.socket.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, linger)
                    )
            for channel in self.busy:
                with contextlib.suppress(OSError):  # the server may have been faster
                    channel.socket.shutdown(socket.SHUT_RDWR)
            while self.idle:
                self.idle.pop().close()
