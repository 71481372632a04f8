// SPDX-License-Identifier: MIT

import { deleteDB, openDB } from "idb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Store, accountStore } from "../../src/model/store.js";
import type { Told } from "../../src/model/told.js";

const ROMEO = "romeo@verona";
let store: Store;

beforeEach(async () => (store = await Store.open(accountStore("juliet@verona"))));

afterEach(async () => {
  store.close();
  await deleteDB("jaseur:juliet@verona");
});

function told(id: string, body: string | undefined, over: Partial<Told> = {}, more: object = {}): Told {
  return {
    message: { type: "chat", id, ...(body === undefined ? {} : { body }), ...more },
    with: ROMEO,
    isOwn: false,
    by: over.isOwn ? "juliet@verona" : ROMEO,
    time: 1000,
    ...over,
  };
}

const texts = async (): Promise<string[]> => (await store.before(ROMEO, Infinity, 100)).map(({ text }) => text);

describe("a message", () => {
  it("is there once, however often it is told", async () => {
    expect((await store.take(told("1", "hi", { archiveId: "a" })))?.isAdded).toBe(true);
    expect(await store.take(told("1", "hi", { archiveId: "a" }))).toBeUndefined();
    expect(await store.take(told("1", "hi"))).toBeUndefined();
    expect(await texts()).toEqual(["hi"]);
  });

  it("written here is known again when the archive tells it", async () => {
    await store.take(told("1", "hi", { isOwn: true, progress: "sending" }));
    const known = await store.take(told("1", "hi", { isOwn: true, progress: "sent", archiveId: "a", time: 2000 }));
    expect(known).toMatchObject({ isAdded: false, message: { archiveId: "a", time: 2000, progress: "sent" } });
    expect(await texts()).toEqual(["hi"]);
    expect(await store.unsent()).toEqual([]);
  });

  it("of the other side may have the id of an own one", async () => {
    await store.take(told("1", "mine", { isOwn: true }));
    await store.take(told("1", "his", { archiveId: "a" }));
    expect(await texts()).toHaveLength(2);
  });
});

describe("a change", () => {
  it("to a message is seen in it (XEP-0308 section 3, XEP-0424 section 3, XEP-0444 section 3)", async () => {
    await store.take(told("1", "hallo", { archiveId: "a" }));
    await store.take(told("2", "hello", {}, { replaces: "1" }));
    await store.take(told("3", undefined, { isOwn: true }, { reactions: { to: "1", emojis: ["👋"] } }));
    const [one] = await store.before(ROMEO, Infinity, 9);
    expect(one).toMatchObject({ text: "hello", isCorrected: true, reactions: { "juliet@verona": ["👋"] } });
    await store.take(told("4", undefined, {}, { retracts: "1" }));
    expect((await store.before(ROMEO, Infinity, 9))[0]).toMatchObject({ text: "", isRetracted: true });
    await store.take(told("5", "again", {}, { replaces: "1" }));
    expect(await texts()).toEqual([""]);
  });

  it("of somebody else changes nothing", async () => {
    await store.take(told("1", "mine", { isOwn: true }));
    await store.take(told("2", "forged", {}, { replaces: "1" }));
    await store.take(told("3", undefined, {}, { retracts: "1" }));
    expect(await texts()).toEqual(["mine"]);
  });

  it("waits for a message that is read later", async () => {
    await store.take(told("2", "hello", {}, { replaces: "1" }));
    await store.take(told("3", undefined, { isOwn: true }, { retracts: "1" }));
    expect(await texts()).toEqual([]);
    await store.take(told("1", "hallo", { archiveId: "a", time: 1 }));
    expect(await texts()).toEqual(["hello"]);
  });
});

it("what was read includes all before it, and nothing goes back (XEP-0333 section 4)", async () => {
  for (const n of [1, 2, 3, 4]) await store.take(told(String(n), String(n), { isOwn: true, progress: "sending", time: n }));
  await store.advance(ROMEO, "2", "sent");
  expect((await store.advance(ROMEO, "3", "read")).map(({ text }) => text)).toEqual(["3", "2", "1"]);
  expect(await store.advance(ROMEO, "2", "received")).toEqual([]);
  expect(await store.advance(ROMEO, "unknown", "read")).toEqual([]);
  expect((await store.unsent()).map(({ text }) => text)).toEqual(["4"]);
});

it("shows pages from the end, of one conversation only", async () => {
  for (let n = 0; n < 10; n++) await store.take(told(String(n), String(n), { archiveId: `a${n}`, time: 100 + n }));
  await store.take({ ...told("x", "x"), with: "nurse@verona", time: 105 });
  const last = await store.before(ROMEO, Infinity, 4);
  expect(last.map(({ text }) => text)).toEqual(["6", "7", "8", "9"]);
  expect((await store.before(ROMEO, last[0]!.time, 4)).map(({ text }) => text)).toEqual(["2", "3", "4", "5"]);
  expect((await store.after(ROMEO, 104, 3)).map(({ text }) => text)).toEqual(["5", "6", "7"]);
  expect((await store.oldestArchived(ROMEO))?.archiveId).toBe("a0");
  expect((await store.newestArchived(ROMEO))?.archiveId).toBe("a9");
  expect((await store.byReference(ROMEO, "a3"))?.text).toBe("3");
  expect(await store.byArchiveId("nurse@verona", "a3")).toBeUndefined();
  expect((await store.lastOfOther(ROMEO))?.text).toBe("9");
  await store.take(told("y", "mine", { isOwn: true, progress: "sending" }));
  await store.take(told("z", "read", { isOwn: true, progress: "read" }));
  await store.forgetHistory();
  expect(await texts()).toEqual(["mine"]);
});

