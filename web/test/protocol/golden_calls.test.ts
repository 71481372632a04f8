// SPDX-License-Identifier: MIT
//
// What is said of calls. Golden pairs, and what nobody may bring into a description.

import { expect, it } from "vitest";

import { parse, xml, type Xml } from "../../src/core/xml.js";
import { jingle, readJingle, type Jingle } from "../../src/protocol/xep0166.js";
import { externalQuery, readIceServers } from "../../src/protocol/xep0215.js";
import { readRinging, ringing, type Ringing } from "../../src/protocol/xep0353.js";
import { describePairs, golden } from "./golden.js";

describePairs({
  call_propose: { read: readRinging, build: (one: Ringing) => ringing("juliet@capulet.example", one) },
  call_reject: { read: readRinging, build: (one: Ringing) => ringing("romeo@montague.example", one) },
  jingle_initiate: { read: readJingle, build: (one: Jingle) => jingle(one) },
  jingle_terminate: { read: readJingle, build: (one: Jingle) => jingle(one) },
  external: { read: readIceServers },
});

it("asks for servers", () => expect(externalQuery()).toEqual(parse("<services xmlns='urn:xmpp:extdisco:2'/>")));

const initiate = golden("jingle_initiate");
const withContents = (contents: readonly Xml[]): Xml => ({ ...initiate, children: contents });
const contentNamed = (name: string): Xml => xml("content", initiate.ns, { creator: "initiator", name });

it.each([
  ["another action", { ...initiate, attrs: { ...initiate.attrs, action: "dance" } }],
  ["no session", { ...initiate, attrs: { action: "session-initiate" } }],
  ["a name that is too long", { ...initiate, attrs: { ...initiate.attrs, sid: "x".repeat(129) } }],
  ["too many contents", withContents(Array.from({ length: 9 }, (_, i) => contentNamed(`${i}`)))],
  ["two contents of one name", withContents([contentNamed("0"), contentNamed("0")])],
  ["a name that is more than one line", withContents([contentNamed("0\r\na=ice-lite")])],
  ["another element", xml("jingle", "urn:other")],
])("is no session: %s", (_, el) => expect(readJingle(el)).toBeUndefined());

it.each([
  ["a proposal of nothing", "<propose xmlns='urn:xmpp:jingle-message:0' id='a'/>"],
  ["no id", "<retract xmlns='urn:xmpp:jingle-message:0'/>"],
  ["another word", "<dance xmlns='urn:xmpp:jingle-message:0' id='a'/>"],
  ["another namespace", "<retract xmlns='urn:other' id='a'/>"],
])("rings not: %s", (_, source) => expect(readRinging(xml("message", "jabber:client", {}, parse(source)))).toBeUndefined());
