# SPDX-License-Identifier: MIT
"""Users who want too much of rooms, or of those who are in them."""

import re

from scene import HOST
from with_stanzas import send

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
