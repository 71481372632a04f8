# SPDX-License-Identifier: MIT
"""An external component (XEP-0114): a stream of its own kind, and a handshake."""

import hashlib

from . import client, tree

NS_COMPONENT = "jabber:component:accept"


class Connection(client.Connection):
    """Its stanzas look like those of a client's stream."""

    transport = "component"

    def feed(self, data):
        before = len(self.parser.events)
        super().feed(data)
        for event in self.parser.events[before:]:
            rename(event[1])

    def header(self, name):
        return (
            f"<stream:stream to='{name}' xmlns='{NS_COMPONENT}' xmlns:stream='{tree.STREAMS}'>"
        )

    def open(self, name):
        """Sends the header, and hears the server's."""
        self.send(self.header(name))
        kind, got = self.get()
        if kind != "open":
            raise AssertionError(f"expected a stream header, got {got}")
        self.jid = name
        self.id = got.attributes[("", "id")]

    def shake(self, secret):
        """Sends the handshake; the answer is the next thing to get."""
        proof = hashlib.sha1((self.id + secret).encode()).hexdigest()
        self.send(f"<handshake>{proof}</handshake>")


def rename(element):
    if element.name[0] == NS_COMPONENT:
        element.name = ("jabber:client", element.name[1])
    for child in element.elements():
        rename(child)


def connect(address, name, secret):
    """Up to the server's <handshake/>."""
    connection = Connection(address)
    connection.open(name)
    connection.shake(secret)
    connection.get_element("handshake")
    return connection
