// SPDX-License-Identifier: MIT
//
// Of people's basics: messages, rosters, archives.

import { describe, expect, it } from "vitest";

import { parse } from "../../src/core/xml.js";
import { message, otherSide, readMessage, webAddress, type Message } from "../../src/protocol/message.js";
import { presence, readPresence, subscription, type Presence } from "../../src/protocol/rfc6121_presence.js";
import { readRoster, requestText, rosterChange, rosterQuery, rosterRemoval, type RosterNews } from "../../src/protocol/rfc6121_roster.js";
import { discoInfo, discoInfoQuery, discoItemsQuery, readDiscoInfo, readDiscoItems, type DiscoInfo } from "../../src/protocol/xep0030.js";
import { readVCard, vcard, vcardQuery, type VCard } from "../../src/protocol/xep0054.js";
import { pageWish } from "../../src/protocol/xep0059.js";
import { blockListQuery, blocking, readBlocked } from "../../src/protocol/xep0191.js";
import { readCarbon } from "../../src/protocol/xep0280.js";
import { archiveQuery, readArchiveEnd, readArchiveResult } from "../../src/protocol/xep0313.js";
import { stanzaIdBy } from "../../src/protocol/xep0359.js";
import { readUploadRefusal, readUploadSlot, uploadRequest, uploadServiceIn } from "../../src/protocol/xep0363.js";
import { inboxQuery, readInboxEntry } from "../../src/protocol/xep0430.js";
import { displayedPublication, displayedQuery, isEvent, readDisplayed, readDisplayedEvent } from "../../src/protocol/xep0490.js";
import { describePairs, golden, type Pair } from "./golden.js";

const person: Pair = { read: readMessage, build: (value: Message) => message(value) };

const pairs: Readonly<Record<string, Pair>> = {
  roster: { read: readRoster },
  roster_change: { read: readRoster, build: ({ items }: RosterNews) => rosterChange(items[0]!) },
  presence: { read: readPresence },
  presence_unavailable: {
    read: readPresence,
    build: ({ from, availability }: Presence) => ({ ...presence(availability), attrs: { from, type: "unavailable" } }),
  },
  disco_info: { read: readDiscoInfo, build: (info: DiscoInfo) => discoInfo(info) },
  disco_items: { read: readDiscoItems },
  vcard: { read: readVCard, build: (card: VCard) => vcard(card) },
  vcard_hostile: { read: readVCard },
  blocked: { read: readBlocked },
  message: person,
  message_receipt: person,
  message_displayed: person,
  message_correction: person,
  message_retraction: person,
  message_reactions: person,
  message_reply: person,
  message_file: person,
  message_quoting: person,
  message_mentions: person,
  message_picture: person,
  message_groupchat: person,
  message_subject: person,
  message_moderated: person,
  message_tombstone: { read: readMessage },
  message_fallbacks: { read: readMessage },
  message_references: { read: readMessage },
  message_hostile: { read: readMessage },
  carbon_sent: { read: (el) => readCarbon(el, "romeo@montague.example") },
  archive_result: { read: (el) => readArchiveResult(el, "juliet@capulet.lit") },
  archive_end: { read: readArchiveEnd },
  inbox_entry: { read: (el) => readInboxEntry(el, "juliet@capulet.lit") },
  upload_slot: { read: readUploadSlot },
  upload_service: { read: (el) => uploadServiceIn(readDiscoInfo(el)) },
  upload_too_large: { read: readUploadRefusal },
  upload_later: { read: readUploadRefusal },
  displayed: { read: readDisplayed },
  displayed_event: { read: (el) => readDisplayedEvent(el, "juliet@capulet.lit") },
};

describePairs(pairs);

