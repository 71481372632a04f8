# SPDX-License-Identifier: MIT
"""Another client, by slixmpp: reads one message with a file, gets the file, and sends a picture.

    files_slixmpp.py HOST TLS-PORT ACCOUNT PASSWORD TO

Prints a line of JSON for each step.
"""

import asyncio
import json
import ssl
import sys
import urllib.request

import slixmpp

host, port_of_tls, account, password, to = sys.argv[1:]
trusting = ssl.create_default_context()
trusting.check_hostname = False
trusting.verify_mode = ssl.CERT_NONE  # the certificate is of the test's own server


class Foreign(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(account, password)
        self.ssl_context = trusting
        # COMPAT(slixmpp, 1.8.3): as in tests/interop/people.py, PLAIN is what is left with TLS 1.3.
        trusting.minimum_version = ssl.TLSVersion.TLSv1_3
        for plugin in ("xep_0030", "xep_0066", "xep_0363"):
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.on_start)
        self.add_event_handler("message", self.on_message)

    async def get_dns_records(self, domain, port=None):
        return [("localhost", host, int(port_of_tls))]

    async def on_start(self, _event):
        self.send_presence()
        say(state="online")

    def on_message(self, message):
        if not message["body"]:
            return
        asyncio.ensure_future(self.answer(message))

    async def answer(self, message):
        url = message["oob"]["url"]
        got = await asyncio.get_event_loop().run_in_executor(None, fetch, url)
        say(body=message["body"], url=url, text=got)
        slot = await self["xep_0363"].request_slot(host, "reply.txt", 5, "text/plain")
        put = slot["http_upload_slot"]["put"]
        request = urllib.request.Request(put["url"], b"Ay me", {"Content-Type": "text/plain"}, method="PUT")
        await asyncio.get_event_loop().run_in_executor(None, lambda: urllib.request.urlopen(request, context=trusting))
        reply = self.make_message(to, slot["http_upload_slot"]["get"]["url"], mtype="chat")
        reply["oob"]["url"] = slot["http_upload_slot"]["get"]["url"]
        reply.send()


def fetch(url):
    with urllib.request.urlopen(url, context=trusting) as answer:
        return answer.read().decode()


def say(**what):
    print(json.dumps(what), flush=True)


client = Foreign()
client.connect((host, int(port_of_tls)), use_ssl=True, disable_starttls=True)
client.process(forever=True)
