# SPDX-License-Identifier: MIT
"""slixmpp publishing and subscribing: nodes of the service, and of accounts."""

import xml.etree.ElementTree as ET

from people import Person, befriend, play
from with_slixmpp import accounts

SERVICE = "pubsub.localhost"
PUBSUB = "http://jabber.org/protocol/pubsub"
EVENTS = ("pubsub_publish", "pubsub_retract", "pubsub_purge", "pubsub_delete",
          "user_tune_publish", "user_mood_publish")


def publisher(user, server):
    """A person whose client knows nodes, and tells what it wants to hear of."""
    person = Person(user, server)
    for name in ("xep_0060", "xep_0115", "xep_0163", "xep_0107", "xep_0118"):
        person.register_plugin(name)
    for event in EVENTS:
        person.add_event_handler(event, lambda got, event=event: person.note(event, got))
    return person


def entry(text):
    element = ET.Element("{http://www.w3.org/2005/Atom}entry")
    ET.SubElement(element, "{http://www.w3.org/2005/Atom}title").text = text
    return element


def test_service(server):
    """a node of the service is made, found, configured, read, subscribed to, and goes"""
    accounts(server)
    play(service, server)


async def service(server):
    async with publisher("romeo", server) as romeo, publisher("juliet", server) as juliet:
        his, hers = romeo["xep_0060"], juliet["xep_0060"]
        found = (await romeo["xep_0030"].get_items("localhost"))["disco_items"]
        assert any(one[0] == SERVICE for one in found["items"]), found
        await his.create_node(SERVICE, "verona")
        form = (await his.get_node_config(SERVICE, "verona"))["pubsub_owner"]["configure"]["form"]
        form["type"] = "submit"
        form.set_values({"pubsub#title": "News of Verona", "pubsub#notify_retract": True})
        await his.set_node_config(SERVICE, "verona", form)
        nodes = (await juliet["xep_0030"].get_items(SERVICE))["disco_items"]["items"]
        assert (SERVICE, "verona", "News of Verona") in nodes, nodes
        await hers.subscribe(SERVICE, "verona")
        await his.publish(SERVICE, "verona", id="first", payload=entry("a feud"))
        got = await juliet.sees("pubsub_publish")
        assert got["pubsub_event"]["items"]["item"]["id"] == "first", got
        items = (await hers.get_items(SERVICE, "verona"))["pubsub"]["items"]
        assert [item["id"] for item in items] == ["first"], items
        assert items.xml[0].get("publisher") == "romeo@localhost", items
        await his.retract(SERVICE, "verona", "first")
        await juliet.sees("pubsub_retract")
        listed = (await his.get_node_subscriptions(SERVICE, "verona"))["pubsub_owner"]
        assert [str(one["jid"]) for one in listed["subscriptions"]] == ["juliet@localhost"], listed
        await his.modify_affiliations(SERVICE, "verona", [("juliet@localhost", "publisher")])
        await hers.publish(SERVICE, "verona", payload=entry("a ball"))
        await juliet.sees("pubsub_publish")
        await his.delete_node(SERVICE, "verona")
        await juliet.sees("pubsub_delete")


def test_tunes_and_moods(server):
    """a contact hears of a tune now, and of a mood when he comes online later"""
    accounts(server)
    play(tunes_and_moods, server)


async def tunes_and_moods(server):
    async with publisher("romeo", server) as romeo:
        async with publisher("juliet", server) as juliet:
            await befriend(romeo, juliet)
            await romeo["xep_0118"].publish_tune(artist="Yes", title="Heart of the Sunrise")
            got = await juliet.sees("user_tune_publish")
            tune = got["pubsub_event"]["items"]["item"]["tune"]
            assert (tune["artist"], tune["title"]) == ("Yes", "Heart of the Sunrise"), got
            assert got["from"] == "romeo@localhost", got
            assert got["to"] == juliet.boundjid, got
        await romeo["xep_0107"].publish_mood("in_love")
        async with publisher("juliet", server) as again:
            got = await again.sees("user_mood_publish")
            assert got["pubsub_event"]["items"]["item"]["mood"]["value"] == "in_love", got
            assert got["delay"]["stamp"] is not None, got
