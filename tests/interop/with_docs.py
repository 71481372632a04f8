# SPDX-License-Identifier: MIT
"""Pages of docs/ that others do not test: their commands and requests are sent as printed.

What differs: `jaseur` is the program under test, in the server's directory, and what is revoked
is what was made before.
"""

import pathlib
import re
import shlex
import xml.etree.ElementTree as ET

from people import PASSWORD, Person, play
from wire.settings import setting

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


def blocks(page, kind):
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{kind}\n(.*?)^```$", text, re.M | re.S)
    assert found, f"nothing to try in {page}"
    return found


def commands(server, page):
    """Runs each; returns what they printed, by line."""
    server.stop()
    server.hosts = ("localhost", "example.org")
    server.start()
    server.command("user", "add", "romeo@example.org", text=PASSWORD + "\n")
    said = {}
    for line in "".join(blocks(page, "sh")).splitlines():
        program, *arguments = shlex.split(line, comments=True)
        assert program == "jaseur", line
        if arguments[:2] == ["invite", "revoke"]:
            arguments[-1] = said["jaseur invite list"].splitlines()[-1].split()[0]
        said[line] = server.command(*arguments)
    return said


def test_rooms(server):
    """the administration makes, configures and ends a room as docs/rooms.md says"""
    said = commands(server, "rooms.md")
    shown = said["jaseur room members example.org balcony"]
    assert "romeo@example.org" in shown and "spam.example" in shown, shown
    assert "balcony" in said["jaseur room list example.org"], said
    assert "balcony" not in server.command("room", "list", "example.org")


@setting("http.public_url=https://example.org")
def test_invitations(server):
    """invitations are made, listed and revoked as docs/invitations.md says"""
    said = commands(server, "invitations.md")
    assert all(
        "xmpp:" in text and "https://example.org/invite/" in text
        for line, text in said.items() if " create " in line), said


async def requests(server, page):
    async with Person("juliet", server) as juliet:
        card = juliet["xep_0054"].make_vcard()
        card["FN"] = "Juliet Capulet"
        await juliet["xep_0054"].publish_vcard(card)
        answers = []
        for block in blocks(page, "xml"):
            request = ET.fromstring(f"<stream xmlns='jabber:client'>{block}</stream>")[0]
            answers.append(str(await juliet.Iq(xml=request).send()))  # an error is raised
        return answers


def test_nodes(server):
    """a node is made, published to, read and subscribed to as docs/nodes.md says"""
    server.add_user("juliet", password=PASSWORD)
    answers = play(requests, server, "nodes.md")
    assert any("The library opens on Sundays" in answer for answer in answers), answers


def test_search(server):
    """somebody is found as docs/search.md says"""
    server.add_user("juliet", password=PASSWORD)
    assert "juliet@localhost" in play(requests, server, "search.md")[-1]