it("keeps the end of a conversation, and what was not sent", async () => {
  for (let n = 0; n < 10; n++) await store.take(told(String(n), String(n), { archiveId: `a${n}`, time: 100 + n }));
  await store.take(told("y", "unsent", { isOwn: true, progress: "sending", time: 50 }));
  expect(await store.keepLast(ROMEO, 4)).toBe(true);
  expect(await texts()).toEqual(["unsent", "7", "8", "9"]);
  expect(await store.keepLast(ROMEO, 4)).toBe(false);
});

describe("in a room", () => {
  const ROOM = "balcony@rooms";
  const inRoom = (id: string, nick: string, body: string | undefined, over: Partial<Told> = {}, more: object = {}): Told => ({
    message: { type: "groupchat", id, ...(body === undefined ? {} : { body }), ...more },
    with: ROOM,
    isOwn: false,
    by: `id of ${nick}`,
    author: { nick, id: `id of ${nick}` },
    time: 1000,
    ...over,
  });
  const inStore = async (): Promise<string[]> => (await store.before(ROOM, Infinity, 9)).map(({ text }) => text);

  it("who said something is told by ids, not by nicknames", async () => {
    await store.take(inRoom("1", "Romeo", "hallo", { archiveId: "r1" }));
    await store.take(inRoom("2", "Romeo", "forged", { author: { nick: "Romeo", id: "eve" }, archiveId: "r2" }, { replaces: "1" }));
    await store.take(inRoom("3", "Eve", undefined, {}, { retracts: "r1" }));
    expect(await inStore()).toEqual(["hallo"]);
    await store.take(inRoom("4", "Romeo", "hello", {}, { replaces: "1" }));
    await store.take(inRoom("5", "Eve", undefined, {}, { reactions: { to: "r1", emojis: ["🌹"] } }));
    expect((await store.before(ROOM, Infinity, 9))[0]).toMatchObject({ text: "hello", reactions: { "id of Eve": ["🌹"] } });
    await store.take(inRoom("6", "Eve", undefined, {}, { retracts: "r1", moderated: { by: "x", reason: "rude" } }));
    expect((await store.before(ROOM, Infinity, 9))[0]).toMatchObject({ isRetracted: true, moderated: { reason: "rude" } });
  });

  it("ids of another archive are none of this one", async () => {
    await store.take(told("1", "mine", { archiveId: "a" }));
    await store.take(inRoom("1", "Eve", "hers", { archiveId: "a" }));
    expect([await texts(), await inStore()]).toEqual([["mine"], ["hers"]]);
  });
});

it("knows what is unread in a room, and forgets it with all that was said", async () => {
  const said = (n: number, over: Partial<Told> = {}): Told => ({ ...told(String(n), String(n), { archiveId: `r${n}`, time: n, ...over }), with: "coven@rooms.verona" });
  for (const n of [1, 2, 3]) await store.take(said(n));
  await store.take(said(4, { isMention: true }));
  expect(await store.unreadAfter("coven@rooms.verona", 2, 100)).toEqual({ unread: 2, mentions: 1 });
  await store.take(said(5, { isOwn: true }));
  await store.take(said(6));
  expect(await store.unreadAfter("coven@rooms.verona", 2, 100)).toEqual({ unread: 1, mentions: 0 });
  await store.take(told("7", "stays"));
  await store.dropConversation("coven@rooms.verona");
  expect([await store.before("coven@rooms.verona", Infinity, 9), await texts()]).toEqual([[], ["stays"]]);
});

it("goes on with what an earlier client has stored", async () => {
  store.close();
  await deleteDB("jaseur:juliet@verona");
  const first = await openDB("jaseur:juliet@verona", 1, {
    upgrade: (db) => {
      const messages = db.createObjectStore("messages", { keyPath: "key" });
      messages.createIndex("time", ["with", "time"]);
      messages.createIndex("id", ["with", "id"]);
      messages.createIndex("archive", "archiveId");
      messages.createIndex("progress", "progress");
      db.createObjectStore("waiting", { keyPath: ["with", "target"] });
      for (const name of ["conversations", "contacts", "facts"]) db.createObjectStore(name);
    },
  });
  await first.put("messages", { key: "a", with: ROMEO, isOwn: false, text: "hi", time: 1, id: "1", archiveId: "a" });
  first.close();
  store = await Store.open(accountStore("juliet@verona"));
  expect((await store.byArchiveId(ROMEO, "a"))?.text).toBe("hi");
  expect(await store.take(told("1", "hi", { archiveId: "a" }))).toBeUndefined();
});

it("a message that was refused has failed, and one that was received has not", async () => {
  await store.take(told("1", "a", { isOwn: true, progress: "sending", time: 1 }));
  await store.take(told("2", "b", { isOwn: true, progress: "sending", time: 2 }));
  await store.advance(ROMEO, "2", "received");
  expect((await store.advance(ROMEO, "1", "failed")).map(({ progress }) => progress)).toEqual(["failed"]);
  expect(await store.advance(ROMEO, "2", "failed")).toEqual([]);
});

it("keeps 30,000 contacts, changes some, and forgets all", async () => {
  const contact = (n: number, name = ""): Parameters<Store["putContacts"]>[0][number] => ({
    jid: `${n}@verona`,
    name,
    subscription: "both",
    asked: false,
    groups: [],
  });
  await store.putContacts(Array.from({ length: 30_000 }, (_, n) => contact(n)), [], true);
  await store.putContacts([contact(1, "One")], ["2@verona"], false);
  const all = await store.contacts();
  expect(all).toHaveLength(29_999);
  expect(all.find(({ jid }) => jid === "1@verona")?.name).toBe("One");
  await store.setFact("a", "b");
  await store.clear();
  expect([await store.contacts(), await store.fact("a")]).toEqual([[], undefined]);
});
