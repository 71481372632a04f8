# SPDX-License-Identifier: MIT
"""The client's part of the SASL mechanisms, written from the specifications alone: what the
server says is checked, not believed.

A mechanism has `name`, `initial()`, the first message, and `step(challenge)`, the next one; after success
`finish(data)` looks at what came with it. All deal in bytes, before base64.
"""

import base64
import hashlib
import hmac
import json
import os


class Refused(Exception):
    """The server failed to prove that it knows the password."""


def b64(data):
    return base64.b64encode(data).decode()


def xor(one, other):
    return bytes(a ^ b for a, b in zip(one, other))


class Scram:
    """RFC 5802, 7677; channel binding; XEP-0474 0.5.0."""

    HASHES = {"SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512"}

    def __init__(self, name, user, password, **how):
        self.name = name
        self.hash = self.HASHES[name.removeprefix("SCRAM-").removesuffix("-PLUS")]
        self.user, self.password = user, password
        self.how = how
        self.offer = how.get("offer")  # what the server listed: (mechanisms, bindings)
        self.saw_hash = False
        self.signature = None

    def gs2_header(self):
        flag = self.how.get("flag")
        if not flag:
            flag = "p=" + self.how["binding"] if self.name.endswith("-PLUS") else "n"
        authzid = self.how.get("authzid")
        return f"{flag},{'a=' + self.escape(authzid) if authzid else ''},"

    @staticmethod
    def escape(name):
        return name.replace("=", "=3D").replace(",", "=2C")

    def initial(self):
        self.nonce = self.how.get("nonce") or b64(os.urandom(18))
        self.bare = f"n={self.escape(self.user)},r={self.nonce}"
        return (self.gs2_header() + self.bare).encode()

    def check_offer(self, said):
        """XEP-0474 section 5.2."""
        self.saw_hash = True
        mechanisms, bindings = self.offer
        text = "\x1e".join(sorted(mechanisms))
        if bindings:
            text += "\x1f" + "\x1e".join(sorted(bindings))
        if said != b64(hashlib.new(self.hash, text.encode()).digest()):
            raise Refused("the hash of the offer is wrong")

    def step(self, challenge):
        first = challenge.decode()
        fields = dict(field.split("=", 1) for field in first.split(","))
        if not fields["r"].startswith(self.nonce) or fields["r"] == self.nonce:
            raise Refused("the server added nothing to the nonce")
        if "h" in fields and self.offer:
            self.check_offer(fields["h"])
        salted = hashlib.pbkdf2_hmac(
            self.hash, self.password.encode(), base64.b64decode(fields["s"]), int(fields["i"])
        )
        key = hmac.digest(salted, b"Client Key", self.hash)
        binding = self.gs2_header().encode() + self.how.get("binding_data", b"")
        final = f"c={b64(binding)},r={self.how.get('final_nonce') or fields['r']}"
        message = f"{self.bare},{first},{final}".encode()
        stored = hashlib.new(self.hash, key).digest()
        proof = b64(xor(key, hmac.digest(stored, message, self.hash)))
        self.signature = hmac.digest(
            hmac.digest(salted, b"Server Key", self.hash), message, self.hash
        )
        return f"{final},p={proof}".encode()

    def finish(self, data):
        if data != b"v=" + b64(self.signature).encode():
            raise Refused("the server does not know the password")


class Plain:
    """RFC 4616."""

    name = "PLAIN"

    def __init__(self, _name, user, password, **how):
        self.message = "\0".join([how.get("authzid") or "", user, password]).encode()

    def initial(self):
        return self.message

    def step(self, challenge):
        if challenge:
            raise Refused("PLAIN has no challenges")
        return self.message

    def finish(self, data):
        if data:
            raise Refused("PLAIN has no additional data")


class OAuthBearer:
    """RFC 7628; the token is `token`, the user goes into the authzid unless it is empty."""

    def __init__(self, name, user, _password, **how):
        self.name = name
        self.token = how["token"]
        self.authzid = f"a={Scram.escape(user)}" if user else ""
        self.refusal = None

    def initial(self):
        return f"n,{self.authzid},\x01auth=Bearer {self.token}\x01\x01".encode()

    def step(self, challenge):
        self.refusal = json.loads(challenge)
        if self.refusal["status"] not in ("invalid_token", "invalid_request"):
            raise Refused("an error that RFC 7628 does not know")
        return b"\x01"

    finish = Plain.finish


class External:
    """RFC 4422 appendix A."""

    name = "EXTERNAL"

    def __init__(self, _name, _user, _password, **how):
        self.message = (how.get("authzid") or "").encode()

    initial = Plain.initial
    step = Plain.step
    finish = Plain.finish


class Anonymous(External):
    """RFC 4505; the trace goes where others have the authzid."""

    name = "ANONYMOUS"


class HashedToken:
    """draft-schmaus-kitten-sasl-ht-09."""

    def __init__(self, name, user, _password, **how):
        self.name, self.user = name, user
        self.token = how["token"].encode()
        self.binding = how.get("binding_data", b"")

    def initial(self):
        proof = hmac.digest(self.token, b"Initiator" + self.binding, "sha256")
        return self.user.encode() + b"\0" + proof

    def step(self, _challenge):
        raise Refused("HT has no challenges")

    def finish(self, data):
        if data != hmac.digest(self.token, b"Responder" + self.binding, "sha256"):
            raise Refused("the server does not know the token")


# What an HT mechanism is bound to, by the end of its name.
HT_BINDINGS = {
    "EXPR": "tls-exporter",
    "UNIQ": "tls-unique",
    "ENDP": "tls-server-end-point",
    "NONE": None,
}


def mechanism(name, user, password, **how):
    if name.startswith("SCRAM-"):
        return Scram(name, user, password, **how)
    if name == "OAUTHBEARER":
        return OAuthBearer(name, user, password, **how)
    if name.startswith("HT-"):
        return HashedToken(name, user, password, **how)
    known = {one.name: one for one in (Plain, External, Anonymous)}
    return known[name](name, user, password, **how)
