# SPDX-License-Identifier: MIT
"""Users who want too much of rooms, or of those who are in them."""

import re

from scene import HOST
from with_stanzas import ask, send

MUC = "http://jabber.org/protocol/muc"
ROOM = f"coven@rooms.{HOST}"


def join(room, nick):
    return f"<presence to='{room}/{nick}'><x xmlns='{MUC}'/></presence>"


def unlock(room):
    return (f"<iq to='{room}' type='set' id='unlock-{room}'><query xmlns='{MUC}#owner'>"
            "<x xmlns='jabber:x:data' type='submit'/></query></iq>")


def meet(scene):
    """Romeo makes a room, in which juliet is as well."""
    scene.romeo.send(join(ROOM, "romeo") + unlock(ROOM))
    while scene.romeo.get_element().name[1] != "iq":
        pass
    scene.juliet.send(join(ROOM, "juliet"))
    while scene.juliet.get_element().name[1] != "message":  # the subject
        pass


def talk_there(scene):
    for one in (scene.romeo, scene.juliet):
        scene.said += 1
        body = f"said {scene.said}"
        one.send(f"<message to='{ROOM}' type='groupchat'><body>{body}</body></message>")
        for other in (scene.romeo, scene.juliet):
            scene.hear(other, body)


def admin(item):
    return (f"<iq to='{ROOM}' type='set' id='admin'><query xmlns='{MUC}#admin'>{item}</query></iq>")


def those(who):
    return (f"<iq to='{ROOM}' type='get' id='those'><query xmlns='{MUC}#admin'><item {who}/>"
            "</query></iq>")


def answered(person, text):
    """Sends a request, and returns its answer."""
    person.send(text)
    while (got := person.get_element()).name[1] != "iq":
        pass
    return got


def read_until(person, body):
    """All that comes until somebody says that, as text."""
    seen = []
    while not seen or f">{body}<" not in seen[-1]:
        seen.append(str(person.get_element()))
    return seen


def gets(attacker, part, n_times):
    """Until that came as often."""
    while attacker.got.count(part) < n_times:
        attacker.hear_more()
    assert attacker.got.count(part) == n_times, bytes(attacker.got)


def test_rooms_by_the_hundred(scene):
    """who makes as many rooms as he can leaves none behind when he is gone"""
    with scene.mallory() as one:
        for first in range(0, 400, 50):
            rooms = [f"r{n}@rooms.{HOST}" for n in range(first, first + 50)]
            send(one, "".join(join(room, "m") for room in rooms))
            send(one, "".join(unlock(room) for room in rooms))
            one.got.clear()
        scene.talk()
        one.drop()
    ask = "<iq to='rooms.{}' type='get' id='{}'><query xmlns='{}'/></iq>"
    for number in range(10000):
        scene.romeo.send(ask.format(HOST, number, "http://jabber.org/protocol/disco#items"))
        got = scene.romeo.get_element("iq")
        if not got.child("query").elements():
            return
    raise AssertionError("rooms without anybody are still listed")


def test_a_room_with_a_flood(scene):
    """who talks without end in a room, from many clients, does not keep others from talking"""
    meet(scene)
    many = [scene.mallory() for _ in range(5)]
    for number, one in enumerate(many):
        send(one, join(ROOM, f"mallory{number}"))
    text = "x" * 1000
    for number in range(20):
        for one in many:
            one.push(f"<message to='{ROOM}' type='groupchat'><body>{text}</body></message>" * 20)
        if number % 5 == 0:
            talk_there(scene)
        for one in many:
            one.got.clear()
    talk_there(scene)


def test_a_room_with_who_does_not_read(scene):
    """a client that reads nothing holds up nobody in its room, and is out in the end"""
    meet(scene)
    with scene.mallory(receive_bytes=4096) as one:
        one.push(join(ROOM, "mallory"), hear=False)
        text = "y" * 20000
        for _ in range(100):
            scene.romeo.send(
                f"<message to='{ROOM}' type='groupchat'><body>{text}</body></message>")
            scene.hear(scene.romeo, text)
            scene.hear(scene.juliet, text)
        talk_there(scene)


