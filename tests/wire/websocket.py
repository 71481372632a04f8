# SPDX-License-Identifier: MIT
"""The client's side of XMPP over WebSocket (RFC 6455, RFC 7395)."""

import base64
import hashlib
import os

from . import client, tree, web

PATH = "/xmpp-websocket"
NS_FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Messages:
    """What a StreamParser is for TCP: `events`, of messages that are documents."""

    def __init__(self):
        self.events = []

    def restart(self):
        """Nothing of a stream is left in the parser that a new one could stumble over."""

    def take(self, text):
        element = tree.parse_document(text)
        namespace, local = element.name
        if namespace != NS_FRAMING:
            self.events.append(("element", element))
        elif local == "open":
            element.name = (tree.STREAMS, "stream")
            self.events.append(("open", element))
        else:
            self.events.append(("close", element))


class Connection(client.Connection):
    transport = "websocket"
    begins_with = ("websocket", "protocol", "origin", "key")

    def __init__(self, address, receive_bytes=None):  # pylint: disable=super-init-not-called
        self.channel = web.Channel(address, receive_bytes=receive_bytes)
        self.socket = self.channel.socket
        self.parser = Messages()
        self.tls = None
        self.features = None
        self.jid = None
        self.left = b""
        self.message = None  # the part of one that has come
        self.pongs = []
        self.code = None  # of the server's close frame

    def secure(self, context=None, name="localhost"):
        self.channel.secure(context, name)
        self.tls = self.channel.tls
        self.socket = self.channel.socket

    def begin(self, **words):
        """The opening handshake (RFC 6455 section 4.1); web.Refused with its status."""
        key = words.get("key", base64.b64encode(os.urandom(16)).decode())
        fields = {
            "Connection": "keep-alive, Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": words.get("websocket", "13"),
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Protocol": words.get("protocol", "other, xmpp"),
            "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
        }
        if "origin" in words:
            fields["Origin"] = words["origin"]
        self.channel.send(web.request("GET", PATH, fields))
        status, got = self.channel.head()
        if status != 101:
            raise web.Refused(status)
        proof = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        expected = base64.b64encode(proof).decode()
        if got.get("sec-websocket-accept") != expected:
            raise AssertionError(f"the key was not answered: {got}")
        if got.get("sec-websocket-protocol") != "xmpp":
            raise AssertionError(f"the subprotocol was not agreed on: {got}")
        if "sec-websocket-extensions" in got:
            raise AssertionError(f"an extension was agreed on: {got}")
        self.left = self.channel.left

    # --- frames ---

    def send_frame(self, payload, opcode=TEXT, fin=True, rsv=0, masked=True, length=None):
        """length: what the header says instead of the truth."""
        length = len(payload) if length is None else length
        head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
        bit = 0x80 if masked else 0
        if length < 126:
            head += bytes([bit | length])
        elif length < 65536:
            head += bytes([bit | 126]) + length.to_bytes(2, "big")
        else:
            head += bytes([bit | 127]) + length.to_bytes(8, "big")
        if masked:
            mask = os.urandom(4)
            head += mask
            stream = (mask * (len(payload) // 4 + 1))[: len(payload)]
            payload = (
                int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")
            ).to_bytes(len(payload), "big")
        self.send_bytes(head + payload)

    def send(self, text):
        text = text if isinstance(text, str) else text.decode()
        for message in tree.top_level(text):
            if message == "</stream:stream>":
                message = f"<close xmlns='{NS_FRAMING}'/>"
            self.send_frame(message.encode())

    def feed(self, data):
        """Frames of the server: whole messages, never masked, nothing reserved."""
        self.left += data
        while True:
            frame = self.next_frame()
            if not frame:
                return
            opcode, payload = frame
            if opcode == TEXT:
                self.parser.take(payload.decode())
            elif opcode == PING:
                self.send_frame(payload, PONG)
            elif opcode == PONG:
                self.pongs.append(payload)
            elif opcode == CLOSE:
                self.code = int.from_bytes(payload[:2], "big") if payload else 1005
            else:
                raise AssertionError(f"a frame with opcode {opcode}")

    def next_frame(self):
        if len(self.left) < 2:
            return None
        length, at = self.left[1] & 0x7F, 2
        if self.left[1] & 0x80 or self.left[0] & 0x70 or not self.left[0] & 0x80:
            raise AssertionError(f"a frame that begins with {self.left[:2].hex()}")
        if length >= 126:
            at += 2 if length == 126 else 8
            length = int.from_bytes(self.left[2:at], "big")
        if len(self.left) < at + length:
            return None
        opcode, payload = self.left[0] & 0x0F, self.left[at : at + length]
        self.left = self.left[at + length :]
        return opcode, payload

    def get_pong(self):
        while not self.pongs:
            self.receive(client.PATIENCE)
        return self.pongs.pop(0)

    def header(self, host, **attributes):
        attributes = {"to": host, "version": "1.0", "xml:lang": "en", **attributes}
        text = "".join(f" {name}='{value}'" for name, value in attributes.items())
        return f"<open xmlns='{NS_FRAMING}'{text}/>"
