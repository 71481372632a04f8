# SPDX-License-Identifier: MIT
"""HTTP: files served and taken, beside nginx, over TLS 1.3 and connections that stay open.

What is measured is the CPU of the server's processes for a request. wrk asks for files; uploads
come from here: what that costs is not the server's.
"""

import concurrent.futures
import os
import re
import socket
import ssl
import subprocess

from server import HOST, Server, free_port, package_version

KIB, MIB = 1024, 1024 * 1024
SIZES = [("1 KiB", KIB), ("1 MiB", MIB)]
WRK_CONNECTIONS = 16
PUT_CONNECTIONS = 4
PUTS = {KIB: 2000, MIB: 200}
PUTS_AT_A_TIME = 50
MULTIPLE_OF_NGINX = 1.5

NGINX_CONFIG = """
daemon off;
{user}
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000;
  client_body_temp_path {directory}/body;
  client_max_body_size 10m;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.3;
    root {directory}/files;
    location /put/ {{ dav_methods PUT; }}
  }}
}}
"""


def content(size, number=0):
    """Bytes that differ from number to number: nothing is saved by their being the same."""
    start = b"%016d" % number
    return start + (os.urandom(256) * (size // 256 + 1))[: size - len(start)]


class Nginx(Server):
    """One worker process, with what its Debian package has."""

    name = "nginx"
    speaks_xmpp = False

    def start(self):
        for folder in "files/put", "body":
            os.makedirs(self.path(folder))
        for _, size in SIZES:
            with open(self.path("files", str(size)), "wb") as f:
                f.write(content(size))
        self.port = free_port()
        config = self.write("nginx.conf", NGINX_CONFIG.format(
            directory=self.directory, port=self.port,
            user="user root;" if os.geteuid() == 0 else "",
            certificate=self.certificate, key=self.key))
        self.spawn(["nginx", "-c", config, "-p", self.directory])
        self.wait_for_port(self.port)

    def web_port(self):
        return self.port

    def file_path(self, size):
        return f"/{size}"

    def places(self, size, first, count):
        """Paths to which `count` files of that size may be put, from the `first` on."""
        return [f"/put/{size}-{n}" for n in range(first, first + count)]

    @classmethod
    def version(cls):
        return package_version("nginx-light") or package_version("nginx")


def cpu_seconds(pid):
    """What the threads of the process have run, and those of its children, to the nanosecond."""
    def run_ns(thread):
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as f:
            return int(f.read().split()[0])

    def children(thread):
        with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as f:
            return [int(child) for child in f.read().split()]

    threads = os.listdir(f"/proc/{pid}/task")
    return sum(run_ns(thread) for thread in threads) / 1e9 + sum(
        cpu_seconds(child) for thread in threads for child in children(thread))


def get(target, size, seconds):
    """µs of CPU of a request; what wrk was answered must all be good."""
    url = f"https://127.0.0.1:{target.web_port()}{target.file_path(size)}"
    before = cpu_seconds(target.processes[-1].pid)
    done = subprocess.run(
        ["wrk", "-t1", f"-c{WRK_CONNECTIONS}", f"-d{seconds}s", "-H", f"Host: {HOST}", url],
        capture_output=True, text=True, check=True)
    used = cpu_seconds(target.processes[-1].pid) - before
    requests = int(re.search(r"(\d+) requests in", done.stdout)[1])
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout or not requests:
        target.fail(f"answered wrongly: {done.stdout}")
    return used / requests * 1e6


class Putter:
    """One connection that stays open."""

    def __init__(self, port):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(
            socket.create_connection(("127.0.0.1", port)), server_hostname=HOST)
        self.answers = self.socket.makefile("rb")

    def put(self, path, body):
        self.socket.sendall(
            f"PUT {path} HTTP/1.1\r\nHost: {HOST}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        status = self.answers.readline().split()[1]
        length = 0
        while (line := self.answers.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self.answers.read(length)
        return status

    def close(self):
        self.answers.close()
        self.socket.close()


def put(target, size, count):
    """µs of CPU of an upload."""
    used = 0
    for first in range(0, count, PUTS_AT_A_TIME):
        n_now = min(PUTS_AT_A_TIME, count - first)
        places = target.places(size, first, n_now)
        bodies = [content(size, first + n) for n in range(n_now)]
        before = cpu_seconds(target.processes[-1].pid)
        put_all(target, list(zip(places, bodies)))
        used += cpu_seconds(target.processes[-1].pid) - before
    return used / count * 1e6


def put_all(target, files):
    def share(first):
        putter = Putter(target.web_port())
        for place, body in files[first::PUT_CONNECTIONS]:
            status = putter.put(place, body)
            if status not in (b"201", b"204"):
                target.fail(f"answered an upload with {status}")
        putter.close()

    with concurrent.futures.ThreadPoolExecutor(PUT_CONNECTIONS) as pool:
        list(pool.map(share, range(PUT_CONNECTIONS)))
