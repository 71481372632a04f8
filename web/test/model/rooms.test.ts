// SPDX-License-Identifier: MIT
//
// Rooms that lie or are very full, as the parts see what they send.

import { deleteDB } from "idb";
import { afterEach, beforeEach, expect, it } from "vitest";

import type { Connection, ConnectionEvents } from "../../src/core/connection.js";
import { Emitter } from "../../src/core/emitter.js";
import { NS_CLIENT } from "../../src/core/ns.js";
import { StanzaError } from "../../src/core/stanza_error.js";
import { childText, parse, xml, type Xml } from "../../src/core/xml.js";
import type { Host } from "../../src/model/part.js";
import { makeParts, type Parts } from "../../src/model/parts/index.js";
import { isNamed } from "../../src/model/parts/room_talk.js";
import { Store, accountStore } from "../../src/model/store.js";
import type { News } from "../../src/model/types.js";
import { NS_MAM } from "../../src/protocol/xep0313.js";
import { NS_MUC_USER } from "../../src/protocol/xep0045.js";

const ME = "juliet@verona";
const ROOM = "ball@rooms.verona";
let store: Store;
let news: News[];
let sent: Xml[];
let parts: Parts;
let ask: Host["ask"];

function of<Kind extends News["kind"]>(kind: Kind): (News & { readonly kind: Kind })[] {
  return news.filter((one): one is News & { readonly kind: Kind } => one.kind === kind);
}

beforeEach(async () => {
  store = await Store.open(accountStore(ME));
  news = [];
  sent = [];
  ask = () => Promise.reject(new StanzaError("service-unavailable"));
  let last = 1000;
  const connection = {
    events: new Emitter<ConnectionEvents>(),
    state: { kind: "online", jid: `${ME}/x` },
    iqs: { onRequest: () => undefined },
    isUnderWay: () => false,
    send: (stanza: Xml) => sent.push(stanza) > 0,
  } as unknown as Connection;
  const host: Host = {
    ...{ connection, account: ME, store, locks: undefined, arrivals: 0 },
    ask: (...all: Parameters<Host["ask"]>) => ask(...all),
    sendPresence: () => Promise.resolve(),
    tell: (one: News) => news.push(one),
    do: (step: () => Promise<void>) => void step(),
    now: () => ++last,
    forget: () => Promise.resolve(),
  } as Host;
  parts = makeParts(host);
});

afterEach(async () => {
  parts.rooms.stop();
  parts.roomTalk.stop();
  await frames(); // what is under way is written
  store.close();
  await deleteDB(`jaseur:${ME}`);
});

