# SPDX-License-Identifier: MIT
"""Users who want too much of others, of the server, or of themselves."""

import re

from scene import END, HOST, expect
from wire.settings import setting


def send(attacker, text):
    """Stanzas, and one behind them whose answer says that they have been dealt with."""
    attacker.said += 1
    attacker.push(text)
    attacker.push(f"<iq type='get' id='last-{attacker.said}'><ping xmlns='urn:xmpp:ping'/></iq>")
    attacker.hear(f"id='last-{attacker.said}'".encode())


def ask(attacker, to, text):
    """Requests, and one behind them at the same place: all that were refused are by then."""
    attacker.said += 1
    end = f"end-{attacker.said}"
    attacker.push(text + f"<iq type='get' id='{end}' to='{to}'><query "
                         "xmlns='http://jabber.org/protocol/disco#items'/></iq>")
    attacker.hear(f"id='{end}'".encode())


def test_forged_senders(scene):
    """who claims to be somebody else is cut off, each time"""
    for number, claimed in enumerate((scene.romeo.jid, f"romeo@{HOST}", HOST, f"mallory@{HOST}/x",
                                      "a@elsewhere.example", "@", "a@b@c", "x" * 4000, "")):
        for text in (f"<message from='{claimed}' to='{scene.juliet.jid}'><body>forged</body>"
                     "</message>", f"<presence from='{claimed}' type='unavailable'/>",
                     f"<iq from='{claimed}' type='set' id='{number}'><query "
                     "xmlns='jabber:iq:roster'><item jid='a@b.example'/></query></iq>"):
            with scene.mallory() as one:
                one.push(text * 100)
                expect(one, "invalid-from")
    scene.talk()


def test_wrong_addresses(scene):
    """stanzas to what is no address come back, by the hundred"""
    wrong = ("@", "a@", "@b", "a@b@c", "/", f"romeo@{HOST}/", "a b@c", "a@b c", "a&amp;@b",
             "x" * 1024 + f"@{HOST}", f"romeo@{HOST}/" + "x" * 1024, "a@" + "b" * 1024,
             "a@-b-.example", "\u00ad@b", "\u2665@b", "a@\u2665", f"romeo@{HOST}/\u202e")
    with scene.mallory() as one:
        text = "".join(
            f"<message to='{to}' id='m{n}'><body>x</body></message><presence to='{to}'/>"
            f"<iq to='{to}' type='get' id='i{n}'><ping xmlns='urn:xmpp:ping'/></iq>"
            for n, to in enumerate(wrong))
        for _ in range(20):
            send(one, text)
            one.got.clear()
        send(one, text)
        for n, to in enumerate(wrong):
            for name in ("m", "i"):
                got = re.search(f"id='{name}{n}'[^>]*>.*?<error [^>]*><([a-z-]+)".encode(), one.got)
                assert got and got[1] == b"jid-malformed", (got, to)
    scene.talk()


def test_presence_to_everybody(scene):
    """directed presence has a bound; those who had it hear of the end"""
    with scene.mallory() as one:
        text = "".join(f"<presence to='u{n}@{HOST}' id='p{n}'/>" for n in range(2000))
        send(one, f"<presence to='{scene.romeo.jid}'/>" + text)
        assert bytes(one.got).count(b"<resource-constraint") == 1001
        scene.talk()
        one.drop()
    while True:  # as if mallory had said it
        got = scene.romeo.get_element()
        if got.name[1] == "presence" and got.attributes.get(("", "type")) == "unavailable":
            assert got.attributes[("", "from")] == one.jid, got
            return


def test_a_full_block_list(scene):
    """a block list has a bound, and those who ask for it again and again hold up nobody"""
    block = "<iq type='set' id='{}'><block xmlns='urn:xmpp:blocking'>{}</block></iq>"
    ask = "<iq type='get' id='list{}'><blocklist xmlns='urn:xmpp:blocking'/></iq>"
    many = [scene.mallory() for _ in range(5)]
    for one in many:
        send(one, ask.format(""))
    full = "".join(f"<item jid='u{n}@blocked.example'/>" for n in range(2000))
    send(many[0], block.format("full", full))
    assert b"type='error'" not in many[0].got, bytes(many[0].got[-1000:])
    for one in many[1:]:
        one.hear(b"u1999@blocked.example")  # pushed
        one.got.clear()
        send(one, block.format("more", "<item jid='v@blocked.example'/>"))
        assert b"<resource-constraint" in one.got, bytes(one.got[-1000:])
        one.got.clear()
        send(one, block.format("again", full))
        assert b"type='error'" not in one.got, bytes(one.got[-1000:])
        one.push("".join(ask.format(n) for n in range(20)))
    scene.talk()
    send(many[0], "".join(f"<message to='u{n}@blocked.example'/>" for n in range(2000)))
    for one in many:
        with one:
            one.push("<iq type='set' id='none'><unblock xmlns='urn:xmpp:blocking'/></iq>" +
                     END.decode())
            one.until_ended()
    scene.talk()