def test_a_room_with_wrong_stanzas(scene):
    """stanzas that make no sense in a room hurt nobody who is in it"""
    meet(scene)
    with scene.mallory() as one:
        send(one, join(ROOM, "mallory"))
        wrong = [
            f"<presence to='{ROOM}/mallory' type='{kind}'/>"
            for kind in ("subscribe", "subscribed", "unsubscribe", "probe", "error")
        ] + [
            f"<message to='{ROOM}/romeo' type='groupchat'><body>x</body></message>",
            f"<message to='{ROOM}' type='groupchat'/>",
            f"<message to='{ROOM}' type='groupchat'><subject>x</subject></message>",
            f"<message to='{ROOM}' type='headline'><body>x</body></message>",
            f"<message to='{ROOM}'><x xmlns='{MUC}#user'><invite to='@'/><decline/></x></message>",
            f"<iq to='{ROOM}' type='result' id='1'/>",
            f"<iq to='{ROOM}/romeo' type='result' id='99999999999.x'/>",
            f"<iq to='{ROOM}/romeo' type='error' id='.'/>",
            f"<iq to='{ROOM}' type='set' id='2'><query xmlns='{MUC}#admin'/></iq>",
            f"<iq to='{ROOM}' type='set' id='3'><query xmlns='{MUC}#admin'>"
            "<item nick='romeo' role='none'/><item jid='@' affiliation='king'/></query></iq>",
            f"<iq to='{ROOM}' type='set' id='4'><query xmlns='{MUC}#owner'><destroy/></query></iq>",
            f"<iq to='{ROOM}' type='set' id='5'><query xmlns='urn:xmpp:mam:2'>"
            "<x xmlns='jabber:x:data' type='submit'/></query></iq>",
            f"<presence to='{ROOM}/mallory'><x xmlns='{MUC}'>"
            "<history maxchars='-1' maxstanzas='x' seconds='99999999999' since='never'/></x>"
            "</presence>",
        ]
        for _ in range(20):
            send(one, "".join(wrong))
            one.got.clear()
        talk_there(scene)
        got = re.findall(rb"code='(\d+)'", bytes(one.got))
        assert b"307" not in got and b"301" not in got, got


FORGED = (f"<x xmlns='{MUC}#user'><status code='110'/><status code='301'/><status code='307'/>"
          f"<item affiliation='owner' role='moderator' jid='forged@{HOST}'/>"
          "<destroy/></x><occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/>"
          f"<stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='forged'/>"
          f"<delay xmlns='urn:xmpp:delay' from='{ROOM}' stamp='2001-01-01T00:00:00Z'/>"
          "<hats xmlns='urn:xmpp:hats:0'><hat uri='forged' title='forged'/></hats>")


def test_codes_that_no_room_said(scene):
    """what a client says in the name of a room reaches nobody, by whatever stanza"""
    meet(scene)
    with scene.mallory() as one:
        send(one, f"<presence to='{ROOM}/mallory'><x xmlns='{MUC}'/>{FORGED}</presence>")
        send(one, f"<presence to='{ROOM}/mallory'><show>away</show>{FORGED}</presence>"
                  f"<presence to='{ROOM}/mallet'>{FORGED}</presence>"
                  f"<message to='{ROOM}' type='groupchat'><body>marked</body>{FORGED}</message>"
                  f"<message to='{ROOM}/juliet' type='chat'><body>marked too</body>{FORGED}"
                  "</message>")
        send(one, f"<presence to='{ROOM}/mallet' type='unavailable'>{FORGED}</presence>")
        scene.romeo.send(f"<message to='{ROOM}' type='groupchat'><body>over</body></message>")
        seen = read_until(scene.juliet, "over")
    assert any("mallet" in got for got in seen), seen
    for got in seen:
        for word in ("forged", "'301'", "'307'", "2001", "<destroy"):
            assert word not in got, got


