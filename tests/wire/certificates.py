# SPDX-License-Identifier: MIT
"""Certificates of clients (RFC 6120 section 13.7.1.4) and of servers that ours connects to, and
the authority that signs them."""

import pathlib
import subprocess
import threading


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


class Authority:
    """Makes certificates in a directory; `path` is the authority's own."""

    def __init__(self, directory, name="Test Authority"):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.path = self.directory / "ca.pem"
        self.key = self.directory / "ca.key"
        self.lock = threading.Lock()
        openssl(
            "req", "-x509", *KEY, "-keyout", self.key, "-out", self.path, "-days", "2",
            "-subj", f"/CN={name}",
        )

    def client(self, name, addresses):
        """A PEM file with a certificate for these XMPP addresses and its key."""
        names = ",".join(f"otherName:1.3.6.1.5.5.7.8.5;UTF8:{address}" for address in addresses)
        return self.make(name, names, "clientAuth")

    def server(self, name, hosts):
        """The same for these names in DNS."""
        return self.make(name, ",".join(f"DNS:{host}" for host in hosts), "serverAuth")

    def make(self, name, names, use):
        target = self.directory / f"{name}.pem"
        with self.lock:
            if target.exists():
                return target
            request, made = self.directory / f"{name}.csr", self.directory / f"{name}.crt"
            key = self.directory / f"{name}.key"
            extensions = self.directory / f"{name}.ext"
            extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage={use}\n")
            openssl("req", *KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
            openssl(
                "x509", "-req", "-in", request, "-CA", self.path, "-CAkey", self.key,
                "-CAcreateserial", "-out", made, "-days", "2", "-extfile", extensions,
            )
            target.write_bytes(made.read_bytes() + key.read_bytes())
            return target


_shared = {}
_sharing = threading.Lock()


def shared_authority(directory):
    """One authority for all tests of a run."""
    with _sharing:
        if directory not in _shared:
            _shared[directory] = Authority(directory)
        return _shared[directory]
