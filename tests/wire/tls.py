# SPDX-License-Identifier: MIT
"""The client's part of TLS: Python's, and what Python does not tell: the exporter of TLS 1.3,
computed from the session's secrets."""

import hashlib
import hmac
import os
import ssl
import tempfile

EXPORTER_LABEL = b"EXPORTER-Channel-Binding"  # RFC 9266 section 2


def context(version="1.3", certificate=None, alpn=None):
    """`certificate`: path of a PEM file with certificate and key."""
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.minimum_version = made.maximum_version = {
        "1.1": ssl.TLSVersion.TLSv1_1,
        "1.2": ssl.TLSVersion.TLSv1_2,
        "1.3": ssl.TLSVersion.TLSv1_3,
    }[version]
    if version == "1.1":
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
    if certificate:
        made.load_cert_chain(certificate)
    if alpn:
        made.set_alpn_protocols([alpn])
    return made


class Secured:
    """A socket after the handshake, with its channel bindings."""

    def __init__(self, socket, made, name="localhost"):
        secrets, self.secrets = tempfile.mkstemp(prefix="jaseur-test-tls-")
        os.close(secrets)
        made.keylog_filename = self.secrets
        try:
            self.socket = made.wrap_socket(socket, server_hostname=name)
            self.log = open(self.secrets, encoding="ascii").read().split()
        finally:
            os.unlink(self.secrets)

    def binding(self, name):
        if name == "tls-unique":
            return self.socket.get_channel_binding("tls-unique")
        if name == "tls-server-end-point":
            return end_point(self.socket.getpeercert(binary_form=True))
        if name == "tls-exporter":
            return self.exporter()
        raise ValueError(f"no such binding: {name}")

    def exporter(self):
        """RFC 8446 section 7.5, with an empty context."""
        secret = bytes.fromhex(self.log[self.log.index("EXPORTER_SECRET") + 2])
        name = "sha384" if self.socket.cipher()[0].endswith("SHA384") else "sha256"
        nothing = hashlib.new(name).digest()
        derived = expand_label(name, secret, EXPORTER_LABEL, nothing, len(nothing))
        return expand_label(name, derived, b"exporter", nothing, 32)


def expand_label(name, secret, label, context_hash, length):
    """RFC 8446 section 7.1; one block of RFC 5869 suffices."""
    label = b"tls13 " + label
    info = length.to_bytes(2, "big")
    info += bytes([len(label)]) + label + bytes([len(context_hash)]) + context_hash
    return hmac.digest(secret, info + b"\1", name)[:length]


# Object identifiers of signature algorithms that do not sign a SHA-256 hash (RFC 5929
# section 4.1 takes SHA-256 for MD5 and SHA-1 as well), DER encoded.
OTHER_HASHES = {
    bytes.fromhex("2a8648ce3d040303"): "sha384",  # ecdsa-with-SHA384
    bytes.fromhex("2a8648ce3d040304"): "sha512",  # ecdsa-with-SHA512
    bytes.fromhex("2a864886f70d01010c"): "sha384",  # sha384WithRSAEncryption
    bytes.fromhex("2a864886f70d01010d"): "sha512",  # sha512WithRSAEncryption
}


def end_point(certificate):
    """The hash of the server's certificate, by the algorithm it is signed with."""
    used = [name for oid, name in OTHER_HASHES.items() if oid in certificate]
    return hashlib.new(used[0] if used else "sha256", certificate).digest()
