# SPDX-License-Identifier: MIT
"""slixmpp, a library that bots and some clients are made with."""

import asyncio
import io
import os
import re
import socket
import ssl
import urllib.request
import xml.etree.ElementTree as ET

from people import PASSWORD, PATIENCE, Person, befriend, play
from wire.settings import setting


def accounts(server):
    server.add_user("romeo", password=PASSWORD)
    server.add_user("juliet", password=PASSWORD)


def test_talk(server):
    """two people, one over STARTTLS and one over TLS, become contacts and talk"""
    accounts(server)
    play(talk, server)


async def talk(server):
    async with Person("romeo", server) as romeo:
        async with Person("juliet", server, direct_tls=True) as juliet:
            await befriend(romeo, juliet)
            for person, contact in ((romeo, juliet), (juliet, romeo)):
                items = await person.contacts()
                assert items[contact.boundjid.bare]["subscription"] == "both", items
            romeo.send_message(juliet.boundjid.bare, "Good morrow! <&> \u2665", mtype="chat")
            got = await juliet.sees("message")
            assert got["body"] == "Good morrow! <&> \u2665", got
            assert got["from"] == romeo.boundjid, got
            juliet.send_message(got["from"], "Good morrow to you", mtype="chat")
            got = await romeo.sees("message")
            assert got["body"] == "Good morrow to you", got
            assert got["from"] == juliet.boundjid, got
            juliet.send_presence(pshow="away", pstatus="at mass")
            got = await romeo.sees("presence_away")
            assert got["status"] == "at mass", got
        await romeo.sees("presence_unavailable", lambda got: got["from"] == juliet.boundjid)


def test_tls(server):
    """a login over either version of TLS, after STARTTLS and from the first byte"""
    accounts(server)
    play(each_tls, server)


async def each_tls(server):
    for version, mechanism in (("TLSv1.2", "SCRAM-SHA-512-PLUS"), ("TLSv1.3", "PLAIN")):
        for direct_tls in (False, True):
            romeo = Person("romeo", server, direct_tls=direct_tls, version=version)
            async with romeo:
                assert romeo.socket.version() == version, romeo.socket.version()
                used = romeo["feature_mechanisms"].mech.name
                assert used == mechanism, used
                await romeo["xep_0199"].ping("localhost")


def test_roster(server):
    """a contact is added, named, put into groups, and removed"""
    accounts(server)
    play(roster, server)


async def roster(server):
    async with Person("romeo", server) as romeo:
        await romeo.update_roster("juliet@localhost", name="Juliet", groups=["Verona"])
        item = (await romeo.contacts())["juliet@localhost"]
        assert (item["name"], item["groups"]) == ("Juliet", ["Verona"]), item
        assert item["subscription"] == "none", item
        await romeo.del_roster_item("juliet@localhost")
        assert not await romeo.contacts()


def test_offline(server):
    """a message to somebody who is away waits, and says since when"""
    accounts(server)
    play(offline, server)


async def offline(server):
    async with Person("romeo", server) as romeo:
        romeo.send_message("juliet@localhost", "first", mtype="chat")
        romeo.send_message("juliet@localhost", "second", mtype="chat")
        await romeo["xep_0199"].ping("localhost")
    async with Person("juliet", server) as juliet:
        for body in ("first", "second"):
            got = await juliet.sees("message")
            assert got["body"] == body, got
            assert got["delay"]["stamp"] is not None, got
            assert got["from"] == "romeo@localhost/slixmpp", got
    async with Person("juliet", server) as juliet:
        await juliet["xep_0199"].ping("localhost")
        assert not juliet.has_seen("message"), juliet.seen


def test_resume(server):
    """somebody loses the connection, comes back, and has everything once, in order"""
    accounts(server)
    play(resume, server)


async def resume(server):
    async with Person("romeo", server) as romeo:
        async with Person("juliet", server) as juliet:
            await befriend(romeo, juliet)
            await juliet.sees("sm_enabled")
            for turn in range(3):
                romeo.send_message(juliet.boundjid.bare, f"before {turn}", mtype="chat")
                got = await juliet.sees("message")
                assert got["body"] == f"before {turn}", got
                await juliet.lose_connection()
                for number in range(10):
                    romeo.send_message(juliet.boundjid, f"{turn}.{number}", mtype="chat")
                juliet.send_message(romeo.boundjid, f"from the tunnel {turn}", mtype="chat")
                await juliet.return_()
                for number in range(10):
                    got = await juliet.sees("message")
                    assert got["body"] == f"{turn}.{number}", got
                got = await romeo.sees("message")
                assert got["body"] == f"from the tunnel {turn}", got
            assert not romeo.has_seen("presence_unavailable"), romeo.seen
        await romeo.sees("presence_unavailable", lambda got: got["from"] == juliet.boundjid)
        assert not romeo.has_seen("message_error"), romeo.seen


