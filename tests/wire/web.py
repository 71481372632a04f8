# SPDX-License-Identifier: MIT
"""HTTP/1.1 as the bindings of XMPP need it: one request at a time over a socket."""

import socket

from . import client, tls


class Refused(Exception):
    """The answer is not what was asked for: its status."""


class Channel:
    """A connection to the web port; `receive_until` and `receive_exactly` read answers."""

    def __init__(self, address, context=None, name="localhost", receive_bytes=None, front=b""):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(client.PATIENCE)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(front)  # of a proxy
        self.tls = None
        self.left = b""
        if context:
            self.secure(context, name)

    def secure(self, context=None, name="localhost"):
        self.tls = tls.Secured(self.socket, context or tls.context(alpn="http/1.1"), name)
        self.socket = self.tls.socket

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise client.Gone("closed")
        self.left += data

    def head(self):
        """(status, fields by lower-case name) of the next answer."""
        while b"\r\n\r\n" not in self.left:
            self.receive()
        head, _, self.left = self.left.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        return int(lines[0].split()[1]), fields

    def body(self, fields):
        """Of an answer with that head; all of ours say how long they are."""
        length = int(fields["content-length"])
        while len(self.left) < length:
            self.receive()
        got, self.left = self.left[:length], self.left[length:]
        return got

    def close(self):
        self.socket.close()


def request(method, path, fields, body=b""):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
