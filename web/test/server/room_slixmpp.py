# SPDX-License-Identifier: MIT
"""Another client, by slixmpp, in a room: does what it reads, and prints what it hears.

    room_slixmpp.py HOST TLS-PORT ACCOUNT PASSWORD ROOM

Reads a line of JSON for each deed: {"do": NAME, ARGUMENT: VALUE...} with the names of the methods of Deeds.
Prints a line for each message of the room, and {"done": NAME} behind what the server answers.
"""

import asyncio
import json
import ssl
import sys
from xml.etree.ElementTree import SubElement

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

host, port_of_tls, account, password, room = sys.argv[1:]
trusting = ssl.create_default_context()
trusting.check_hostname = False
trusting.verify_mode = ssl.CERT_NONE  # the certificate is of the test's own server

# COMPAT(slixmpp, 1.8.3): its plugins for retractions and moderation speak the versions before; these are written by hand.
NS_RETRACT = "urn:xmpp:message-retract:1"
NS_MODERATE = "urn:xmpp:message-moderate:1"
NS_FALLBACK = "urn:xmpp:fallback:0"


class Foreign(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(account, password)
        self.ssl_context = trusting
        # COMPAT(slixmpp, 1.8.3): as in tests/interop/people.py, PLAIN is what is left with TLS 1.3.
        trusting.minimum_version = ssl.TLSVersion.TLSv1_3
        for plugin in ("xep_0030", "xep_0045", "xep_0308", "xep_0359", "xep_0444", "xep_0461"):
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.on_start)
        # Its own event tells only of those with a text.
        self.register_handler(Callback("room", StanzaPath("message@type=groupchat"), self.on_said))

    async def get_dns_records(self, domain, port=None):
        return [("localhost", host, int(port_of_tls))]

    async def on_start(self, _event):
        self.send_presence()
        await self["xep_0045"].join_muc_wait(slixmpp.JID(room), self.boundjid.user, maxstanzas=0)
        say(done="join")
        deeds = Deeds(self)
        while line := await asyncio.get_event_loop().run_in_executor(None, sys.stdin.readline):
            deed = json.loads(line)
            await getattr(deeds, deed.pop("do"))(**deed)
        self.disconnect()

    def on_said(self, message):
        retract = message.xml.find(f"{{{NS_RETRACT}}}retract")
        moderated = retract is not None and retract.find(f"{{{NS_MODERATE}}}moderated")
        heard = {
            "nick": message["from"].resource,
            "id": message["id"],
            "roomId": message["stanza_id"]["id"],
            "body": message["body"],
            "answers": message["reply"]["id"],
            "answersTo": message["reply"]["to"],
            "replaces": message["replace"]["id"],
            "reactsTo": message["reactions"]["id"],
            "reactions": " ".join(sorted(message["reactions"]["values"])),
            "retracts": retract.get("id") if retract is not None else "",
            "moderator": moderated.get("by") if moderated else "",
        }
        say(**{name: str(value) for name, value in heard.items() if value})


class Deeds:
    def __init__(self, client):
        self.client = client

    def message(self, body=None):
        return self.client.make_message(room, body, mtype="groupchat")

    async def say(self, text):
        self.message(text).send()

    async def react(self, to, reactions):
        message = self.message()
        self.client["xep_0444"].set_reactions(message, to, reactions)
        message.send()

    async def answer(self, nick, to, text):
        self.client["xep_0461"].send_reply(f"{room}/{nick}", to, mto=room, mbody=text, mtype="groupchat")

    async def correct(self, old, text):
        message = self.message(text)
        message["replace"]["id"] = old
        message.send()

    async def retract(self, old):
        message = self.message("I take it back, if you can read this.")
        SubElement(message.xml, f"{{{NS_RETRACT}}}retract", id=old)
        SubElement(message.xml, f"{{{NS_FALLBACK}}}fallback", {"for": NS_RETRACT})
        message.send()

    async def moderate(self, old, reason):
        iq = self.client.make_iq_set(ito=room)
        moderate = SubElement(iq.xml, f"{{{NS_MODERATE}}}moderate", id=old)
        SubElement(moderate, f"{{{NS_RETRACT}}}retract")
        SubElement(moderate, f"{{{NS_MODERATE}}}reason").text = reason
        await iq.send()
        say(done="moderate")


def say(**what):
    print(json.dumps(what), flush=True)


client = Foreign()
client.connect((host, int(port_of_tls)), use_ssl=True, disable_starttls=True)
client.process(forever=False)
