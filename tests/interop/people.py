# SPDX-License-Identifier: MIT
"""People who use slixmpp: each says what it does and waits for what it must see."""

import asyncio
import ssl

import slixmpp

PATIENCE = 10.0  # seconds until what did not happen is a failure; never waited for in vain
PASSWORD = "secret"

VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}

PLUGINS = (
    "xep_0012",  # last activity
    "xep_0030",  # service discovery
    "xep_0045",  # rooms
    "xep_0049",  # private storage
    "xep_0054",  # business cards
    "xep_0077",  # registration
    "xep_0092",  # version
    "xep_0191",  # blocking
    "xep_0198",  # stream management
    "xep_0199",  # ping
    "xep_0202",  # time
    "xep_0203",  # delayed delivery
    "xep_0363",  # uploads
)

EVENTS = (
    "message",
    "message_error",
    "groupchat_message",
    "groupchat_subject",
    "groupchat_presence",
    "presence_available",
    "presence_away",
    "presence_unavailable",
    "presence_subscribe",
    "presence_subscribed",
    "presence_unsubscribed",
    "roster_update",
    "session_start",
    "session_resumed",
    "sm_enabled",
    "failed_auth",
    "disconnected",
)


class Person(slixmpp.ClientXMPP):
    """An account and its client. Use with `async with`: logs in, and leaves at the end."""

    def __init__(self, user, server, direct_tls=False, password=PASSWORD, version="TLSv1.3"):
        super().__init__(f"{user}@localhost/slixmpp", password)
        self.direct_tls = direct_tls
        self.place = server.address("c2s_tls" if direct_tls else "c2s")
        self.ca_certs = str(server.data / "certificates" / "localhost.pem")
        # COMPAT(slixmpp, 1.8.3): it binds SCRAM-PLUS to tls-unique whatever XEP-0440 lists. TLS
        # 1.3 has none (RFC 9266 section 3): it is refused there. Then it claims that no -PLUS was
        # offered, which looks like somebody who takes mechanisms away (RFC 5802 section 6), and
        # is refused again. PLAIN is what is left.
        self.ssl_context.minimum_version = self.ssl_context.maximum_version = VERSIONS[version]
        self.auto_authorize = None  # who asks is answered by the test
        self.auto_subscribe = False
        for name in PLUGINS:
            self.register_plugin(name)
        self.seen = []
        self.changed = asyncio.Event()
        for event in EVENTS:
            self.add_event_handler(event, lambda got, event=event: self.note(event, got))

    async def get_dns_records(self, domain, port=None):
        """The server under test is not asked for in the DNS."""
        return [("localhost", *self.place)]

    def note(self, event, got):
        self.seen.append((event, got))
        self.changed.set()

    async def sees(self, event, is_it=lambda got: True):
        """Waits for an event; what it returns is not seen again."""

        async def look():
            while True:
                for number, (name, got) in enumerate(self.seen):
                    if name == event and is_it(got):
                        return self.seen.pop(number)[1]
                self.changed.clear()
                await self.changed.wait()

        try:
            return await asyncio.wait_for(look(), PATIENCE)
        except asyncio.TimeoutError:
            raise AssertionError(
                f"{self.boundjid} did not see {event}, but:\n"
                + "\n".join(f"{name}: {got}" for name, got in self.seen)
            ) from None

    def has_seen(self, event):
        return any(name == event for name, _ in self.seen)

    def start(self):
        self.connect(self.place, use_ssl=self.direct_tls, force_starttls=not self.direct_tls,
                     disable_starttls=self.direct_tls)

    async def log_in(self):
        """A session without presence."""
        self.start()
        await self.sees("session_start")

    async def come(self):
        """Gets the contacts, then is available."""
        await self.get_roster()
        self.send_presence()
        await self.sees("presence_available", lambda got: got["from"] == self.boundjid)

    async def contacts(self):
        """The items of the roster by address: all of them, not what changed since."""
        ask = self.make_iq_get()
        ask.enable("roster")
        got = await ask.send()
        return {str(address): item for address, item in got["roster"]["items"].items()}

    async def lose_connection(self):
        """As in a tunnel: without a word."""
        self.transport.abort()
        await self.sees("disconnected")

    async def return_(self):
        """Logs in again, and resumes."""
        self.start()
        await self.sees("session_resumed")

    async def leave(self):
        if self.is_connected():
            self.disconnect()
            await self.sees("disconnected")
        self.cancel_connection_attempt()

    async def __aenter__(self):
        await self.log_in()
        await self.come()
        return self

    async def __aexit__(self, kind, value, trace):
        await self.leave()


async def befriend(one, other):
    """Subscriptions both ways, as people make them: ask, allow, ask back, allow."""
    for asks, allows in ((one, other), (other, one)):
        asks.send_presence(pto=allows.boundjid.bare, ptype="subscribe")
        await allows.sees("presence_subscribe")
        allows.send_presence(pto=asks.boundjid.bare, ptype="subscribed")
        await asks.sees("presence_subscribed")
        await asks.sees("presence_available", lambda got: got["from"] == allows.boundjid)


def play(story, *arguments):
    """Runs a test's coroutine to its end, and everything that it left behind."""

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(story(*arguments))
    finally:
        rest = asyncio.all_tasks(loop)
        for task in rest:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()
