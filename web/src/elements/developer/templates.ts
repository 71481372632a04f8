// SPDX-License-Identifier: MIT
//
// Stanzas to begin with. {domain} and {account} are filled in.

export const TEMPLATES: Readonly<Record<string, string>> = {
  message: "<message type='chat' to='name@{domain}'>\n  <body>Hello</body>\n</message>",
  "message, with a request for a receipt (XEP-0184)":
    "<message type='chat' to='name@{domain}' id='m1'>\n  <body>Hello</body>\n  <request xmlns='urn:xmpp:receipts'/>\n</message>",
  presence: "<presence>\n  <show>away</show>\n  <status>Back in five minutes</status>\n</presence>",
  "presence, to a room (XEP-0045)": "<presence to='room@rooms.{domain}/nick'>\n  <x xmlns='http://jabber.org/protocol/muc'/>\n</presence>",
  "iq: ping (XEP-0199)": "<iq type='get' to='{domain}'>\n  <ping xmlns='urn:xmpp:ping'/>\n</iq>",
  "iq: what is supported (XEP-0030)": "<iq type='get' to='{domain}'>\n  <query xmlns='http://jabber.org/protocol/disco#info'/>\n</iq>",
  "iq: software version (XEP-0092)": "<iq type='get' to='{domain}'>\n  <query xmlns='jabber:iq:version'/>\n</iq>",
  "iq: roster": "<iq type='get'>\n  <query xmlns='jabber:iq:roster'/>\n</iq>",
  "iq: business card (XEP-0054)": "<iq type='get' to='{account}'>\n  <vCard xmlns='vcard-temp'/>\n</iq>",
  "iq: the archive's last five (XEP-0313)":
    "<iq type='set'>\n  <query xmlns='urn:xmpp:mam:2'>\n    <set xmlns='http://jabber.org/protocol/rsm'>\n      <max>5</max>\n      <before/>\n    </set>\n  </query>\n</iq>",
  "iq: publish to a node (XEP-0060)":
    "<iq type='set'>\n  <pubsub xmlns='http://jabber.org/protocol/pubsub'>\n    <publish node='urn:example:node'>\n      <item id='current'>\n        <value xmlns='urn:example'>1</value>\n      </item>\n    </publish>\n  </pubsub>\n</iq>",
};
