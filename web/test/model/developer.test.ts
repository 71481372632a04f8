// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { parse, write } from "../../src/core/xml.js";
import { withoutSecrets } from "../../src/model/developer.js";

it.each([
  [
    "the proof of a password",
    "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-256'><initial-response>c2VjcmV0</initial-response><user-agent id='1'/></authenticate>",
    "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-256'><initial-response>…</initial-response><user-agent id='1'/></authenticate>",
  ],
  ["a step of it", "<response xmlns='urn:xmpp:sasl:2'>c2VjcmV0</response>", "<response xmlns='urn:xmpp:sasl:2'>…</response>"],
  [
    "a token",
    "<success xmlns='urn:xmpp:sasl:2'><additional-data>dj1r</additional-data><authorization-identifier>a@b/c</authorization-identifier><token xmlns='urn:xmpp:fast:0' token='secret' expiry='x'/></success>",
    "<success xmlns='urn:xmpp:sasl:2'><additional-data>…</additional-data><authorization-identifier>a@b/c</authorization-identifier><token xmlns='urn:xmpp:fast:0' token='…' expiry='x'/></success>",
  ],
  [
    "a password that is changed, or a room's",
    "<iq xmlns='jabber:client' type='set'><query xmlns='jabber:iq:register'><username>a</username><password>secret</password></query></iq>",
    "<iq xmlns='jabber:client' type='set'><query xmlns='jabber:iq:register'><username>a</username><password>…</password></query></iq>",
  ],
  [
    "a private field",
    "<x xmlns='jabber:x:data'><field var='a' type='text-private'><value>secret</value></field><field var='b'><value>c</value></field></x>",
    "<x xmlns='jabber:x:data'><field var='a' type='text-private'>…</field><field var='b'><value>c</value></field></x>",
  ],
])("shows nobody %s", (_, source, shown) => expect(write(withoutSecrets(parse(source)))).toBe(shown));

it("leaves everything else", () => {
  const features = parse("<features xmlns='http://etherx.jabber.org/streams'><authentication xmlns='urn:xmpp:sasl:2'><mechanism>X</mechanism></authentication></features>");
  expect(withoutSecrets(features)).toEqual(features);
});