def test_services(server):
    """what slixmpp asks a server: discovery, ping, version, time, uptime"""
    accounts(server)
    play(services, server)


async def services(server):
    async with Person("romeo", server) as romeo:
        found = (await romeo["xep_0030"].get_info("localhost"))["disco_info"]
        assert any(one[:2] == ("server", "im") for one in found["identities"]), found
        for feature in ("http://jabber.org/protocol/disco#info", "urn:xmpp:ping", "vcard-temp"):
            assert feature in found["features"], found
        found = (await romeo["xep_0030"].get_info("romeo@localhost"))["disco_info"]
        assert any(one[0] == "account" for one in found["identities"]), found
        await romeo["xep_0030"].get_items("localhost")
        await romeo["xep_0199"].ping("localhost")
        got = await romeo["xep_0092"].get_version("localhost")
        assert got["software_version"]["name"] == "Jaseur", got
        got = await romeo["xep_0202"].get_entity_time("localhost")
        # COMPAT(slixmpp, 1.8.3): its reading of <utc/> wants a text without "Z".
        utc = got.xml.find("{urn:xmpp:time}time/{urn:xmpp:time}utc").text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", utc), got
        got = await romeo["xep_0012"].get_last_activity("localhost")
        assert got["last_activity"]["seconds"] >= 0, got


def test_keeping(server):
    """business cards can be read by others, private storage only by its owner"""
    accounts(server)
    play(keeping, server)


async def keeping(server):
    async with Person("romeo", server) as romeo, Person("juliet", server) as juliet:
        card = romeo["xep_0054"].make_vcard()
        card["FN"] = "Romeo Montague"
        await romeo["xep_0054"].publish_vcard(card)
        got = await juliet["xep_0054"].get_vcard("romeo@localhost")
        assert got["vcard_temp"]["FN"] == "Romeo Montague", got

        notes = "{urn:example:notes}notes"
        private = romeo.make_iq_set()
        query = ET.SubElement(private.xml, "{jabber:iq:private}query")
        ET.SubElement(query, notes).text = "by her window"
        await private.send()
        for person, text in ((romeo, "by her window"), (juliet, None)):
            ask = person.make_iq_get()
            query = ET.SubElement(ask.xml, "{jabber:iq:private}query")
            ET.SubElement(query, notes)
            got = await ask.send()
            assert got.xml.find(f".//{notes}").text == text, got


def test_avatar(server):
    """an image that slixmpp publishes is in the card, and one in the card is published"""
    accounts(server)
    play(avatar, server)


async def avatar(server):
    async with Person("romeo", server) as romeo, Person("juliet", server) as juliet:
        for person in (romeo, juliet):
            person.register_plugin("xep_0084")
        image = b"\x89PNG\r\n\x1a\n by slixmpp"
        pep = romeo["xep_0084"]
        # COMPAT(slixmpp, 1.8.3): it says nothing of who may read the nodes.
        published = await pep.publish_avatar(image)
        name = published["pubsub"]["publish"]["item"]["id"]
        await pep.publish_avatar_metadata(
            [{"id": name, "type": "image/png", "bytes": len(image)}])
        await romeo.sees(
            "presence_available",
            lambda got: name in str(got.xml.find(".//{vcard-temp:x:update}photo").text)
            if got.xml.find(".//{vcard-temp:x:update}photo") is not None else False)
        card = (await romeo["xep_0054"].get_vcard("romeo@localhost", cached=False))["vcard_temp"]
        assert card["PHOTO"]["BINVAL"] == image, card

        card = juliet["xep_0054"].make_vcard()
        card["PHOTO"]["TYPE"] = "image/png"
        card["PHOTO"]["BINVAL"] = image
        await juliet["xep_0054"].publish_vcard(card)
        got = await romeo["xep_0084"].retrieve_avatar("juliet@localhost", name)
        data = got["pubsub"]["items"]["item"]["avatar_data"]["value"]
        assert data == image, got


def test_search(server):
    """who has a card is found by slixmpp's form, whatever the accents"""
    accounts(server)
    play(search, server)


