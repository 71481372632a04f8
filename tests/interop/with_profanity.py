# SPDX-License-Identifier: MIT
"""Profanity, a client for the terminal (which speaks through libstrophe)."""

import asyncio

from people import PASSWORD, Person, play
from terminal import Terminal
from with_slixmpp import ROOM


def log_in(terminal, user, server):
    terminal.shows("[offline]")
    host, port = server.address()
    terminal.type(f"/connect {user}@localhost server {host} port {port} tls trust")
    terminal.shows("Enter password:")
    terminal.type(PASSWORD)
    terminal.shows("logged in successfully", "[TLS]", "[online]")


def test_talk(server):
    """Profanity is allowed to see a slixmpp contact, and the two talk"""
    for user in ("romeo", "juliet"):
        server.add_user(user, password=PASSWORD)
    with Terminal("profanity") as terminal:
        log_in(terminal, "romeo", server)
        play(talk, server, terminal)


async def talk(server, terminal):
    async def shows(*texts):
        await asyncio.to_thread(terminal.shows, *texts)  # slixmpp works meanwhile

    async with Person("juliet", server) as juliet:
        terminal.type("/roster add juliet@localhost")
        await shows("Roster item added: juliet@localhost")
        terminal.type("/sub request juliet@localhost")
        asked = await juliet.sees("presence_subscribe")
        assert asked["from"] == "romeo@localhost", asked
        juliet.send_presence(pto="romeo@localhost", ptype="subscribed")
        await shows("Subscription received from", "++ juliet@localhost (slixmpp) is online")
        terminal.type("/msg juliet@localhost Good morrow!")
        got = await juliet.sees("message", lambda got: got["body"])
        assert got["body"] == "Good morrow!", got
        juliet.send_message(got["from"], "Good morrow to you", mtype="chat")
        await shows("Good morrow to you")


def test_room(server):
    """Profanity makes a room, sets the subject, talks there and puts somebody out"""
    for user in ("romeo", "juliet"):
        server.add_user(user, password=PASSWORD)
    with Terminal("profanity") as terminal:
        log_in(terminal, "romeo", server)
        play(room, server, terminal)


async def room(server, terminal):
    async def shows(*texts):
        await asyncio.to_thread(terminal.shows, *texts)  # slixmpp works meanwhile

    async with Person("juliet", server) as juliet:
        terminal.type(f"/join {ROOM} nick romeo")
        await shows("Room locked, requires configuration.")
        terminal.type("/room accept")
        await shows("Room unlocked")
        terminal.type("/subject set Fire Burn")
        juliet["xep_0045"].join_muc(ROOM, "juliet")
        # What is typed is shown as well: only she knows when it is set.
        await juliet.sees("groupchat_subject", lambda got: got["subject"] == "Fire Burn")
        await shows("Participants", "juliet")  # the list beside what is said
        terminal.type("Good morrow!")
        await juliet.sees("groupchat_message", lambda got: got["body"] == "Good morrow!")
        juliet.send_message(ROOM, "Good morrow to you", mtype="groupchat")
        await shows("juliet: Good morrow to you")
        terminal.type("/kick juliet enough")
        got = await juliet.sees("groupchat_presence", lambda got: got["type"] == "unavailable")
        assert got["muc"]["status_codes"] >= {110, 307}, got
