# SPDX-License-Identifier: MIT
"""The server under test: an instance of its own, in a directory of its own."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile


class Server:
    """Started by `with`; must end cleanly and without having logged an error."""

    def __init__(self, program, settings=(), hosts=("localhost",), errors_expected=False):
        self.program = str(program)
        self.settings = settings
        self.hosts = hosts
        self.errors_expected = errors_expected
        self.directory = None

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="jaseur-test-"))
        self.log = open(self.directory / "log", "w+", encoding="utf-8", errors="replace")
        arguments = [self.program, "--data", str(self.directory / "data"), "serve"]
        for host in self.hosts:
            arguments += ["--host", host]
        for setting in self.settings:
            arguments += ["--set", setting]
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.process.wait()
            raise AssertionError("the server did not start:\n" + self.read_log())
        self.ready = json.loads(line[len("ready "):])
        return self

    def __exit__(self, kind, value, trace):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "a refusal to stop"
        log = self.read_log()
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
        if kind is not None:
            return False
        if status != 0:
            raise AssertionError(f"the server ended with {status}:\n{log}")
        errors = [line for line in log.splitlines() if " error " in line or "Sanitizer" in line]
        if errors and not self.errors_expected:
            raise AssertionError("the server logged errors:\n" + "\n".join(errors))
        return False

    def read_log(self):
        self.log.flush()
        return (self.directory / "log").read_text(encoding="utf-8", errors="replace")

    def address(self, name="c2s"):
        for listener in self.ready["listeners"]:
            if listener["name"] == name:
                return ("127.0.0.1", listener["port"])
        raise KeyError(name)

    def command(self, *arguments, text=""):
        """Runs a subcommand against this instance; returns what it printed."""
        done = subprocess.run(
            [self.program, "--data", str(self.directory / "data"), *arguments],
            input=text, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ},
        )
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.stderr}")
        return done.stdout

    def add_user(self, user, host="localhost", password="secret"):
        self.command("user", "add", f"{user}@{host}", "--password", password)