def test_nicknames_without_end(scene):
    """who changes his nickname without end, or takes those of others, holds up nobody"""
    meet(scene)
    with scene.mallory() as one:
        send(one, join(ROOM, "mallory"))
        n_refused = 0
        for first in range(0, 3000, 100):
            one.got.clear()
            ask(one, ROOM, "".join(f"<presence to='{ROOM}/m{first + n}'/>" for n in range(100)))
            n_refused += one.got.count(b"type='error'")
            if first % 500 == 0:
                talk_there(scene)
        assert n_refused > 2900, n_refused  # a few a minute may be taken
        for nick in ("romeo", "juliet"):
            ask(one, ROOM, f"<presence to='{ROOM}/{nick}'/>" * 100)
        talk_there(scene)
    roster = answered(scene.romeo, those("role='participant'"))
    nicks = [item.attributes["", "nick"] for item in roster.child("query").elements()]
    assert nicks.count("juliet") == 1 and "romeo" not in nicks, nicks


def test_who_is_banned_stays_out(scene):
    """no way of writing an address gets in who is banned, nor makes two entries of one"""
    meet(scene)
    for address in (f"MALLORY@{HOST}", f"mallory@{HOST.upper()}", f"\uff4dallory@{HOST}",
                    f"mallory@{HOST}/a", f"mallory@{HOST}."):
        got = answered(scene.romeo, admin(f"<item jid='{address}' affiliation='none'/>"))
        got = answered(scene.romeo, admin(f"<item jid='{address}' affiliation='outcast'/>"))
        assert got.attributes["", "type"] == "result", (address, got)
        with scene.mallory() as one:
            for nick in ("mallory", "MALLORY", "m\u00e1llory", "x"):
                one.push(join(ROOM, nick))
            gets(one, b"<forbidden", 4)
    listed = answered(scene.romeo, those("affiliation='outcast'")).child("query").elements()
    assert len(listed) == 1, listed
    talk_there(scene)


def test_the_last_owner(scene):
    """the last owner cannot step down, however he says so"""
    meet(scene)
    for text in (f"<item jid='romeo@{HOST}' affiliation='none'/>",
                 f"<item jid='ROMEO@{HOST}' affiliation='admin'/>",
                 f"<item jid='romeo@{HOST}' affiliation='outcast'/>",
                 f"<item nick='romeo' affiliation='member'/>"):
        got = answered(scene.romeo, admin(text))
        assert got.attributes["", "type"] == "error", (text, got)
    talk_there(scene)


def test_forms_of_rooms_that_are_too_much(scene):
    """forms with too many fields, values or bytes, or that contradict themselves, are refused"""
    field = "<field var='muc#roomconfig_{0}'><value>{1}</value></field>"
    begin = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>" + MUC + \
            "#roomconfig</value></field>"
    forms = ("".join(field.format(f"f{n}", "x") for n in range(300)),
             field.format("roomname", "n" * 20000), field.format("roomdesc", "d" * 100000),
             field.format("roomsecret", "s" * 20000), field.format("maxusers", "9" * 1000),
             field.format("maxusers", "-1"), field.format("whois", "nobody" * 1000),
             field.format("passwordprotectedroom", "1") + field.format("roomsecret", ""),
             "<field var='muc#roomconfig_roomowners'>" + "".join(
                 f"<value>a{n}@x.example</value>" for n in range(5000)) + "</field>")
    with scene.mallory() as one:
        room = f"forms@rooms.{HOST}"
        send(one, join(room, "m") + unlock(room))
        one.got.clear()
        for n, form in enumerate(forms):
            one.got.clear()
            one.push(f"<iq to='{room}' type='set' id='form{n}'><query xmlns='{MUC}#owner'>{begin}"
                     f"{form}</x></query></iq>")
            one.hear(f"id='form{n}'".encode())
            assert b"type='error'" in one.got, (n, bytes(one.got))
        scene.talk()
