# SPDX-License-Identifier: MIT
"""Libraries of web clients, under Node: strophe.js over WebSocket and BOSH, @xmpp/client over
WebSocket; strophe.js in Chromium, on the server's own page, and there Converse.js as well.
npm/package-lock.json says which, by their hashes."""

import os
import pathlib
import subprocess

from people import PASSWORD

NPM = pathlib.Path(__file__).resolve().parent / "npm"
INSTALL = NPM.parents[2] / "tools" / "npm-install"
PATIENCE = 120  # seconds
WEBSOCKET = "wss://localhost:{port}/xmpp-websocket"
BOSH = "https://localhost:{port}/http-bind"


def run(server, script, arguments, last):
    """The script must end well, with that line."""
    # The certificate is of the test's own server.
    environment = {**os.environ, "NODE_TLS_REJECT_UNAUTHORIZED": "0", "NODE_NO_WARNINGS": "1"}
    subprocess.run([INSTALL, NPM], check=True, timeout=PATIENCE)
    server.add_user("romeo", password=PASSWORD)
    server.add_user("juliet", password=PASSWORD)
    done = subprocess.run(
        ["node", NPM / script, *arguments],
        env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )
    good = done.returncode == 0 and done.stdout.endswith(last + "\n")
    assert good, done.stdout + done.stderr


def two(server, script, first, second, last):
    port = server.address("web")[1]
    urls = {"websocket": WEBSOCKET, "bosh": BOSH}
    arguments = [f"{client}={urls[over].format(port=port)}" for client, over in (first, second)]
    run(server, script, arguments, last)


def talk(server, first, second):
    two(server, "talk.mjs", first, second, "talked")


def meet(server, first, second):
    two(server, "meet.mjs", first, second, "met")


def test_strophe_js_over_websocket(server):
    """strophe.js talks to strophe.js, both over WebSocket"""
    talk(server, ("strophe", "websocket"), ("strophe", "websocket"))


def test_strophe_js_over_bosh(server):
    """strophe.js talks to strophe.js, both over BOSH"""
    talk(server, ("strophe", "bosh"), ("strophe", "bosh"))


def test_xmpp_client_over_websocket(server):
    """@xmpp/client talks to @xmpp/client, both over WebSocket"""
    talk(server, ("xmpp", "websocket"), ("xmpp", "websocket"))


def test_one_of_each(server):
    """strophe.js over BOSH talks to @xmpp/client over WebSocket"""
    talk(server, ("strophe", "bosh"), ("xmpp", "websocket"))


def test_meet_by_xmpp_client(server):
    """@xmpp/client makes a room and a node, and moderates strophe.js over WebSocket"""
    meet(server, ("xmpp", "websocket"), ("strophe", "websocket"))


def test_meet_by_strophe_js(server):
    """strophe.js makes a room and a node over BOSH, and moderates @xmpp/client"""
    meet(server, ("strophe", "bosh"), ("xmpp", "websocket"))


def test_xmpp_client_resumes(server):
    """@xmpp/client loses its connection, resumes, and has everything once, in order"""
    port = server.address("web")[1]
    run(server, "resume.mjs", [f"wss://localhost:{port}/xmpp-websocket"], "resumed")


def browse(server, script, last, *paths):
    port = server.address("web")[1]
    urls = [path.format(port=port) for path in paths]
    run(server, script, [f"https://localhost:{port}/", *urls], last)


def test_chromium_over_websocket(server):
    """on the server's page, Chromium talks over WebSocket"""
    browse(server, "browse.mjs", "talked", WEBSOCKET, WEBSOCKET)


def test_chromium_over_bosh(server):
    """on the server's page, Chromium talks over BOSH, and to WebSocket"""
    browse(server, "browse.mjs", "talked", BOSH, WEBSOCKET)


def test_converse_over_websocket(server):
    """Converse.js in Chromium makes, configures and moderates a room, and a node"""
    browse(server, "converse.mjs", "met", WEBSOCKET)


def test_converse_over_bosh(server):
    """Converse.js in Chromium does so over BOSH"""
    browse(server, "converse.mjs", "met", BOSH)
