# SPDX-License-Identifier: MIT
"""The server under test: an instance of its own, in a directory of its own."""

import json
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

# No TLS: most tests are about what is said. Those about TLS set it again.
SETTINGS = (
    "workers=2",
    "c2s.require_tls=no",
    "listen.c2s.port=0",
    "listen.c2s_tls.port=0",
    "listen.web.port=0",
    "listen.turn.port=0",
    "listen.turn_tcp.port=0",
    "listen.turn_tls.port=0",
    "listen.turn.enabled=no",  # many servers at a time, few of which relay
    "listen.turn_tcp.enabled=no",
    "listen.turn_tls.enabled=no",
    "modules.external.relay=no",  # the web port has it
    "http.require_tls=no",
    "modules.accounts.iterations=4096",
)

START_SECONDS = 60  # until "ready" must have been said
STOP_SECONDS = 60  # from SIGTERM to the end of the process
LOG_SECONDS = 60  # until a line that must come is in the log

# What a healthy server never writes.
BAD_LINE = re.compile(r"^\S+Z error |Sanitizer|runtime error:|Assertion")


class Failed(Exception):
    """A subcommand that was to succeed did not, or the other way round."""


class Server:
    """Started by `with`; must end cleanly and without having logged an error.

    errors    regular expression of the errors that are expected
    may_fill  its files will be bounded (RLIMIT_FSIZE): it ignores SIGXFSZ, as Python does, and a
              file that may not grow is a failing write, as on a full disk
    """

    def __init__(self, program, settings=(), hosts=("localhost",), errors=None, environment=None,
                 may_fill=False):
        self.program = str(program)
        self.settings = [*SETTINGS, *settings]
        self.hosts = hosts
        self.errors = errors
        self.environment = environment
        self.may_fill = may_fill
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="jaseur-test-"))
        self.data = self.directory / "data"
        self.process = None
        self.ready = None
        self.log_path = self.directory / "log"

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.discard()
            raise
        return self

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.stop()
                self.check_log()
            elif self.process:
                self.kill()
        finally:
            self.discard()
        return False

    def start(self):
        arguments = [self.program, "--data", str(self.data), "serve"]
        for host in self.hosts:
            arguments += ["--host", host]
        for setting in self.settings:
            arguments += ["--set", setting]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                text=True, env=self.environment,
                restore_signals=not self.may_fill,
            )
        line = self.read_line()
        if not line.startswith("ready "):
            self.kill()
            raise AssertionError("the server did not start:\n" + self.read_log())
        self.ready = json.loads(line[len("ready "):])

    def read_line(self):
        lines = queue.Queue()
        reader = threading.Thread(
            target=lambda: lines.put(self.process.stdout.readline()), daemon=True
        )
        reader.start()
        try:
            return lines.get(timeout=START_SECONDS)
        except queue.Empty:
            return ""

    def stop(self):
        """SIGTERM; the exit status must be 0."""
        if not self.process:
            return
        self.process.send_signal(signal.SIGTERM)
        self.wait()

    def wait(self):
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the server does not stop:\n" + self.read_log()) from None
        self.process.stdout.close()
        self.process = None
        if status != 0:
            raise AssertionError(f"the server ended with {status}:\n{self.read_log()[-6000:]}")

    def kill(self):
        """SIGKILL: nothing is written any more."""
        if not self.process:
            return
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def discard(self):
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def check_log(self):
        bad = [line for line in self.read_log().splitlines() if BAD_LINE.search(line)]
        if self.errors:
            bad = [line for line in bad if not re.search(self.errors, line)]
        if bad:
            raise AssertionError("the server logged errors:\n" + "\n".join(bad[:40]))

    def read_log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_for_log(self, text):
        """A line may be written a moment after what it tells of."""
        deadline = time.monotonic() + LOG_SECONDS
        while text not in self.read_log():
            if not self.is_alive() or time.monotonic() > deadline:
                raise AssertionError(f"no {text} in the log:\n{self.read_log()[-6000:]}")
            time.sleep(0.01)

    def address(self, name="c2s"):
        for listener in self.ready["listeners"]:
            if listener["name"] == name:
                return ("127.0.0.1", listener["port"])
        raise KeyError(name)

    def run(self, *arguments, text=""):
        """Runs a subcommand against this instance."""
        return subprocess.run(
            [self.program, "--data", str(self.data), *arguments],
            input=text, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
            env=self.environment,
        )

    def command(self, *arguments, text=""):
        """The same; returns what it printed."""
        done = self.run(*arguments, text=text)
        if done.returncode != 0:
            raise Failed(f"{' '.join(arguments)}: status {done.returncode}: {done.stderr}")
        return done.stdout

    def begin(self, *arguments):
        """A subcommand that waits for something that is still to happen."""
        return subprocess.Popen(  # pylint: disable=consider-using-with
            [self.program, "--data", str(self.data), *arguments], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment)

    def finish(self, begun):
        """It must succeed; returns what it printed."""
        with begun:
            try:
                printed, _ = begun.communicate(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                begun.kill()
                raise
        if begun.returncode != 0:
            raise Failed(f"{begun.args}: status {begun.returncode}: {printed}")
        return printed

    def add_user(self, user, host="localhost", password="secret"):
        self.command("user", "add", f"{user}@{host}", "--password", password)


PATIENCE_SECONDS = 60  # for a subcommand
