# SPDX-License-Identifier: MIT
"""The ways to carry a stream, by name."""

from . import bosh, client, websocket

KINDS = {
    "tcp": client.Connection,
    "websocket": websocket.Connection,
    "bosh": bosh.Connection,
}


def port(transport, direct_tls):
    """The listener where it is spoken."""
    if transport == "tcp":
        return "c2s_tls" if direct_tls else "c2s"
    return "web"
