# SPDX-License-Identifier: MIT
"""A client of the relay for calls: STUN (RFC 8489) and TURN (RFC 8656), as bytes on the wire."""

import hashlib
import hmac
import os
import socket
import struct
import time
import zlib

COOKIE = 0x2112A442
BINDING, ALLOCATE, REFRESH, SEND, DATA, PERMISSION, BIND = 1, 3, 4, 6, 7, 8, 9
REQUEST, INDICATION, SUCCESS, ERROR = 0, 0x10, 0x100, 0x110
USERNAME, INTEGRITY, CODE, CHANNEL, LIFETIME, PEER, VALUE = 6, 8, 9, 0xC, 0xD, 0x12, 0x13
REALM, NONCE, RELAYED, FAMILY, EVEN_PORT, TRANSPORT = 0x14, 0x15, 0x16, 0x17, 0x18, 0x19
MAPPED, FINGERPRINT = 0x20, 0x8028
UDP = (TRANSPORT, b"\x11\0\0\0")

PATIENCE = 60.0  # seconds until no answer is a failure
AGAIN = 0.5  # seconds after which a request is sent once more (RFC 8489 section 6.2.1)


def attribute(kind, value):
    return struct.pack(">HH", kind, len(value)) + value + bytes(-len(value) % 4)


def message(kind, transaction, attributes=(), key=None, fingerprint=False):
    """key: with MESSAGE-INTEGRITY made of it."""
    body = b"".join(attribute(*one) for one in attributes)

    def head(more):
        return struct.pack(">HHI", kind, len(body) + more, COOKIE) + transaction

    if key:
        mac = hmac.new(key, head(24) + body, hashlib.sha1).digest()
        body += attribute(INTEGRITY, mac)
    if fingerprint:
        crc = zlib.crc32(head(8) + body) ^ 0x5354554E
        body += attribute(FINGERPRINT, struct.pack(">I", crc))
    return head(0) + body


def crossed(host, port, transaction):
    """As in XOR-PEER-ADDRESS."""
    six = ":" in host
    plain = socket.inet_pton(socket.AF_INET6 if six else socket.AF_INET, host)
    mask = struct.pack(">I", COOKIE) + transaction
    return struct.pack(">BBH", 0, 2 if six else 1, port ^ COOKIE >> 16) + bytes(
        a ^ b for a, b in zip(plain, mask))


class Answer:
    def __init__(self, data):
        self.data = data
        self.kind, length = struct.unpack(">HH", data[:4])
        self.transaction = data[8:20]
        assert length == len(data) - 20, data
        self.attributes = []
        at = 20
        while at < len(data):
            kind, size = struct.unpack(">HH", data[at:at + 4])
            self.attributes.append((kind, data[at + 4:at + 4 + size]))
            at += 4 + size + -size % 4

    def get(self, kind):
        return next((value for one, value in self.attributes if one == kind), None)

    def code(self):
        """0: success."""
        if self.kind & ERROR == SUCCESS:
            return 0
        value = self.get(CODE)
        return value[2] * 100 + value[3]

    def address(self, kind):
        value = self.get(kind)
        plain = bytes(a ^ b for a, b in zip(
            value[4:], struct.pack(">I", COOKIE) + self.transaction))
        return (socket.inet_ntop(socket.AF_INET6 if value[1] == 2 else socket.AF_INET, plain),
                struct.unpack(">H", value[2:4])[0] ^ COOKIE >> 16)


class Client:
    """At a port of its own. `login` is a user name and a password."""

    def __init__(self, address, login=("", ""), source="127.0.0.1"):
        self.address = address
        self.username, self.password = login
        self.realm = self.nonce = b""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((source, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def key(self):
        text = f"{self.username}:{self.realm.decode()}:{self.password}"
        return hashlib.md5(text.encode()).digest()

    def request(self, method, *attributes, signed=True):
        """An attribute's value may be made of the transaction."""
        transaction = os.urandom(12)
        attributes = [(kind, value(transaction) if callable(value) else value)
                      for kind, value in attributes]
        if signed:
            attributes += [(USERNAME, self.username.encode()), (REALM, self.realm),
                           (NONCE, self.nonce)]
        return message(REQUEST + method, transaction, attributes, self.key() if signed else None)

    def push(self, data):
        self.socket.sendto(data, self.address)

    def hear(self, patience=PATIENCE):
        """What comes next, or None."""
        self.socket.settimeout(patience)
        try:
            return self.socket.recv(65536)
        except TimeoutError:
            return None

    def answer(self, request):
        """Of that request, which is sent again until it is there; what else comes is let go."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.push(request)
            again = time.monotonic() + AGAIN
            while (left := again - time.monotonic()) > 0:
                data = self.hear(left)
                if data and data[0] & 0xC0 == 0 and data[8:20] == request[8:20]:
                    return Answer(data)
        raise AssertionError("no answer")

    def ask(self, method, *attributes, signed=True):
        return self.answer(self.request(method, *attributes, signed=signed))

    def learn(self):
        """A nonce, which an answer without credentials has."""
        answer = self.ask(ALLOCATE, UDP, signed=False)
        assert answer.code() == 401, answer.code()
        self.take_nonce(answer)

    def take_nonce(self, answer):
        self.realm, self.nonce = answer.get(REALM), answer.get(NONCE)

    def allocate(self, *attributes):
        """The code; the relayed address is `relayed`."""
        if not self.nonce:
            self.learn()
        answer = self.ask(ALLOCATE, UDP, *attributes)
        if answer.code() == 0:
            self.relayed = answer.address(RELAYED)
        return answer.code()

    def permit(self, host, port=9):
        return self.ask(PERMISSION, peer(host, port)).code()

    def bind(self, number, host, port):
        return self.ask(BIND, (CHANNEL, struct.pack(">HH", number, 0)), peer(host, port)).code()

    def send(self, host, port, data):
        """By an indication."""
        transaction = os.urandom(12)
        self.push(message(INDICATION + SEND, transaction, (
            (PEER, crossed(host, port, transaction)), (VALUE, data))))

    def channel(self, number, data):
        self.push(struct.pack(">HH", number, len(data)) + data)


def peer(host, port):
    return PEER, lambda transaction: crossed(host, port, transaction)


class Stream(Client):
    """Over TCP."""

    def __init__(self, address, login=("", ""), source="127.0.0.1"):
        self.address = address
        self.username, self.password = login
        self.realm = self.nonce = b""
        self.got = b""
        self.socket = socket.create_connection(address, PATIENCE, (source, 0))

    def push(self, data):
        self.socket.sendall(data)

    def hear(self, patience=PATIENCE):
        self.socket.settimeout(patience)
        while (size := self.size()) > len(self.got):
            try:
                more = self.socket.recv(65536)
            except TimeoutError:
                return None
            assert more, "the end"
            self.got += more
        whole, self.got = self.got[:size], self.got[size:]
        return whole

    def size(self):
        """Of what comes next, as far as is known."""
        if len(self.got) < 4:
            return 4
        length = struct.unpack(">H", self.got[2:4])[0]
        return 4 + length + -length % 4 if self.got[0] & 0x40 else 20 + length

    def answer(self, request):
        self.push(request)
        while data := self.hear():
            if data[0] & 0xC0 == 0 and data[8:20] == request[8:20]:
                return Answer(data)
        raise AssertionError("no answer")

    def channel(self, number, data):
        """With padding (RFC 8656 section 12.5)."""
        super().channel(number, data)
        self.push(bytes(-len(data) % 4))