describe("forgeries are nothing", () => {
  it.each([
    ["copies of a stranger (XEP-0280 section 11)", () => readCarbon(golden("carbon_sent"), "juliet@capulet.example")],
    ["copies of what the account neither sent nor got", () => readCarbon({ ...golden("carbon_sent"), attrs: { from: "eve@x" } }, "eve@x")],
    ["results of another archive (XEP-0313 section 4.2)", () => readArchiveResult({ ...golden("archive_result"), attrs: { from: "eve@x" } }, "a@b")],
    ["entries of another inbox", () => readInboxEntry({ ...golden("inbox_entry"), attrs: { from: "eve@x" } }, "a@b")],
    ["ids by another archive (XEP-0359 section 4)", () => stanzaIdBy(golden("displayed"), "a@b")],
    ["slots over no TLS", () => readUploadSlot(parse("<iq xmlns='jabber:client'><slot xmlns='urn:xmpp:http:upload:0'><put url='http://a/'/><get url='https://a/'/></slot></iq>"))],
    ["addresses that run", () => webAddress("JavaScript:alert(1)")],
  ])("%s", (_, read) => expect(read()).toBeUndefined());

  it("displayed states of somebody else", () => expect(readDisplayedEvent(golden("displayed_event"), "eve@x")).toEqual([]));
});

it.each([
  ["roster query", rosterQuery(""), "<query xmlns='jabber:iq:roster' ver=''/>"],
  ["roster removal", rosterRemoval("a@b"), "<query xmlns='jabber:iq:roster'><item jid='a@b' subscription='remove'/></query>"],
  ["presence with a status", presence("dnd", { status: "busy", idleSince: 0 }), "<presence xmlns='jabber:client'><show>dnd</show><status>busy</status><idle xmlns='urn:xmpp:idle:1' since='1970-01-01T00:00:00.000Z'/></presence>"],
  ["subscription", subscription("subscribe", "a@b"), "<presence xmlns='jabber:client' type='subscribe' to='a@b'/>"],
  ["disco#info", discoInfoQuery(), "<query xmlns='http://jabber.org/protocol/disco#info'/>"],
  ["disco#items", discoItemsQuery(), "<query xmlns='http://jabber.org/protocol/disco#items'/>"],
  ["vCard", vcardQuery(), "<vCard xmlns='vcard-temp'/>"],
  ["page", pageWish({ max: 20, before: "", after: "x" }), "<set xmlns='http://jabber.org/protocol/rsm'><max>20</max><after>x</after><before/></set>"],
  ["block list", blockListQuery(), "<blocklist xmlns='urn:xmpp:blocking'/>"],
  ["block", blocking("block", ["a@b"]), "<block xmlns='urn:xmpp:blocking'><item jid='a@b'/></block>"],
  ["archive query", archiveQuery({ queryId: "q", with: "a@b", max: 5 }), "<query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field><field var='with'><value>a@b</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>5</max></set></query>"],
  ["upload", uploadRequest({ filename: "a.png", size: 3, contentType: "image/png" }), "<request xmlns='urn:xmpp:http:upload:0' filename='a.png' size='3' content-type='image/png'/>"],
  ["inbox", inboxQuery({ max: 5 }), "<inbox xmlns='urn:xmpp:inbox:1'><set xmlns='http://jabber.org/protocol/rsm'><max>5</max></set></inbox>"],
  ["displayed query", displayedQuery(), "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:mds:displayed:0'/></pubsub>"],
])("builds: %s", (_, built, source) => expect(built).toEqual(parse(source)));

it("publishes what was displayed with the options that the node needs (XEP-0490 section 3)", () =>
  expect(JSON.stringify(displayedPublication({ jid: "a@b", id: "i" }, "me@b"))).toContain('"whitelist"'));

it("knows notifications, and with whom a message was", () => {
  expect(isEvent(golden("displayed_event"))).toBe(true);
  expect(isEvent(golden("message"))).toBe(false);
  expect(otherSide(golden("message"), "juliet@example.com")).toBe("romeo@example.net");
  expect(otherSide(golden("message"), "romeo@example.net")).toBe("juliet@example.com");
  expect(otherSide(golden("message"), "eve@example.net")).toBeUndefined();
  expect(requestText(parse("<presence xmlns='jabber:client' type='subscribe'><status>me</status></presence>"))).toBe("me");
});