@setting("modules.roster.max_items=1000")
def test_roster_floods(scene):
    """thousands of contacts and requests meet a bound, and hold up nobody"""
    item = "<iq type='set' id='r{0}'><query xmlns='jabber:iq:roster'><item jid='c{0}@{1}'>" \
           "<group>{2}</group></item></query></iq>"
    many = [scene.mallory() for _ in range(5)]
    for one in many:
        send(one, "<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq><presence/>")
    for number, one in enumerate(many):
        one.push("".join(item.format(n, HOST, "g" * 500) for n in range(number, 1500, 5)))
        one.push("".join(f"<presence to='d{n}@{HOST}' type='subscribe' id='s{n}'/>"
                         for n in range(number, 1500, 5)))
    scene.talk()
    for one in many:
        send(one, "")
    got = b"".join(bytes(one.got) for one in many)
    refused = got.count(b"<resource-constraint")
    assert refused == 2000, refused
    # Requests that nobody answers are kept for the one who is asked: bounded, too.
    for one in many:
        send(one, f"<presence to='romeo@{HOST}' type='subscribe'/>"
                  f"<presence to='romeo@{HOST}' type='unsubscribe'/>" * 200)
    scene.talk()
    for one in many:
        one.drop()


@setting("modules.archive.default=never")  # else what is too much waits there
def test_messages_to_nobody(scene):
    """messages to thousands who do not exist come back; those to the absent are bounded"""
    scene.server.add_user("nurse")
    with scene.mallory() as one:
        send(one, "".join(f"<message to='u{n}@{HOST}' id='m{n}'><body>x</body></message>"
                          for n in range(5000)))
        scene.talk()
        for n in range(1500):
            one.push(f"<message to='nurse@{HOST}' id='o{n}'><body>{'x' * 1000}</body></message>")
        scene.talk()
        while bytes(one.got).count(b"type='error'") < 5000 + 500:
            one.hear_more()
    with scene.mallory() as one:
        send(one, "".join(f"<message to='u{n}@elsewhere{n}.example'><body>x</body></message>"
                          for n in range(2000)))
    scene.talk()


def test_large_things(scene):
    """business cards, private notes and rosters as large as stanzas may be are kept or refused"""
    large = "x" * 250000
    with scene.mallory() as one:
        for text in (f"<iq type='set' id='1'><vCard xmlns='vcard-temp'><FN>{large}</FN></vCard></iq>",
                     "<iq type='set' id='1'><query xmlns='jabber:iq:private'>"
                     f"<a xmlns='urn:a'>{large}</a></query></iq>",
                     "<iq type='set' id='1'><query xmlns='jabber:iq:roster'>"
                     f"<item jid='a@b.example' name='{large}'/></query></iq>",
                     f"<presence><status>{large}</status></presence>",
                     f"<presence to='{scene.romeo.jid}'><status>{large}</status></presence>",
                     f"<message to='romeo@{HOST}'><body>{large}</body></message>",
                     "<message to='romeo@localhost'><body>" + "&lt;" * 60000 + "</body></message>",
                     "<message to='romeo@localhost'>" + "<a/>" * 15000 + "</message>",
                     "<message to='romeo@localhost'>" + "<a xmlns='urn:b'/>" * 10000 +
                     "</message>"):
            for _ in range(10):
                send(one, text)
                one.got.clear()
            scene.talk()


@setting("c2s.rate=64KiB", "c2s.burst=64KiB")
def test_a_flood(scene):
    """who sends too fast is read from slowly, and nobody else is"""
    many = [scene.mallory() for _ in range(10)]
    text = f"<message to='mallory@{HOST}'><body>{'x' * 10000}</body></message>" * 50
    for one in many:
        one.push(text[:200000])
    scene.talk()
    for one in many:
        one.drop()


def test_sessions(scene):
    """an account has so many sessions and no more"""
    many = [scene.mallory() for _ in range(64)]
    for one in many:
        one.push("<presence/>")
    with scene.unbound_mallory() as one:
        one.push("<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        one.hear(b"<resource-constraint")
    scene.talk()
    for one in many:
        one.drop()
    scene.talk()
