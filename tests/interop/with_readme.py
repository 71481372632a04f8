# SPDX-License-Identifier: MIT
"""README.md does what it says: its commands are run as printed, one after the other.

What differs: the clone is a directory of links to this tree, the ports are free ones, and the
passwords come from standard input.
"""

import json
import pathlib
import re
import signal
import subprocess
import tempfile

from people import PASSWORD
from terminal import PATIENCE, Terminal

ROOT = pathlib.Path(__file__).resolve().parents[2]
PORTS = ("--set", "listen.c2s.port=0", "--set", "listen.c2s_tls.port=0", "--set",
         "listen.web.port=0", "--set", "listen.turn.port=0", "--set", "listen.turn_tcp.port=0",
         "--set", "listen.turn_tls.port=0")


def blocks(kind):
    """The lines of each block of this kind in README.md."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^( *)```(\w*)\n(.*?)^\1```$", text, re.M | re.S)
    return [[line.strip() for line in body.splitlines()] for _, name, body in found if name == kind]


def clone(directory):
    for path in ROOT.iterdir():
        if path.name not in ("data", ".git"):
            (directory / path.name).symlink_to(path)


def shell(line, directory):
    done = subprocess.run(["sh", "-c", line], cwd=directory, input=PASSWORD + "\n",
                          capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    return done.stdout


def test_commands(_):
    """the server starts, the accounts are made, Profanity talks, all as README.md says"""
    start, accounts, administer = blocks("sh")
    assert start[0].startswith("git clone ") and start[1:] == ["script/server"], start
    with tempfile.TemporaryDirectory(prefix="jaseur-test-readme-") as name:
        directory = pathlib.Path(name)
        clone(directory)
        with subprocess.Popen([start[1], *PORTS], cwd=directory, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                line = process.stdout.readline()
                assert line.startswith("ready "), line + process.stderr.read()
                listeners = json.loads(line.removeprefix("ready "))["listeners"]
                for command in accounts:
                    shell(command, directory)
                profanity(listeners[0]["port"])
                for command in administer:
                    shell(command, directory)
                assert shell(administer[0], directory) == "juliet@localhost\nromeo@localhost\n"
                process.send_signal(signal.SIGINT)
                assert process.wait(PATIENCE) == 0
            finally:
                process.kill()


def profanity(port):
    command, connect, *others = blocks("")[0]
    assert " server localhost " in connect, connect
    with Terminal(command) as terminal:
        terminal.shows("[offline]")
        terminal.type(connect.replace("localhost tls", f"127.0.0.1 port {port} tls"))
        terminal.shows("Enter password:")
        terminal.type(PASSWORD)
        terminal.shows("logged in successfully", "[TLS]")
        for line, answer in zip(others, ("Roster item added", "Sent subscription request",
                                         "me: Good morrow!"), strict=True):
            terminal.type(line)
            terminal.shows(answer)
