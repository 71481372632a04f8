// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { NS_CLIENT } from "../../src/core/ns.js";
import { parse, write, xml } from "../../src/core/xml.js";
import { pretty } from "../../src/elements/developer/pretty.js";
import { RawStanzaError, readRawStanza } from "../../src/elements/developer/raw_stanza.js";
import { specificationOf } from "../../src/elements/developer/specifications.js";
import { TEMPLATES } from "../../src/elements/developer/templates.js";
import { ENTRIES_MAX, TrafficLog } from "../../src/elements/developer/traffic_log.js";

const ALL = { text: "", kind: "", ns: "" } as const;

it("prints an element on a line, and text where it is", () => {
  const el = parse("<iq xmlns='jabber:client' type='get'><query xmlns='a'><item n='1&apos;'/><item> x &lt; y </item></query></iq>");
  const printed = pretty(el)
    .map(({ text }) => text)
    .join("");
  expect(printed).toBe("<iq xmlns='jabber:client' type='get'>\n  <query xmlns='a'>\n    <item n='1&apos;'/>\n    <item> x &lt; y </item>\n  </query>\n</iq>");
  const mixed = parse("<p xmlns='a'>one <b><i/></b> two</p>");
  expect(
    pretty(mixed)
      .map(({ text }) => text)
      .join(""),
  ).toBe("<p xmlns='a'>one <b><i/></b> two</p>");
});

it("keeps the latest entries, and of large ones fewer", () => {
  const log = new TrafficLog();
  for (let i = 0; i < ENTRIES_MAX + 10; i++) log.add({ direction: "in", time: i, el: xml("message", NS_CLIENT, { id: i }) });
  expect([log.size, log.matching(ALL)[0]?.number]).toEqual([ENTRIES_MAX, 11]);
  const large = xml("message", NS_CLIENT, {}, "x".repeat(3 * 1024 * 1024));
  for (let i = 0; i < 5; i++) log.add({ direction: "in", time: i, el: large });
  expect(log.size).toBeLessThan(5);
  log.clear();
  expect([log.size, log.last]).toEqual([0, ENTRIES_MAX + 15]);
});

it("finds by text, kind, namespace, and up to a moment", () => {
  const log = new TrafficLog();
  const passed = [
    "<message xmlns='jabber:client' from='a@b' type='chat'><body>Soft!</body></message>",
    "<iq xmlns='jabber:client' type='get'><query xmlns='urn:a'><x xmlns='urn:b'/></query></iq>",
    "<a xmlns='urn:xmpp:sm:3' h='1'/>",
  ];
  for (const source of passed) log.add({ direction: "in", time: 0, el: parse(source) });
  log.add({ direction: "event", time: 0, name: "presence", value: { jid: "romeo" } });
  const numbers = (filter: object, until?: number): number[] => log.matching({ ...ALL, ...filter }, until).map(({ number }) => number);
  expect(numbers({})).toEqual([1, 2, 3, 4]);
  expect(numbers({ text: "soft" })).toEqual([1]);
  expect(numbers({ text: "ROMEO" })).toEqual([4]);
  expect(numbers({ kind: "stream" })).toEqual([3]);
  expect(numbers({ kind: "event" })).toEqual([4]);
  expect(numbers({ ns: "urn:b" })).toEqual([2]);
  expect(numbers({}, 2)).toEqual([1, 2]);
  expect(log.namespaces).toEqual(["jabber:client", "urn:a", "urn:b", "urn:xmpp:sm:3"]);
  expect(log.matching(ALL)[0]).toMatchObject({ kind: "message", type: "chat", address: "a@b", content: "body" });
});

it("reads a stanza that somebody typed", () => {
  expect(write(readRawStanza(" <message to='a@b'>\n<body>x</body></message> "), NS_CLIENT)).toBe("<message to='a@b'>\n<body>x</body></message>");
  expect(readRawStanza("<iq type='get'/>").attrs.id).toMatch(/-/);
  expect(readRawStanza("<iq type='get' id='1'/>").attrs.id).toBe("1");
});

it.each([
  ["<message", "broken"],
  ["</stream><stream>", "broken"],
  ["", "one"],
  ["<presence/><presence/>", "one"],
  ["text <presence/>", "one"],
  ["<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", "stanza"],
  ["<stream/>", "stanza"],
])("refuses %s: %s", (source, reason) => {
  expect(() => readRawStanza(source)).toThrow(RawStanzaError);
  expect(() => readRawStanza(source)).toThrow(reason);
});

it.each(Object.keys(TEMPLATES))("has a template that can be sent: %s", (name) => expect(readRawStanza(TEMPLATES[name] ?? "").ns).toBe(NS_CLIENT));

it.each([
  ["urn:xmpp:mam:2#extended", "XEP-0313 Message Archive Management"],
  ["http://jabber.org/protocol/pubsub#retrieve-items", "XEP-0060 Publish-Subscribe"],
  ["urn:xmpp:mds:displayed:0+notify", "XEP-0490 Message Displayed Synchronization"],
  ["msgoffline", "XEP-0160 Offline Messages"],
  ["urn:example:none", ""],
])("knows that %s is of %s", (feature, name) => expect(specificationOf(feature)).toBe(name));
