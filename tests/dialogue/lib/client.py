# SPDX-License-Identifier: MIT
"""A client small enough to be trusted: TCP or TLS, SCRAM-SHA-1, binding, and nothing else."""

import base64
import hashlib
import hmac
import os
import socket
import ssl
import time

from . import tree

PATIENCE = 20.0  # seconds until a missing answer fails the dialogue; never waited for in vain


class Gone(Exception):
    """The server closed the connection."""


class Connection:
    """A socket and a parser. `get` returns the next event, waiting for it."""

    def __init__(self, address, direct_tls=False):
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.parser = tree.StreamParser()
        if direct_tls:
            self.secure()

    def secure(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def send(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Gone(str(error)) from error

    def get(self, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while not self.parser.events:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data = self.socket.recv(65536)
            except socket.timeout as error:
                raise TimeoutError("nothing came") from error
            except OSError as error:
                raise Gone(str(error)) from error
            if not data:
                raise Gone("closed")
            self.parser.feed(data)
        return self.parser.events.pop(0)

    def is_closed(self):
        """Waits for the end of the connection; what still comes is thrown away."""
        try:
            while True:
                self.get()
        except Gone:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.socket.close()

    def drop(self):
        """Ends without a word: the kernel sends RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()


def header(host):
    return (
        f"<?xml version='1.0'?><stream:stream to='{host}' version='1.0' xml:lang='en' "
        f"xmlns='jabber:client' xmlns:stream='{tree.STREAMS}'>"
    )


def scram_sha_1(connection, user, password):
    """RFC 5802, the client's part."""
    nonce = base64.b64encode(os.urandom(12)).decode()
    bare = f"n={user},r={nonce}"
    initial = base64.b64encode(("n,," + bare).encode()).decode()
    connection.send(
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>"
        f"{initial}</auth>"
    )
    kind, challenge = connection.get()
    if kind != "element" or challenge.name[1] != "challenge":
        raise AssertionError(f"no challenge: {challenge}")
    first = base64.b64decode(challenge.text()).decode()
    fields = dict(field.split("=", 1) for field in first.split(","))
    salted = hashlib.pbkdf2_hmac(
        "sha1", password.encode(), base64.b64decode(fields["s"]), int(fields["i"])
    )
    key = hmac.digest(salted, b"Client Key", "sha1")
    final = f"c=biws,r={fields['r']}"
    message = f"{bare},{first},{final}".encode()
    signature = hmac.digest(hashlib.sha1(key).digest(), message, "sha1")
    proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature))).decode()
    response = base64.b64encode(f"{final},p={proof}".encode()).decode()
    connection.send(
        f"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{response}</response>"
    )
    kind, success = connection.get()
    if kind != "element" or success.name[1] != "success":
        raise AssertionError(f"{user} cannot log in: {success}")
    verifier = base64.b64decode(success.text()).decode()
    server = hmac.digest(
        hmac.digest(salted, b"Server Key", "sha1"), message, "sha1"
    )
    if verifier != "v=" + base64.b64encode(server).decode():
        raise AssertionError("the server does not know the password")


def log_in(address, host, user, resource, password, direct_tls=False):
    """A bound session without presence."""
    connection = Connection(address, direct_tls)
    connection.send(header(host))
    connection.get()
    kind, features = connection.get()
    if not direct_tls and features.child("starttls") and not features.child("mechanisms"):
        connection.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        connection.get()
        connection.parser.restart()
        connection.secure()
        connection.send(header(host))
        connection.get()
        connection.get()
    scram_sha_1(connection, user, password)
    connection.parser.restart()
    connection.send(header(host))
    connection.get()
    connection.get()
    connection.send(
        "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
        f"<resource>{resource}</resource></bind></iq>"
    )
    kind, answer = connection.get()
    if answer.attributes.get(("", "type")) != "result":
        raise AssertionError(f"not bound: {answer}")
    connection.jid = answer.child("bind").child("jid").text()
    return connection
