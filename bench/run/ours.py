# SPDX-License-Identifier: MIT
"""Our own server, of this tree or of a program given with --binary.

It runs with its defaults, rates and stores included: loopback is a trusted network, and what
is acknowledged is on disk. Only TLS is not required, for the figures without it; and nothing
is archived unless that is the work, as with the others.
"""

import concurrent.futures
import http.client
import json
import pathlib
import socket
import subprocess
import sys
import urllib.parse

import web
from server import HOST, PASSWORD, Endpoint, Failure, Server

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tests"))
from wire import client  # noqa: E402

CONFIG = """
hosts:
  "{host}":
    certificate: "{certificate}"
    key: "{key}"
listen:
  - {{ name: c2s, port: 0, address: 127.0.0.1, tls: starttls }}
  - {{ name: web, port: 0, address: 127.0.0.1, tls: direct, serve: [c2s, http] }}
c2s: {{ require_tls: no }}
http: {{ public_url: "https://{host}" }}
log: {{ level: warn }}
modules:
  accounts: {{ iterations: 4096 }}
  archive: {{ default: never }}
  muc: {{ archive: no }}
  upload: {{ account_quota: 1TiB, slots_per_minute: 100000 }}
"""

ACCOUNTS_AT_A_TIME = 16


class Ours(Server):
    name = "ours"
    program = None  # set before the first is started
    settings = ()  # over the configuration

    def start(self):
        self.write("jaseur.yaml", CONFIG.format(
            host=HOST, certificate=self.certificate, key=self.key))
        command = [self.program, "--data", self.directory]
        for setting in self.settings:
            command += ["--set", setting]
        self.process, self.ready = self.spawn_ready(command + ["serve"])
        self.add_accounts()

    def endpoint(self, work):
        shared = work.name == "transports"
        name, tls = ("web", "direct") if shared else ("c2s", "starttls" if work.tls else "none")
        return Endpoint(self.port(name), tls, self.process.pid)

    # --- files, for web.py ---

    def port(self, name):
        return next(l["port"] for l in self.ready["listeners"] if l["name"] == name)

    def web_port(self):
        return self.port("web")

    def file_path(self, size):
        """Of a file that is put there first."""
        path, = self.places(size, 0, 1)
        web.put_all(self, [(path, web.content(size))])
        return path

    def places(self, size, first, count):
        session = client.log_in(("127.0.0.1", self.port("c2s")), HOST, "u0", "put", PASSWORD)
        paths = []
        for n in range(first, first + count):
            session.send(f"<iq type='get' to='{HOST}' id='slot'><request "
                         f"xmlns='urn:xmpp:http:upload:0' filename='{n}' size='{size}'/></iq>")
            answer = session.get_element("iq")
            if not answer.child("slot"):
                raise Failure(f"{self.name}: no slot: {answer}")
            put = answer.child("slot").child("put")
            paths.append(urllib.parse.urlsplit(put.attributes[("", "url")]).path)
        session.close()
        return paths

    def add_accounts(self):
        """Asks as the command line does, over several connections: passwords are hashed by
        helper threads, and accounts that are made together share a write to the disk."""
        shares = [range(first, self.population.accounts, ACCOUNTS_AT_A_TIME)
                  for first in range(ACCOUNTS_AT_A_TIME)]
        with concurrent.futures.ThreadPoolExecutor(ACCOUNTS_AT_A_TIME) as pool:
            list(pool.map(self.add_share, shares))

    def add_share(self, numbers):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.path("control.sock"))
            connection = http.client.HTTPConnection("localhost")
            connection.sock = s
            for i in numbers:
                body = json.dumps({"address": f"u{i}@{HOST}", "password": PASSWORD})
                connection.request("POST", "/api/v1/users", body,
                                   {"Content-Type": "application/json"})
                answer = connection.getresponse()
                text = answer.read()
                if answer.status != 201:
                    raise Failure(f"{self.name}: {text}")

    @classmethod
    def version(cls):
        done = subprocess.run([cls.program, "version"], capture_output=True, text=True,
                              check=False)
        return done.stdout.strip().removeprefix("jaseur ") or "of unknown version"


def variant(label, program, *more_settings):
    """The class of another program, or of the same with other settings."""
    return type("Ours", (Ours,), {"name": label, "program": program, "settings": more_settings})
