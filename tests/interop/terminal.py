# SPDX-License-Identifier: MIT
"""A program on a terminal that nobody looks at but the test (tmux)."""

import os
import pathlib
import signal
import subprocess
import tempfile
import time

PATIENCE = 10.0  # seconds until a text that does not appear is a failure
LOOK_EVERY = 0.05  # seconds; tmux has no way to wait for a text


class Terminal:
    """Started by `with`; everything in it has ended afterwards. Has a home directory of its
    own, so that nothing is read from or left in that of whoever runs the tests."""

    def __init__(self, *command):
        self.command = command
        self.directory = tempfile.TemporaryDirectory(prefix="jaseur-test-terminal-")
        home = pathlib.Path(self.directory.name)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TERM": "screen",
            "TMUX_TMPDIR": str(home),
        }
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
            self.environment[f"XDG_{kind}_HOME"] = str(home / kind.lower())
        self.pids = []

    def tmux(self, *arguments, check=True):
        done = subprocess.run(
            ["tmux", "-u", "-f", "/dev/null", "-S", f"{self.directory.name}/tmux", *arguments],
            env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"tmux {arguments[0]}: {done.stderr}")
        return done.stdout

    def __enter__(self):
        try:
            self.tmux("new-session", "-d", "-x", "160", "-y", "50", *self.command)
            self.pids = self.tmux("display", "-p", "#{pid} #{pane_pid}").split()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, value, trace):
        self.tmux("kill-server", check=False)
        deadline = time.monotonic() + PATIENCE
        for pid in self.pids:
            while os.path.exists(f"/proc/{pid}"):
                if time.monotonic() > deadline:
                    os.kill(int(pid), signal.SIGKILL)
                    break
                time.sleep(LOOK_EVERY)
        self.directory.cleanup()
        return False

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def type(self, line):
        """A line and Enter."""
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def shows(self, *texts):
        """Waits until all of these are on the screen."""
        deadline = time.monotonic() + PATIENCE
        while not all(text in (screen := self.screen()) for text in texts):
            if time.monotonic() > deadline:
                raise AssertionError(f"{texts} did not appear on:\n{screen.rstrip()}")
            time.sleep(LOOK_EVERY)
