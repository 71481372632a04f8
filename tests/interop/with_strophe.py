# SPDX-License-Identifier: MIT
"""libstrophe, a library that clients in C are made with; strophe.c and strophe_room.c are some."""

import asyncio
import pathlib

from people import PATIENCE, PASSWORD, Person, play
from with_nodes import SERVICE, publisher
from with_slixmpp import ROOM


def test_talk(server):
    """a client made with libstrophe checks the certificate, logs in, greets, is answered"""
    for user in ("romeo", "juliet"):
        server.add_user(user, password=PASSWORD)
    play(talk, server)


def test_room(server):
    """a client made with libstrophe makes a room, names it, publishes that, and puts somebody out"""
    for user in ("romeo", "juliet"):
        server.add_user(user, password=PASSWORD)
    play(room, server)


async def start(server, name, *arguments):
    program = pathlib.Path(server.program).parent / "tests" / "interop" / name
    host, port = server.address()
    certificate = server.data / "certificates" / "localhost.pem"
    return await asyncio.create_subprocess_exec(
        program, "romeo@localhost/strophe", PASSWORD, host, str(port), certificate, *arguments,
        stdin=asyncio.subprocess.DEVNULL)


async def until_ended(process):
    status = await asyncio.wait_for(process.wait(), PATIENCE)
    assert status == 0, f"strophe ended with {status}"


async def kill(process):
    if process.returncode is None:
        process.kill()
        await process.wait()


async def talk(server):
    async with Person("juliet", server) as juliet:
        process = await start(server, "strophe", "juliet@localhost")
        try:
            got = await juliet.sees("message", lambda got: got["body"] == "Good morrow!")
            assert got["from"] == "romeo@localhost/strophe", got
            juliet.send_message(got["from"], "Good morrow to you", mtype="chat")
            await until_ended(process)
        finally:
            await kill(process)


async def room(server):
    async with publisher("juliet", server) as juliet:
        nodes = juliet["xep_0060"]
        await nodes.create_node(SERVICE, "rooms")
        await nodes.modify_affiliations(SERVICE, "rooms", [("romeo@localhost", "publisher")])
        await nodes.subscribe(SERVICE, "rooms")
        process = await start(server, "strophe_room", ROOM, "A Dark Cave", SERVICE, "rooms")
        try:
            got = await juliet.sees("pubsub_publish")
            assert got["pubsub_event"]["items"]["item"]["payload"].text == "A Dark Cave", got
            juliet["xep_0045"].join_muc(ROOM, "hag")
            await juliet.sees("groupchat_subject")
            told = (await juliet["xep_0030"].get_info(ROOM))["disco_info"]
            assert any(one[3] == "A Dark Cave" for one in told["identities"]), told
            juliet.send_message(ROOM, "Good morrow!", mtype="groupchat")
            await juliet.sees("groupchat_message", lambda got: got["body"] == "Good night, hag")
            got = await juliet.sees("groupchat_presence", lambda got: got["type"] == "unavailable")
            assert got["muc"]["status_codes"] >= {110, 307}, got
            await until_ended(process)
        finally:
            await kill(process)
