# SPDX-License-Identifier: MIT
"""A client small enough to be trusted: a socket, a parser, TLS, SASL and binding."""

import base64
import socket
import struct
import time

from . import sasl, tls, tree

PATIENCE = 60.0  # seconds until a missing answer is a failure; never waited for in vain

NS_TLS = "urn:ietf:params:xml:ns:xmpp-tls"
NS_SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
NS_SASL2 = "urn:xmpp:sasl:2"
NS_SASL_CB = "urn:xmpp:sasl-cb:0"
NS_BIND = "urn:ietf:params:xml:ns:xmpp-bind"


class Gone(Exception):
    """The server closed the connection."""


class Connection:
    """A socket and a parser: a stream over TCP. Those over WebSocket and BOSH are made of it. `get` returns the next event, waiting for it: ("open", header),
    ("element", element) or ("close", header)."""

    transport = "tcp"
    begins_with = ()  # words that begin() takes

    def __init__(self, address, receive_bytes=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.parser = tree.StreamParser()
        self.tls = None
        self.features = None  # the last that were received
        self.jid = None

    def secure(self, context=None, name="localhost"):
        self.parser.restart()
        self.socket.settimeout(PATIENCE)
        self.tls = tls.Secured(self.socket, context or tls.context(), name)
        self.socket = self.tls.socket

    def begin(self):
        """What comes before the first stream, and behind TLS that is there from the start."""

    def put_in_front(self, data):
        """What a proxy says before the client."""
        self.send_bytes(data)

    def restart(self):
        """A new stream is to come."""
        self.parser.restart()

    def send(self, text):
        self.send_bytes(text if isinstance(text, bytes) else text.encode())

    def send_bytes(self, data):
        self.socket.settimeout(PATIENCE)
        try:
            self.socket.sendall(data)
        except socket.timeout as error:
            raise TimeoutError("the server does not read") from error
        except OSError as error:
            raise Gone(str(error)) from error

    def receive(self, patience):
        """Feeds the parser once."""
        self.socket.settimeout(max(0.001, patience))
        try:
            data = self.socket.recv(65536)
        except socket.timeout as error:
            raise TimeoutError("nothing came") from error
        except OSError as error:
            raise Gone(str(error)) from error
        if not data:
            raise Gone("closed")
        self.feed(data)

    def feed(self, data):
        self.parser.feed(data)

    def header(self, host, **attributes):
        return header(host, **attributes)

    def get(self, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while not self.parser.events:
            self.receive(deadline - time.monotonic())
        kind, got = self.parser.events.pop(0)
        if kind == "element" and got.name == (tree.STREAMS, "features"):
            self.features = got
        return kind, got

    def unget(self, event):
        self.parser.events.insert(0, event)

    def get_element(self, *names):
        """The next thing, which must be an element with one of these local names."""
        kind, got = self.get()
        if kind != "element" or names and got.name[1] not in names:
            raise AssertionError(f"expected {' or '.join(names)}, got {kind} {got}")
        return got

    def is_cut_off(self, patience=PATIENCE):
        """Waits for the end of the connection; what still comes is thrown away."""
        try:
            while True:
                self.get(patience)
        except Gone:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.socket.close()

    def drop(self):
        """Ends without a word: the kernel sends RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    # --- how streams begin ---

    def open(self, host, **attributes):
        """A new stream, up to its features."""
        self.restart()
        self.send(self.header(host, **attributes))
        kind, got = self.get()
        if kind != "open":
            raise AssertionError(f"expected a stream header, got {got}")
        return self.get_element("features")

    def start_tls(self, context=None, name="localhost"):
        self.send(f"<starttls xmlns='{NS_TLS}'/>")
        self.get_element("proceed")
        self.secure(context, name)

    def offer(self, sasl2):
        """The mechanisms and channel bindings that the server listed."""
        features = self.features
        listed = features.find(NS_SASL2, "authentication") if sasl2 else features.find(
            NS_SASL, "mechanisms"
        )
        bound = features.find(NS_SASL_CB, "sasl-channel-binding")
        return (
            [one.text() for one in listed.elements() if one.name[1] == "mechanism"]
            if listed
            else [],
            [one.attributes[("", "type")] for one in bound.elements()] if bound else [],
        )

    def authenticate(self, name, user, password, sasl2=False, agent=None, inline="", **how):
        """One exchange, up to <success/> or <failure/>, which is returned; the stream is to
        be opened anew after the success of SASL, and goes on after that of SASL2."""
        binding = how.get("binding")
        if name.startswith("HT-"):
            binding = sasl.HT_BINDINGS[name.rpartition("-")[2]]
        if binding and binding.startswith("tls-") and self.tls and "binding_data" not in how:
            how["binding_data"] = self.tls.binding(binding)
        if self.features:
            how.setdefault("offer", self.offer(sasl2))
        machine = sasl.mechanism(name, user, password, **how)
        profile = NS_SASL2 if sasl2 else NS_SASL
        if sasl2:
            identity = f"<user-agent id='{agent}'/>" if agent else ""
            self.send(
                f"<authenticate xmlns='{profile}' mechanism='{name}'><initial-response>"
                f"{sasl.b64(machine.initial())}</initial-response>{identity}{inline}"
                "</authenticate>"
            )
        else:
            initial = sasl.b64(machine.initial()) or "="
            self.send(f"<auth xmlns='{profile}' mechanism='{name}'>{initial}</auth>")
        while True:
            answer = self.get_element("challenge", "success", "failure")
            if answer.name[0] != profile:
                raise AssertionError(f"an answer in another profile: {answer}")
            if answer.name[1] != "challenge":
                break
            response = machine.step(base64.b64decode(answer.text(), validate=True))
            self.send(f"<response xmlns='{profile}'>{sasl.b64(response)}</response>")
        if answer.name[1] == "success":
            data = answer.child("additional-data") if sasl2 else answer
            machine.finish(base64.b64decode(data.text(), validate=True) if data else b"")
            if not sasl2:
                self.restart()
        self.machine = machine
        return answer

    def bind(self, resource=None):
        wish = f"<resource>{tree.escape(resource)}</resource>" if resource else ""
        self.send(f"<iq type='set' id='bind'><bind xmlns='{NS_BIND}'>{wish}</bind></iq>")
        answer = self.get_element("iq")
        if answer.attributes.get(("", "type")) != "result":
            raise AssertionError(f"not bound: {answer}")
        self.jid = answer.child("bind").child("jid").text()


def header(host, **attributes):
    attributes = {"to": host, "version": "1.0", "xml:lang": "en", **attributes}
    text = "".join(f" {name}='{value}'" for name, value in attributes.items())
    return (
        f"<?xml version='1.0'?><stream:stream{text} xmlns='jabber:client' "
        f"xmlns:stream='{tree.STREAMS}'>"
    )


def authenticated(
    address, host, user, password, direct_tls=False, receive_bytes=None, kind=Connection
):
    """A stream that may bind. STARTTLS when the server wants it."""
    connection = kind(address, receive_bytes)
    if direct_tls:
        connection.secure()
    connection.begin()
    features = connection.open(host)
    starttls = features.find(NS_TLS, "starttls")
    if starttls and starttls.child("required"):
        connection.start_tls()
        connection.open(host)
    answer = connection.authenticate("SCRAM-SHA-1", user, password)
    if answer.name[1] != "success":
        raise AssertionError(f"{user} cannot log in: {answer}")
    connection.open(host)
    return connection


def log_in(address, host, user, resource, password, **how):
    """A bound session without presence."""
    connection = authenticated(address, host, user, password, **how)
    connection.bind(resource)
    return connection