async def search(server):
    async with Person("romeo", server) as romeo, Person("juliet", server) as juliet:
        card = juliet["xep_0054"].make_vcard()
        card["FN"] = "Juli\u00e9tte Capulet"
        await juliet["xep_0054"].publish_vcard(card)
        # Else slixmpp takes the server's answers for questions of its own directory.
        romeo.register_plugin("xep_0055", {"provide_search": False})
        found = (await romeo["xep_0030"].get_items("localhost"))["disco_items"]
        assert any(one[0] == "search.localhost" for one in found["items"]), found
        found = (await romeo["xep_0030"].get_info("search.localhost"))["disco_info"]
        assert any(one[:2] == ("directory", "user") for one in found["identities"]), found
        ask = romeo["xep_0055"].make_search_iq(ito="search.localhost")
        ask["search"]["form"].add_field("fn", value="juliette")
        got = await ask.send()
        rows = list(got["search"]["form"]["items"])
        assert [row["jid"] for row in rows] == ["juliet@localhost"], got
        assert rows[0]["fn"] == "Juli\u00e9tte Capulet", got


def test_administration(server):
    """an administrator makes an account with slixmpp's commands; others find none of those"""
    accounts(server)
    server.stop()
    server.settings.append("modules.commands.admins=[romeo@localhost]")
    server.start()
    play(administration, server)
    assert "tybalt@localhost" in server.command("user", "list").split()


async def administration(server):
    over = asyncio.get_running_loop().create_future()

    def fill_in(iq, session):
        form = iq["command"]["form"]
        assert list(form.get_fields()) == [
            "FORM_TYPE", "accountjid", "password", "password-verify"], iq
        form.reply()
        session["payload"] = form
        form["values"] = {
            "FORM_TYPE": "http://jabber.org/protocol/admin",
            "accountjid": "tybalt@localhost", "password": "prince", "password-verify": "prince"}
        form["type"] = "submit"
        session["next"] = lambda iq, session: over.set_result(iq["command"]["status"])
        romeo["xep_0050"].complete_command(session)

    async with Person("romeo", server) as romeo, Person("juliet", server) as juliet:
        for person in (romeo, juliet):
            person.register_plugin("xep_0133")
        found = await romeo["xep_0133"].get_commands("localhost")
        nodes = {item[1] for item in found["disco_items"]["items"]}
        assert "http://jabber.org/protocol/admin#add-user" in nodes, found
        found = await juliet["xep_0133"].get_commands("localhost")
        nodes = {item[1] for item in found["disco_items"]["items"]}
        assert nodes <= {"urn:xmpp:invite#invite"}, found  # what everybody may
        romeo["xep_0133"].add_user(
            jid="localhost", session={"next": fill_in, "error": lambda iq, _: over.cancel()})
        assert await asyncio.wait_for(over, PATIENCE) == "completed"


def test_blocking(server):
    """who is blocked is not heard, until it is taken back"""
    accounts(server)
    play(blocking, server)


async def blocking(server):
    async with Person("romeo", server) as romeo, Person("juliet", server) as juliet:
        await juliet["xep_0191"].block("romeo@localhost")
        got = await juliet["xep_0191"].get_blocked()
        assert {str(one) for one in got["blocklist"]["items"]} == {"romeo@localhost"}, got
        romeo.send_message("juliet@localhost", "unheard", mtype="chat")
        got = await romeo.sees("message_error")
        assert got["error"]["condition"] == "service-unavailable", got
        await juliet["xep_0191"].unblock("romeo@localhost")
        romeo.send_message("juliet@localhost", "heard", mtype="chat")
        got = await juliet.sees("message")
        assert got["body"] == "heard", got


