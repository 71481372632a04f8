# SPDX-License-Identifier: MIT
"""A server that is measured: its directory, ports, accounts and processes."""

import collections
import json
import os
import signal
import socket
import subprocess
import time

HOST = "bench.example"
PASSWORD = "bench"

# How the generator reaches a server: the port, what it calls the TLS there, whose processes.
Endpoint = collections.namedtuple("Endpoint", "port tls pid")

# What a server must hold: accounts u0, u1, ...; the first `friends` of them, in groups of
# `group`, have each other as contacts.
Population = collections.namedtuple("Population", "accounts friends group")


class Failure(Exception):
    """Something did not work; the message says what."""


def free_port():
    """A port nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def contacts(population, number):
    """The numbers of those whom account `number` has as contacts."""
    first = number - number % population.group
    return [i for i in range(first, first + population.group) if i != number]


def make_certificate(directory):
    """The files of a new self-signed certificate (ECDSA P-256) and its key."""
    certificate, key = os.path.join(directory, "cert.pem"), os.path.join(directory, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "30", "-subj", "/CN=" + HOST,
         "-addext", "subjectAltName=DNS:" + HOST, "-keyout", key, "-out", certificate],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key


def read_ready(process):
    """What the line `ready {json}` on standard output says; None when something else came."""
    line = process.stdout.readline()
    return json.loads(line.removeprefix("ready ")) if line.startswith("ready ") else None


class Server:
    """A subclass has a name, start(), endpoint(work) and version(). It is used by `with`."""

    bare = False  # forwards bytes, speaks no XMPP
    speaks_xmpp = True  # or does what is measured in its place

    def __init__(self, directory, certificate, population):
        self.directory = directory
        self.certificate, self.key = certificate
        self.population = population
        self.processes = []
        os.makedirs(directory)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def spawn(self, command, **more):
        """Starts a process in a group of its own; what it says goes to a file."""
        with open(self.path("output"), "a", encoding="utf-8") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=more.pop("stdout", output),
                stderr=output, start_new_session=True, cwd=self.directory, text=True, **more)
        self.processes.append(process)
        return process

    def spawn_ready(self, command):
        """The same for a program that prints a line `ready {json}`, which is returned."""
        process = self.spawn(command, stdout=subprocess.PIPE)
        ready = read_ready(process)
        if ready is None:
            self.fail("did not become ready")
        return process, ready

    def said(self):
        """The last of what its processes wrote."""
        with open(self.path("output"), encoding="utf-8", errors="replace") as f:
            return f.read()[-2000:]

    def fail(self, what):
        raise Failure(f"{self.name} {what}\n{self.said()}")

    def obituary(self):
        """What became of a server that should run; empty when it does."""
        ends = [p.returncode for p in self.processes if p.poll() is not None]
        return f"the server has ended with {ends[0]}\n{self.said()}" if ends else ""

    def wait_for_port(self, port, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.processes[-1].poll() is not None:
                self.fail("ended at its start")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.fail("does not accept connections")

    def stop(self):
        for process in self.processes:
            for number in signal.SIGTERM, signal.SIGKILL:
                try:
                    os.killpg(process.pid, number)
                    process.wait(15)
                except ProcessLookupError:
                    process.wait()
                except subprocess.TimeoutExpired:
                    continue
                break
            if process.stdout:
                process.stdout.close()
        self.processes = []


def package_version(package):
    """The version of an installed Debian package; None without."""
    try:
        done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package],
                              capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    status, _, version = done.stdout.partition(" ")
    return version if status == "installed" else None