/** Until what is told once a frame was told, and what was said is stored. */
function frames(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

function there(nick: string, { codes = [], type, jid }: { codes?: number[]; type?: string; jid?: string } = {}): Xml {
  const item = xml("item", NS_MUC_USER, { affiliation: "none", role: "participant", jid });
  const status = codes.map((code) => xml("status", NS_MUC_USER, { code }));
  const id = xml("occupant-id", "urn:xmpp:occupant-id:0", { id: `id of ${nick}` });
  return xml("presence", NS_CLIENT, { from: `${ROOM}/${nick}`, type }, xml("x", NS_MUC_USER, {}, item, ...status), id);
}

async function comeIn(): Promise<void> {
  const entered = parts.rooms.enterAs(ROOM, {});
  parts.rooms.onPresence(there("juliet", { codes: [110] }));
  expect(await entered).toBe("");
}

const said = (source: string): Xml => parse(source.replaceAll("ROOM", ROOM).replace("<message", `<message xmlns='${NS_CLIENT}'`));

it("a room of 10,000 is told in a few pieces, in which everybody is", async () => {
  const entered = parts.rooms.enterAs(ROOM, {});
  for (let n = 0; n < 10_000; n++) parts.rooms.onPresence(there(`guest ${n}`));
  parts.rooms.onPresence(there("juliet", { codes: [110] }));
  expect(await entered).toBe("");
  for (let n = 0; n < 5000; n++) parts.rooms.onPresence(there(`guest ${n}`, { type: "unavailable" }));
  await frames();
  const told = of("occupants");
  expect(told.length).toBeLessThan(5);
  expect(told[0]).toMatchObject({ all: true });
  expect(told.flatMap(({ gone }) => gone)).toHaveLength(5000);
  // Where there are so many it is no news.
  expect(told.flatMap(({ happenings }) => happenings)).toEqual([]);
});

it("rooms that nobody entered are not believed, and one is in under another name when one is taken", async () => {
  parts.rooms.onPresence(there("romeo"));
  await frames();
  expect([of("occupants"), parts.rooms.of(ROOM)]).toEqual([[], undefined]);
  const entered = parts.rooms.enterAs(ROOM, {});
  const taken = xml("presence", NS_CLIENT, { from: `${ROOM}/juliet`, type: "error" }, xml("error", NS_CLIENT, { type: "cancel" }, xml("conflict", "urn:ietf:params:xml:ns:xmpp-stanzas")));
  parts.rooms.onPresence(taken);
  expect(sent.map(({ attrs }) => attrs.to)).toEqual([`${ROOM}/juliet`, `${ROOM}/juliet 2`]);
  parts.rooms.onPresence(there("juliet 2", { codes: [110] }));
  expect(await entered).toBe("");
  expect(parts.rooms.of(ROOM)?.nick).toBe("juliet 2");
});

it("a room that is being made is never seen without the name, or the people, that it is called by", async () => {
  await store.setFact("room service", "rooms.verona");
  void parts.roomCare.make({ name: "Capulet’s ball" }).catch(() => undefined);
  void parts.roomCare.converse(["romeo@verona"], "").catch(() => undefined);
  await frames();
  const rooms = of("room").map(({ room }) => room);
  expect(new Set(rooms.map(({ name }) => name))).toEqual(new Set(["Capulet’s ball", ""]));
  for (const { name, people } of rooms) expect(people).toEqual(name ? [] : ["romeo@verona"]);
  // Before it is among the conversations.
  for (const { conversation } of of("conversation")) {
    const named = news.findIndex((one) => one.kind === "room" && one.room.jid === conversation.with);
    expect(named).toBeGreaterThanOrEqual(0);
    expect(named).toBeLessThan(news.findIndex((one) => one.kind === "conversation" && one.conversation.with === conversation.with));
  }
});

it("a room that is gone is not made anew by coming in", async () => {
  const entered = parts.rooms.enterAs(ROOM, {});
  parts.rooms.onPresence(there("juliet", { codes: [110, 201] }));
  expect(await entered).toBe("item-not-found");
});

it("says nothing for itself, for others, or for other archives", async () => {
  await comeIn();
  parts.rooms.onPresence(there("romeo", { jid: "romeo@verona/x" }));
  const forged = [
    "<message type='groupchat' from='ROOM'><body>from the room</body></message>",
    "<message type='chat' from='ROOM/romeo'><body>no message of a room</body></message>",
    `<message type='groupchat' from='other@rooms.verona/romeo'><body>elsewhere</body></message>`,
  ];
  for (const one of forged) await parts.roomTalk.onMessage(said(one));
  await parts.roomTalk.onMessage(
    said("<message type='groupchat' from='ROOM/romeo' id='1'><body>hello</body><stanza-id xmlns='urn:xmpp:sid:0' by='juliet@verona' id='hers'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='id of romeo'/></message>"),
  );
  await frames();
  const messages = await store.before(ROOM, Infinity, 10);
  expect(messages.map(({ text, archiveId, author }) => [text, archiveId, author?.jid])).toEqual([["hello", undefined, "romeo@verona"]]);

  // Who takes a name that is free is not who had it.
  await parts.roomTalk.onMessage(
    said("<message type='groupchat' from='ROOM/romeo' id='2'><body>forged</body><replace xmlns='urn:xmpp:message-correct:0' id='1'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='id of eve'/></message>"),
  );
  await frames();
  expect((await store.before(ROOM, Infinity, 10))[0]?.text).toBe("hello");
});

const live = (id: string): Xml => said(`<message type='groupchat' from='ROOM/romeo' id='${id}'><body>${id}</body><stanza-id xmlns='urn:xmpp:sid:0' by='ROOM' id='${id}'/></message>`);

/** The archive's answers, in their order; then none. Other questions are refused. Returns how many messages were told before each. */
function archive(...answers: ("busy" | "disconnected" | "nothing")[]): number[] {
  const told: number[] = [];
  ask = (_type, payload) => {
    if (payload.ns === NS_MAM) told.push(of("message").length);
    const answer = payload.ns === NS_MAM ? answers.shift() : undefined;
    if (answer === "nothing") return Promise.resolve(xml("iq", NS_CLIENT, { type: "result" }, xml("fin", NS_MAM, { complete: true })));
    return Promise.reject(answer ? new StanzaError(answer === "busy" ? "timeout" : answer, "wait") : new StanzaError("service-unavailable"));
  };
  return told;
}

const textsHere = async (): Promise<string[]> => (await store.before(ROOM, Infinity, 10)).map(({ text }) => text);

it("an archive that is busy is asked again before what is said is taken", async () => {
  const told = archive("busy", "nothing");
  await comeIn();
  await parts.roomTalk.onMessage(live("one"));
  await expect.poll(textsHere, { timeout: 30_000 }).toEqual(["one"]);
  expect(told).toEqual([0, 0]);
});

it("says once what is being written when one has come in", async () => {
  let read = (): void => undefined;
  const isRead = new Promise<void>((resolve) => (read = resolve));
  ask = async (_type, payload) => {
    if (payload.ns === NS_MAM) await isRead;
    throw new StanzaError("service-unavailable", "cancel");
  };
  await comeIn();
  let went = (): void => undefined;
  const wentOn = new Promise<void>((resolve) => (went = resolve));
  const endUnsent = parts.rooms.endUnsent.bind(parts.rooms);
  parts.rooms.endUnsent = (jid) => {
    endUnsent(jid);
    went();
  };
  const putConversation = store.putConversation.bind(store);
  store.putConversation = async (conversation) => {
    await putConversation(conversation);
    if (conversation.lastText !== "Ay me") return;
    store.putConversation = putConversation;
    read();
    await wentOn;
  };
  await parts.chat.send(ROOM, "Ay me");
  expect(sent.filter(({ name }) => name === "message").map((stanza) => childText(stanza, "body"))).toEqual(["Ay me"]);
});

it("takes nothing behind what it has missed until one has come in again", async () => {
  archive("disconnected", "nothing");
  await comeIn();
  await parts.roomTalk.onMessage(live("one"));
  parts.rooms.onPresence(there("juliet", { codes: [110], type: "unavailable" }));
  await comeIn();
  await parts.roomTalk.onMessage(live("two"));
  await expect.poll(textsHere, { timeout: 30_000 }).toEqual(["two"]);
});

it("who is put out is out, and does not come back by itself", async () => {
  await comeIn();
  const item = xml("item", NS_MUC_USER, { affiliation: "none", role: "none" }, xml("actor", NS_MUC_USER, { nick: "tybalt" }), xml("reason", NS_MUC_USER, {}, "x".repeat(5000)));
  const x = xml("x", NS_MUC_USER, {}, item, ...[110, 307].map((code) => xml("status", NS_MUC_USER, { code })));
  parts.rooms.onPresence(xml("presence", NS_CLIENT, { from: `${ROOM}/juliet`, type: "unavailable" }, x));
  expect(parts.rooms.of(ROOM)).toMatchObject({ standing: "outside", problem: "kicked", isWanted: false });
  expect(parts.rooms.of(ROOM)?.reason.length).toBeLessThan(1000);
  expect(of("occupants").at(-1)).toMatchObject({ all: true, put: [] });
});

it.each([
  ["Juliet, are you there?", "juliet", true],
  ["julietta is not her", "juliet", false],
  ["@JULIET!", "juliet", true],
  ["nobody", "", false],
  ["juliets juliet", "juliet", true],
])("knows a name in %j", (text, name, is) => expect(isNamed(text, name)).toBe(is));
