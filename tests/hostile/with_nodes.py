# SPDX-License-Identifier: MIT
"""Users who want too much of nodes, theirs and those of the service, and who lie about them."""

import random

from scene import END, HOST
from with_stanzas import ask, send
from wire import caps, tree
from wire.settings import setting

PUBSUB = "http://jabber.org/protocol/pubsub"
SERVICE = f"pubsub.{HOST}"


def pubsub(number, to, inner, space=PUBSUB):
    return (f"<iq type='set' id='n{number}' to='{to}'><pubsub xmlns='{space}'>{inner}</pubsub>"
            "</iq>")


def leave(one):
    one.push(END.decode())
    one.until_ended()


# At the end the server has megabytes left to write, which takes a sanitizer its time.
@setting("modules.pubsub.max_own_nodes=50", "modules.pep.max_nodes=50", "drain=2s")
def test_nodes_and_items_flood(scene):
    """nodes, items and their bytes meet a bound, and hold up nobody"""
    with scene.mallory() as one:
        for to, refusal in ((SERVICE, b"<forbidden"), (one.jid.partition("/")[0],
                                                       b"<resource-constraint")):
            one.got.clear()
            ask(one, to, "".join(pubsub(n, to, f"<create node='flood-{n}'/>") for n in range(200)))
            assert one.got.count(refusal) == 150, (to, one.got.count(refusal))
            scene.talk()
            one.got.clear()
            item = "<publish node='flood-0'><item id='{0}'><x xmlns='urn:example'>{1}</x></item>" \
                   "</publish>"
            ask(one, to, "".join(pubsub(n, to, item.format(n, "x" * 100)) for n in range(3000)))
            assert b"type='error'" not in one.got, bytes(one.got[-500:])
            ask(one, to, "".join(pubsub(n, to, item.format(n, "y" * 100_000)) for n in range(60)))
            ask(one, to, pubsub("big", to, item.format("big", "z" * 140_000)))
            assert b"<payload-too-big" in one.got
            scene.talk()
        leave(one)


def test_subscriptions_flood(scene):
    """an account has few subscriptions to a node, whatever resources it claims"""
    with scene.mallory() as one:
        bare = one.jid.partition("/")[0]
        ask(one, SERVICE, pubsub("c", SERVICE, "<create node='many'/>"))
        one.got.clear()
        ask(one, SERVICE, "".join(pubsub(n, SERVICE, f"<subscribe node='many' jid='{bare}/r{n}'/>")
                          for n in range(500)))
        assert one.got.count(b"<too-many-subscriptions") == 484
        ask(one, SERVICE, "".join(pubsub(n, SERVICE, f"<subscribe node='many' jid='romeo@{HOST}'/>")
                          for n in range(100)))
        scene.talk()
        leave(one)


def test_forms_that_are_too_much(scene):
    """forms with too many fields, values or bytes, and lists without end, are refused"""
    field = "<field var='pubsub#{0}'><value>{1}</value></field>"
    begin = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>" + PUBSUB + \
            "#node_config</value></field>"
    forms = ("".join(field.format(f"f{n}", "x") for n in range(300)),
             "<field var='pubsub#roster_groups_allowed'>" + "<value>g</value>" * 5000 + "</field>",
             "<field var='pubsub#roster_groups_allowed'>" + "<value>g</value>" * 33 + "</field>",
             field.format("title", "t" * 256), field.format("description", "d" * 1025),
             field.format("max_items", "9" * 1000), field.format("access_model", "open" * 1000),
             field.format("title", "a") + field.format("title", "b"))
    with scene.mallory() as one:
        ask(one, SERVICE, pubsub("c", SERVICE, "<create node='forms'/>"))
        one.got.clear()
        ask(one, SERVICE, "".join(pubsub(n, SERVICE, f"<configure node='forms'>{begin}{form}</x>"
                                             "</configure>", PUBSUB + "#owner")
                          for n, form in enumerate(forms)))
        assert one.got.count(b"type='error'") == len(forms), one.got.count(b"type='error'")
        entries = "".join(f"<affiliation jid='a{n}@x.example' affiliation='member'/>"
                          for n in range(1000))
        ask(one, SERVICE, pubsub("a", SERVICE, f"<affiliations node='forms'>{entries}</affiliations>",
                         PUBSUB + "#owner"))
        assert one.got.count(b"<not-acceptable") > 0
        scene.talk()
        leave(one)


def test_events_that_nobody_sent(scene):
    """events that a client makes up reach nobody"""
    forged = "<message to='{0}' type='headline' id='f{1}'><event xmlns='" + PUBSUB + "#event'>" \
             "<items node='urn:example'><item id='a'/></items></event></message>"
    with scene.mallory() as one:
        send(one, "".join(forged.format(to, n) for n in range(200)
                          for to in (scene.juliet.jid, f"juliet@{HOST}", SERVICE)))
        assert one.got.count(b"<forbidden") == 600, one.got.count(b"<forbidden")
        scene.talk()  # and hears nothing else
        leave(one)


def test_capabilities_without_end(scene):
    """thousands of hashes, explained by lies or not at all, are forgotten"""
    chance = random.Random(1)
    presence = "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' " \
               "node='https://lies.example' ver='{0}'/></presence>"
    answer = f"<iq type='result' id='caps' to='{HOST}'><query " \
             "xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:example+notify'/>" \
             "</query></iq>"
    with scene.mallory() as one:
        send(one, "".join(presence.format(f"{chance.random():.16f}=") + answer
                          for _ in range(3000)))
        scene.talk()
        leave(one)


INFO = "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' " \
       "type='pc'/><feature var='{0}+notify'/></query>"


def test_lies_about_the_client_of_somebody_else(scene):
    """who explains the hash of another's client by lies changes nothing for the other"""
    truth, lie = INFO.format("urn:example:news"), INFO.format("urn:example:lies")
    version = caps.first_version(tree.parse(truth))
    presence = "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' " \
               f"node='https://client.example' ver='{version}'/></presence>"
    answer = "<iq type='result' id='caps' to='" + HOST + "'>{0}</iq>"

    def lie_once():
        with scene.mallory() as one:
            send(one, presence + answer.format(lie) + answer.format(lie))
            leave(one)

    def learns_of(number):
        """What romeo publishes, his own client hears of: it says that it wants to."""
        scene.romeo.send(pubsub(number, f"romeo@{HOST}", "<publish node='urn:example:news'>"
                         f"<item id='{number}'><x xmlns='urn:example'/></item></publish>"))
        while not (got := str(scene.romeo.get_element())).startswith("<message"):
            assert "type='error'" not in got, got
        assert f"id='{number}'" in got and "urn:example:news" in got, got

    lie_once()
    scene.romeo.send(presence)
    while "id='caps'" not in str(scene.romeo.get_element()):  # he is asked himself
        pass
    scene.romeo.send(answer.format(truth))
    learns_of(1)
    for number in range(2, 10):
        lie_once()
        learns_of(number)
    scene.talk()
