// SPDX-License-Identifier: MIT
//
// Contacts as they are written down: beside everything else, and never as more than what is there.

import { deleteDB } from "idb";
import { afterEach, beforeEach, expect, it } from "vitest";

import type { Connection, ConnectionEvents } from "../../src/core/connection.js";
import { Emitter } from "../../src/core/emitter.js";
import type { IqAnswerer } from "../../src/core/iq.js";
import { NS_CLIENT } from "../../src/core/ns.js";
import { StanzaError } from "../../src/core/stanza_error.js";
import { xml, type Xml } from "../../src/core/xml.js";
import type { Host } from "../../src/model/part.js";
import { RosterPart } from "../../src/model/parts/roster.js";
import { Store, accountStore } from "../../src/model/store.js";
import type { News } from "../../src/model/types.js";
import { NS_ROSTER } from "../../src/protocol/rfc6121_roster.js";

const ME = "romeo@verona";
let store: Store;
let news: News["kind"][];
let asked: (string | undefined)[]; // versions
let roster: Xml | undefined; // what the server answers; undefined: as that version has it
let isLost = false; // its answer
let failures: unknown[];
let push: (query: Xml) => void;

const item = (n: number, name = ""): Xml => xml("item", NS_ROSTER, { jid: `${n}@verona`, name: name || undefined, subscription: "both" });
const query = (ver: string, ...items: Xml[]): Xml => xml("query", NS_ROSTER, { ver }, ...items);
const many = (ver: string): Xml => query(ver, ...Array.from({ length: 1000 }, (_, n) => item(n)));

/** A page's part. */
function open(): { part: RosterPart; begin: (isNew: boolean) => Promise<void> } {
  const events = new Emitter<ConnectionEvents>();
  const iqs = { onRequest: (_type: string, _name: string, _ns: string, answer: IqAnswerer) => (push = (pushed) => void answer(pushed, undefined)) };
  const host = {
    connection: { events, iqs, state: { kind: "online", jid: `${ME}/x` } } as unknown as Connection,
    account: ME,
    store,
    ask: (_type: string, payload: Xml) => {
      asked.push(payload.attrs.ver);
      return isLost ? Promise.reject(new StanzaError("timeout", "wait")) : Promise.resolve(xml("iq", NS_CLIENT, { type: "result" }, roster));
    },
    tell: ({ kind }: News) => news.push(kind),
    do: (step: () => Promise<void>) => void step().catch((error: unknown) => failures.push(error)),
  } as unknown as Host;
  const part = new RosterPart(host);
  const begin = async (isNew: boolean): Promise<void> => {
    events.emit("session", { jid: `${ME}/x`, isNew, lost: [] });
    await part.onSession({ isNew, lost: [], began: 0 });
  };
  return { part, begin };
}

async function written(part: RosterPart): Promise<void> {
  while (part.handOver() === "") await new Promise((resolve) => setTimeout(resolve, 1));
}

beforeEach(async () => {
  store = await Store.open(accountStore(ME));
  [news, asked, failures, roster] = [[], [], [], undefined];
});

afterEach(async () => {
  store.close();
  await deleteDB(accountStore(ME));
});

it("is ready before many contacts are written down, and their version is written behind them", async () => {
  const { part, begin } = open();
  roster = many("v1");
  await begin(true);
  expect(news).toContain("ready");
  expect(part.handOver()).toBe("");
  expect(await store.fact("roster version")).toBeUndefined();
  push(query("v2", item(7, "Seven"), xml("item", NS_ROSTER, { jid: "8@verona", subscription: "remove" })));
  await written(part);
  const all = await store.contacts();
  expect(all).toHaveLength(999);
  expect(all.find(({ jid }) => jid === "7@verona")?.name).toBe("Seven");
  expect(await store.fact("roster version")).toBe("v2");
});

it("who goes on with a session asks for the contacts unless they are in the store", async () => {
  const before = open();
  roster = many("v1");
  await before.begin(true);
  const early = before.part.handOver();
  await written(before.part);
  const late = before.part.handOver();
  for (const kept of [early, late]) {
    const { part, begin } = open();
    part.takeOver(kept);
    await begin(false);
    await written(part);
  }
  expect(asked).toEqual(["", "v1"]);
});

it("asks again when the answer did not come, and with each new session", async () => {
  const { part, begin } = open();
  isLost = true;
  await expect(begin(true)).rejects.toThrow();
  isLost = false;
  for (const isNew of [false, false, true]) await begin(isNew);
  expect(asked).toEqual(["", "", ""]);
  expect(part.handOver()).toBe("written");
});

it("writes nothing down for who has signed out meanwhile", async () => {
  const { part, begin } = open();
  roster = many("v1");
  await begin(true);
  push(query("v2", item(7)));
  part.forget();
  await store.clear();
  roster = undefined;
  await begin(true); // behind all that was to be written
  expect(asked).toEqual(["", ""]);
  expect([await store.contacts(), await store.fact("roster version")]).toEqual([[], undefined]);
});

it("keeps no version of contacts that could not be written, and asks for them again", async () => {
  const { part, begin } = open();
  roster = many("v1");
  const put = store.putContacts.bind(store);
  const full = new StanzaError("resource-constraint");
  store.putContacts = () => Promise.reject(full);
  await begin(true);
  await expect.poll(() => failures).toEqual([full]);
  store.putContacts = put;
  push(query("v2", item(7)));
  expect([part.handOver(), await store.contacts(), await store.fact("roster version")]).toEqual(["", [], undefined]);
  await begin(true);
  await written(part);
  expect(asked).toEqual(["", ""]);
  expect(await store.contacts()).toHaveLength(1000);
});
