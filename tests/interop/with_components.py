# SPDX-License-Identifier: MIT
"""Components: one made with slixmpp, and the one in docs/components.md, as it is printed there."""

import asyncio
import pathlib
import re
import subprocess
import sys
import tempfile

import slixmpp

from people import PASSWORD, PATIENCE, Person, play
from wire.settings import setting

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = "echo.localhost"
CONFIGURED = setting("listen.component.enabled=yes", "listen.component.port=0",
                     f'components."{NAME}"={{ secret: {PASSWORD}, title: Echo }}')


class Echo(slixmpp.ComponentXMPP):
    """Answers messages, says what it is, and comes to see those who ask for it."""

    def __init__(self, server):
        super().__init__(NAME, PASSWORD, *server.address("component"))
        for plugin in ("xep_0030", "xep_0092", "xep_0199"):
            self.register_plugin(plugin)
        self["xep_0030"].add_identity("gateway", "irc", name="Echo")
        self.started = asyncio.Event()
        self.add_event_handler("session_start", lambda _: self.started.set())
        self.add_event_handler("message", self.answer)
        self.auto_authorize = None
        self.auto_subscribe = False

    def answer(self, message):
        if message["type"] in ("chat", "normal"):
            message.reply(message["body"]).send()

    async def __aenter__(self):
        self.connect()
        await asyncio.wait_for(self.started.wait(), PATIENCE)
        return self

    async def __aexit__(self, kind, value, trace):
        await self.disconnect()


@CONFIGURED
def test_slixmpp(server):
    """a component of slixmpp is found, talks, is asked what it is, and is subscribed to"""
    server.add_user("romeo", password=PASSWORD)
    play(slixmpp_component, server)


async def slixmpp_component(server):
    async with Echo(server) as echo, Person("romeo", server) as romeo:
        items = await romeo["xep_0030"].get_items("localhost")
        assert (NAME, None, "Echo") in items["disco_items"]["items"], items
        info = await romeo["xep_0030"].get_info(NAME)
        assert ("gateway", "irc", None, "Echo") in info["disco_info"]["identities"], info
        romeo.send_message(f"bot@{NAME}", "Who's there? <&>", mtype="chat")
        got = await romeo.sees("message")
        assert (got["body"], got["from"].full) == ("Who's there? <&>", f"bot@{NAME}"), got
        romeo.send_presence(pto=f"bot@{NAME}", ptype="subscribe")
        asked = asyncio.Event()
        echo.add_event_handler("presence_subscribe", lambda _: asked.set())
        await asyncio.wait_for(asked.wait(), PATIENCE)
        echo.send_presence(pto="romeo@localhost", pfrom=f"bot@{NAME}", ptype="subscribed")
        echo.send_presence(pto="romeo@localhost", pfrom=f"bot@{NAME}", pshow="away")
        await romeo.sees("presence_subscribed")
        await romeo.sees("presence_away", lambda got: got["from"].bare == f"bot@{NAME}")
        rtt = await echo["xep_0199"].ping("localhost", ifrom=NAME)
        assert rtt >= 0


@CONFIGURED
def test_documented(server):
    """the example in the documentation runs, and answers"""
    server.add_user("romeo", password=PASSWORD)
    text = (ROOT / "docs" / "components.md").read_text(encoding="utf-8")
    program = re.search(r"```python\n(.*?)```", text, re.S)[1]
    host, port = server.address("component")
    with tempfile.TemporaryDirectory(prefix="jaseur-test-component-") as directory:
        path = pathlib.Path(directory) / "echo.py"
        path.write_text(program, encoding="utf-8")
        with subprocess.Popen([sys.executable, path, NAME, PASSWORD, host, str(port)],
                              stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout.readline() == "connected\n"
                play(documented, server)
            finally:
                process.kill()


async def documented(server):
    async with Person("romeo", server) as romeo:
        for body in ("Ay me! <&> \u2665", "again"):
            romeo.send_message(f"anybody@{NAME}", body, mtype="chat")
            got = await romeo.sees("message")
            assert (got["body"], got["from"].full) == (body, f"anybody@{NAME}"), got
        try:
            await romeo["xep_0030"].get_info(NAME)
        except slixmpp.exceptions.IqError as error:
            assert error.iq["error"]["condition"] == "service-unavailable", error
        else:
            raise AssertionError("it answers what it does not know")


@setting("listen.component.enabled=yes", "listen.component.port=0",
         f'components."{NAME}"={{ secret: {PASSWORD}, roster: both, message: outgoing }}')
def test_privileges(server):
    """slixmpp reads and changes a roster, and sends a message in somebody's name"""
    server.add_user("romeo", password=PASSWORD)
    play(privileges, server)


async def privileges(server):
    echo = Echo(server)
    echo.server_host = "localhost"  # slixmpp takes the address it connects to for it
    echo.register_plugin("xep_0356")
    advertised = asyncio.Event()
    echo.add_event_handler("privileges_advertised", lambda _: advertised.set())
    async with echo, Person("romeo", server) as romeo:
        await asyncio.wait_for(advertised.wait(), PATIENCE)
        granted = echo["xep_0356"].granted_privileges
        assert (granted["roster"], granted["message"]) == ("both", "outgoing"), granted
        await echo["xep_0356"].set_roster(
            romeo.boundjid.bare, {"nurse@localhost": {"name": "Nurse", "groups": ["Servants"]}})
        item = (await romeo.contacts())["nurse@localhost"]
        assert (item["name"], item["groups"]) == ("Nurse", ["Servants"]), item
        got = await echo["xep_0356"].get_roster(romeo.boundjid.bare)
        assert [str(one) for one in got["roster"]["items"]] == ["nurse@localhost"], got
        message = echo.make_message(romeo.boundjid.bare, "from the nurse",
                                    mfrom="nurse@localhost", mtype="chat")
        echo["xep_0356"].send_privileged_message(message)
        got = await romeo.sees("message")
        assert (got["body"], got["from"].full) == ("from the nurse", "nurse@localhost"), got
