# SPDX-License-Identifier: MIT
"""The web site of docs/confirm.md, as it is printed there, and slixmpp, which confirms (XEP-0070)."""

import asyncio
import http.client
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import urllib.parse

from people import PASSWORD, PATIENCE, Person, play

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Visitor:
    """A browser with one cookie."""

    def __init__(self, port):
        self.port = port
        self.cookie = ""

    def ask(self, method="GET", **form):
        site = http.client.HTTPConnection("localhost", self.port, timeout=PATIENCE)
        body = urllib.parse.urlencode(form) if form else None
        try:
            site.request(method, "/", body, {"Cookie": self.cookie})
            answer = site.getresponse()
            self.cookie = answer.headers.get("Set-Cookie", self.cookie).partition(";")[0]
            return answer.read().decode()
        finally:
            site.close()

    async def waits_for(self, text):
        """Looks again and again, as a page that refreshes itself."""
        async def look():
            while text not in (page := await asyncio.to_thread(self.ask)):
                await asyncio.sleep(0.05)
            return page
        return await asyncio.wait_for(look(), PATIENCE)


class Site:
    """The printed one, at a free port."""

    def __init__(self, server):
        text = (ROOT / "docs" / "confirm.md").read_text(encoding="utf-8")
        self.directory = tempfile.TemporaryDirectory(prefix="jaseur-test-site-")
        path = pathlib.Path(self.directory.name) / "site.py"
        path.write_text(re.search(r"```python\n(.*?)```", text, re.S)[1], encoding="utf-8")
        command = re.search(r"^jaseur (token add .*)$", text, re.M)[1]
        printed = server.command(*command.replace("example.org", "localhost").split())
        token = re.search(r"^token: (\S+)$", printed, re.M)[1]
        with socket.create_server(("localhost", 0)) as free:
            self.port = free.getsockname()[1]
        api = f"http://localhost:{server.address('web')[1]}/api/v1"
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [sys.executable, path, str(self.port), api, token], stderr=subprocess.DEVNULL)

    async def is_there(self):
        for _ in range(int(PATIENCE / 0.05)):
            try:
                return Visitor(self.port).ask()
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
        raise AssertionError("the site does not start")

    async def __aenter__(self):
        await self.is_there()
        return self

    async def __aexit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.directory.cleanup()


def test_site(server):
    """visitors of the printed site log in by chat: by message and by iq, or are denied"""
    for name in ("romeo", "juliet"):
        server.add_user(name, password=PASSWORD)
    play(log_in, server)


async def log_in(server):
    juliet = Person("juliet", server)
    juliet.register_plugin("xep_0070")
    juliet.register_plugin("xep_0115")
    for event in ("http_confirm_iq", "http_confirm_message"):
        juliet.add_event_handler(event, lambda got, event=event: juliet.note(event, got))
    async with Site(server) as site, juliet:
        visitor = Visitor(site.port)
        assert "Log in" in visitor.ask()

        visitor.ask("POST", address="juliet@localhost")
        asked = await juliet.sees("http_confirm_message")
        assert f"<b>{asked['confirm']['id']}</b>" in visitor.ask()
        assert asked["confirm"]["url"] == f"http://localhost:{site.port}/", asked
        reply = juliet.make_message("localhost", "OK")
        reply["thread"] = asked["thread"]
        reply.send()
        await visitor.waits_for("Welcome, juliet@localhost!")

        other = Visitor(site.port)
        other.ask("POST", address="juliet@localhost")
        asked = await juliet.sees("http_confirm_message")
        juliet.send_message("localhost", "no")
        await other.waits_for("denied")

        third = Visitor(site.port)
        third.ask("POST", address="romeo@localhost")
        await third.waits_for("cannot be asked now")

        # It says what it can do, is asked, and answers; each is behind the one before.
        await juliet["xep_0115"].update_caps()
        for _ in range(3):
            await juliet["xep_0199"].ping("localhost")
        fourth = Visitor(site.port)
        fourth.ask("POST", address=juliet.boundjid.full)
        asked = await juliet.sees("http_confirm_iq")
        assert asked["confirm"]["method"] == "GET", asked
        asked.reply().send()
        await fourth.waits_for(f"Welcome, {juliet.boundjid.full}!")
