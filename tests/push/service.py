# SPDX-License-Identifier: MIT
"""A browser with its push service: takes what servers push (RFC 8030), decrypts it (RFC 8291),
checks who sends it (RFC 8292), or behaves badly.

What an endpoint does stands in its path: /ok, /gone, /busy, /hang, ..."""

import base64
import json
import pathlib
import queue
import socket
import ssl
import threading

import jsonschema
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SCHEMA = json.loads(
    (pathlib.Path(__file__).parents[2] / "docs/schemas/web-push.json").read_text(encoding="utf-8"))
PATIENCE = 60.0  # seconds until what did not happen is a failure; never waited for in vain


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def point(key):
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derive(salt, secret, info, length):
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class Browser:
    """Keys, and what is done with them."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.point = point(self.key.public_key())
        self.auth = b"sixteen bytes..."

    def decrypt(self, body):
        assert len(body) <= 4096, len(body)
        salt, record, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21:21 + length], body[21 + length:]
        assert record >= len(sealed)
        agreed = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = derive(self.auth, agreed, b"WebPush: info\0" + self.point + sender, 32)
        key = derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(salt, secret, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        assert (len(padded) - 1) % 512 == 0, "the length tells"
        text = padded.rstrip(b"\0")
        assert text[-1:] == b"\2"
        said = json.loads(text[:-1])
        jsonschema.validate(said, SCHEMA)
        return said


def claims(authorization, vapid, origin):
    """Those of the token; whoever holds the key must have signed them for the origin."""
    scheme, _, rest = authorization.partition(" ")
    fields = dict(field.strip().split("=", 1) for field in rest.split(","))
    assert scheme == "vapid" and fields["k"] == vapid, authorization
    head, said, signature = fields["t"].split(".")
    assert json.loads(decode(head)) == {"typ": "JWT", "alg": "ES256"}
    numbers = decode(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(vapid))
    try:
        key.verify(
            utils.encode_dss_signature(
                int.from_bytes(numbers[:32], "big"), int.from_bytes(numbers[32:], "big")),
            f"{head}.{said}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise AssertionError("nobody with that key signed this") from error
    said = json.loads(decode(said))
    assert said["aud"] == origin, said
    return said


class Request:
    def __init__(self, target, fields, body):
        self.target, self.fields, self.body = target, fields, body


class Service:
    """Started by `with`. `requests` has all that came, in order."""

    def __init__(self, authority, name="localhost"):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(authority.server(f"push-{name}", [name]))
        self.context.set_alpn_protocols(["http/1.1"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.origin = f"https://localhost:{self.port}"
        self.requests = queue.Queue()
        self.connections = 0
        self.failed_handshakes = queue.Queue()
        self.open = []
        self.times = {}  # by path: how often it was asked

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as secured:
                self.open.append(secured)
                with secured.makefile("rb") as reader:
                    while self.serve_one(secured, reader):
                        pass
        except ssl.SSLError as error:
            self.failed_handshakes.put(error)
        except (OSError, ValueError):
            pass

    def serve_one(self, connection, reader):
        line = reader.readline().decode()
        if not line:
            return False
        method, target, version = line.split()
        assert method == "POST" and version == "HTTP/1.1", line
        fields = {}
        while (field := reader.readline()) != b"\r\n":
            name, value = field.decode().rstrip("\r\n").split(": ", 1)
            fields[name.lower()] = value
        request = Request(target, fields, reader.read(int(fields["content-length"])))
        self.times[target] = self.times.get(target, 0) + 1
        self.requests.put(request)
        name = target.split("/")[1]
        return getattr(self, f"answer_{name}")(connection, request)

    def get(self, path=None):
        """The next request; with a path, those for others are passed over."""
        while True:
            try:
                request = self.requests.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"nobody asked for {path}") from None
            if path in (None, request.target):
                return request

    # --- what endpoints do ---

    @staticmethod
    def say(connection, status, *fields):
        lines = [f"HTTP/1.1 {status} Words", "Content-Length: 0", *fields]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return True

    def answer_ok(self, connection, _request):
        return self.say(connection, 201, "Location: https://push.example/message/1")

    def answer_gone(self, connection, _request):
        return self.say(connection, 410)

    def answer_busy(self, connection, request):
        """The first time only."""
        if self.times[request.target] > 1:
            return self.say(connection, 201)
        return self.say(connection, 429, "Retry-After: 1")

    def answer_broken(self, connection, request):
        if self.times[request.target] > 1:
            return self.say(connection, 201)
        return self.say(connection, 503)

    def answer_large(self, connection, request):
        """Takes no more than 600 bytes."""
        return self.say(connection, 413 if len(request.body) > 700 else 201)

    def answer_redirect(self, connection, _request):
        return self.say(connection, 307, f"Location: {self.origin}/ok/redirected")

    @staticmethod
    def answer_hang(_connection, _request):
        threading.Event().wait(PATIENCE)
        return False

    @staticmethod
    def answer_lie(connection, _request):
        connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\n")
        return True

    @staticmethod
    def answer_mumble(connection, _request):
        connection.sendall(b"220 mail.example ESMTP\r\n")
        return True

    @staticmethod
    def answer_flood(connection, _request):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    @staticmethod
    def answer_headers(connection, _request):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: of the same\r\n" * 1000)

    @staticmethod
    def answer_interim(connection, _request):
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    @staticmethod
    def answer_close(_connection, _request):
        return False
