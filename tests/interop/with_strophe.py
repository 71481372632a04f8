# SPDX-License-Identifier: MIT
"""libstrophe, a library that clients in C are made with; strophe.c is one."""

import asyncio
import pathlib

from people import PATIENCE, PASSWORD, Person, play


def test_talk(server):
    """a client made with libstrophe checks the certificate, logs in, greets, is answered"""
    for user in ("romeo", "juliet"):
        server.add_user(user, password=PASSWORD)
    play(talk, server)


async def talk(server):
    program = pathlib.Path(server.program).parent / "tests" / "interop" / "strophe"
    host, port = server.address()
    certificate = server.data / "certificates" / "localhost.pem"
    async with Person("juliet", server) as juliet:
        process = await asyncio.create_subprocess_exec(
            program, "romeo@localhost/strophe", PASSWORD, host, str(port), certificate,
            "juliet@localhost", stdin=asyncio.subprocess.DEVNULL)
        try:
            got = await juliet.sees("message", lambda got: got["body"] == "Good morrow!")
            assert got["from"] == "romeo@localhost/strophe", got
            juliet.send_message(got["from"], "Good morrow to you", mtype="chat")
            status = await asyncio.wait_for(process.wait(), PATIENCE)
            assert status == 0, f"strophe ended with {status}"
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
