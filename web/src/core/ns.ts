// SPDX-License-Identifier: MIT
//
// Namespaces of the stream. Those of a feature are beside it, in protocol/.

export const NS_CLIENT = "jabber:client";
export const NS_FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"; // RFC 7395
export const NS_STREAM = "http://etherx.jabber.org/streams";
export const NS_STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams";
export const NS_STANZA_ERRORS = "urn:ietf:params:xml:ns:xmpp-stanzas";
export const NS_SASL_ERRORS = "urn:ietf:params:xml:ns:xmpp-sasl";
export const NS_SASL2 = "urn:xmpp:sasl:2"; // XEP-0388
export const NS_BIND2 = "urn:xmpp:bind:0"; // XEP-0386
export const NS_FAST = "urn:xmpp:fast:0"; // XEP-0484
export const NS_SM = "urn:xmpp:sm:3"; // XEP-0198
export const NS_CARBONS = "urn:xmpp:carbons:2"; // XEP-0280
export const NS_CSI = "urn:xmpp:csi:0"; // XEP-0352
export const NS_PING = "urn:xmpp:ping"; // XEP-0199
export const NS_BOSH = "http://jabber.org/protocol/httpbind"; // XEP-0124
export const NS_XBOSH = "urn:xmpp:xbosh"; // XEP-0206