def on_a_known_port(server):
    """Starts the server again, with a port for https that it can tell its clients."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server.stop()
    server.settings.append(f"listen.web.port={port}")
    server.start()


def test_upload(server):
    """a file is uploaded over https where discovery says, and read by who gets the URL"""
    accounts(server)
    on_a_known_port(server)
    # aiohttp is what slixmpp uploads with: it is to trust the server's own certificate.
    authority = str(server.data / "certificates" / "localhost.pem")
    os.environ["SSL_CERT_FILE"] = authority
    try:
        url = play(upload, server)
    finally:
        del os.environ["SSL_CERT_FILE"]
    with urllib.request.urlopen(
            url, context=ssl.create_default_context(cafile=authority)) as got:
        assert got.read() == PICTURE
        assert got.headers["Content-Type"] == "image/png", got.headers
        assert got.headers["Content-Disposition"].startswith("inline;"), got.headers


PICTURE = b"\x89PNG" + bytes(range(256)) * 1000


async def upload(server):
    async with Person("romeo", server) as romeo, Person("juliet", server) as juliet:
        # COMPAT(slixmpp, 1.8.3): its own search does not run under Python 3.11.
        found = (await romeo["xep_0030"].get_info("localhost"))["disco_info"]
        assert "urn:xmpp:http:upload:0" in found["features"], found
        assert any(one[:2] == ("store", "file") for one in found["identities"]), found
        romeo["xep_0363"].upload_service = "localhost"
        url = await romeo["xep_0363"].upload_file(
            "tr\u00e8s cool.png", size=len(PICTURE), content_type="image/png",
            input_file=io.BytesIO(PICTURE))
        assert url.startswith("https://localhost:") and url.endswith("/tr%C3%A8s%20cool.png"), url
        romeo.send_message("juliet@localhost/slixmpp", url, mtype="chat")
        return (await juliet.sees("message"))["body"]


ROOM = "coven@rooms.localhost"


def test_rooms(server):
    """two people find a room service, make a room, configure it, talk in it and leave"""
    accounts(server)
    play(rooms, server)


async def rooms(server):
    async with Person("romeo", server) as romeo, Person("juliet", server) as juliet:
        listed = (await romeo["xep_0030"].get_items("localhost"))["disco_items"]["items"]
        assert ("rooms.localhost", None, "Rooms") in listed, listed
        told = (await romeo["xep_0030"].get_info("rooms.localhost"))["disco_info"]
        assert "http://jabber.org/protocol/muc" in told["features"], told
        romeo["xep_0045"].join_muc(ROOM, "first")
        await romeo.sees("groupchat_subject")
        form = await romeo["xep_0045"].get_room_config(ROOM)
        form.reply()
        form["values"] = {"muc#roomconfig_roomname": "A Dark Cave"}
        await romeo["xep_0045"].set_room_config(ROOM, form)
        juliet["xep_0045"].join_muc(ROOM, "second")
        await juliet.sees("groupchat_subject")
        await romeo.sees("groupchat_presence", lambda got: got["muc"]["nick"] == "second")
        assert sorted(juliet["xep_0045"].get_roster(ROOM)) == ["first", "second"]
        for person in romeo, juliet:
            person.send_message(ROOM, f"{person.boundjid.user} says", mtype="groupchat")
            for reader in romeo, juliet:
                got = await reader.sees("groupchat_message")
                assert got["body"] == f"{person.boundjid.user} says", got
        romeo["xep_0045"].set_subject(ROOM, "Fire Burn")
        got = await juliet.sees("groupchat_subject")
        assert got["subject"] == "Fire Burn", got
        await romeo["xep_0045"].set_role(ROOM, "second", "visitor")
        juliet.send_message(ROOM, "I would speak", mtype="groupchat")
        got = await juliet.sees("message_error")
        assert got["error"]["condition"] == "forbidden", got
        juliet["xep_0045"].leave_muc(ROOM, "second")
        await romeo.sees("groupchat_presence", lambda got: got["type"] == "unavailable")


def test_account(server):
    """somebody changes the password, logs in with the new one, and removes the account"""
    accounts(server)
    play(account, server)


async def account(server):
    async with Person("romeo", server) as romeo:
        await romeo["xep_0077"].change_password("by yonder moon", "localhost")
    async with Person("romeo", server, password="by yonder moon") as romeo:
        await romeo["xep_0077"].cancel_registration("localhost")
        await romeo.sees("disconnected")
        romeo.abort()
    assert server.command("user", "list") == "juliet@localhost\n"


def test_wrong_password(server):
    """a wrong password is refused, and slixmpp understands why"""
    accounts(server)
    play(wrong_password, server)


async def wrong_password(server):
    romeo = Person("romeo", server, password="wrong")
    romeo.start()
    await romeo.sees("failed_auth", lambda got: got["condition"] == "not-authorized")
    await romeo.leave()


@setting("modules.bytestreams.enabled=yes", "modules.bytestreams.address=127.0.0.1",
         "listen.socks5.enabled=yes", "listen.socks5.port=0")
def test_bytestream(server):
    """a file goes from one to the other through the proxy, which they find by themselves"""
    accounts(server)
    play(bytestream, server)


async def bytestream(server):
    async with Person("romeo", server) as romeo, Person("juliet", server) as juliet:
        for person in (romeo, juliet):
            person.register_plugin("xep_0065", {"auto_accept": True})
        accepted, done = asyncio.Event(), asyncio.Event()
        got, data = bytearray(), os.urandom(300000)

        def take(piece):
            got.extend(piece)
            if len(got) >= len(data):
                done.set()

        juliet.add_event_handler("socks5_stream", lambda sid: accepted.set())
        juliet.add_event_handler("socks5_data", take)
        proxies = await romeo["xep_0065"].discover_proxies()
        assert [str(one) for one in proxies] == ["proxy.localhost"], proxies
        stream = await romeo["xep_0065"].handshake(juliet.boundjid)
        await asyncio.wait_for(accepted.wait(), PATIENCE)
        await stream.write(data)
        await asyncio.wait_for(done.wait(), PATIENCE)
        assert bytes(got) == data
        stream.transport.close()
