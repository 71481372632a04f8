// SPDX-License-Identifier: MIT
//
// What is unread when messages come just while the archive and the inbox are read, in every order.

import { deleteDB } from "idb";
import { afterEach, beforeEach, expect, it } from "vitest";

import type { Connection, ConnectionEvents } from "../../src/core/connection.js";
import { Emitter } from "../../src/core/emitter.js";
import { NS_CARBONS, NS_CLIENT } from "../../src/core/ns.js";
import { xml, type Xml } from "../../src/core/xml.js";
import type { Host } from "../../src/model/part.js";
import { makeParts, type Parts } from "../../src/model/parts/index.js";
import { LAST_ARCHIVED } from "../../src/model/parts/history.js";
import { Store, accountStore } from "../../src/model/store.js";
import { NS_FORWARD } from "../../src/protocol/xep0297.js";
import { NS_MAM } from "../../src/protocol/xep0313.js";
import { NS_SID } from "../../src/protocol/xep0359.js";
import { NS_INBOX } from "../../src/protocol/xep0430.js";
import { NS_DISPLAYED_SYNC, isEvent } from "../../src/protocol/xep0490.js";

const ME = "juliet@verona";
const ROMEO = "romeo@verona";

let store: Store;
let parts: Parts;
let steps: (() => Promise<unknown>)[]; // whose turn has not come
let arrivals: number;
let archived: Xml[]; // as the server has it
let seen: number; // how many of them were displayed, as it knows
let meanwhile: Partial<Record<"archive" | "inbox", { asked?: () => void | Promise<void>; answered?: () => void }>>; // what happens when it is asked, when it has looked

/** As an engine does. */
function come(stanza: Xml): void {
  if (parts.history.takesAnswer(stanza)) return;
  const arrival = ++arrivals;
  steps.push(() => (isEvent(stanza) ? parts.conversations.onEvent(stanza, arrival) : parts.chat.onMessage(stanza, arrival)));
}

const idOf = (message: Xml): string => message.attrs.id ?? "";

/** Of a message that the server has written down: what it says of it in its archive. */
const result = (message: Xml, queryId?: string): Xml =>
  xml("result", NS_MAM, { id: idOf(message), queryid: queryId }, xml("forwarded", NS_FORWARD, {}, message));

function said(id: string, { isOwn = false, isArchived = true } = {}): void {
  const head = { type: "chat", id, from: isOwn ? `${ME}/elsewhere` : `${ROMEO}/x`, to: isOwn ? ROMEO : ME };
  const body = xml("body", NS_CLIENT, {}, id);
  const message = xml("message", NS_CLIENT, head, body, ...(isArchived ? [xml("stanza-id", NS_SID, { by: ME, id })] : []));
  if (isArchived) archived.push(message);
  if (isOwn) seen = archived.length;
  come(isOwn ? xml("message", NS_CLIENT, { from: ME, to: `${ME}/x` }, xml("sent", NS_CARBONS, {}, xml("forwarded", NS_FORWARD, {}, message))) : message);
}

/** Another device has displayed all. */
function displayed(): void {
  seen = archived.length;
  const item = xml("item", "http://jabber.org/protocol/pubsub", { id: ROMEO });
  const ns = "http://jabber.org/protocol/pubsub#event";
  const read = xml("displayed", NS_DISPLAYED_SYNC, {}, xml("stanza-id", NS_SID, { by: ME, id: idOf(archived.at(-1) ?? item) }));
  come(
    xml("message", NS_CLIENT, { type: "headline", from: ME, to: `${ME}/x` }, xml("event", ns, {}, xml("items", ns, { node: NS_DISPLAYED_SYNC }, xml("item", ns, { id: ROMEO }, read)))),
  );
}

/** What the server answers, as of the moment at which it looks. */
function answered(payload: Xml): Xml {
  if (payload.ns === NS_MAM) {
    const now = archived.slice(1).map((one) => xml("message", NS_CLIENT, { from: ME }, result(one, payload.attrs.queryid)));
    meanwhile.archive?.answered?.();
    now.forEach(come);
    return xml("iq", NS_CLIENT, { type: "result" }, xml("fin", NS_MAM, { complete: "true" }));
  }
  const last = archived.at(-1);
  const entry = last && xml("message", NS_CLIENT, { from: ME }, xml("entry", NS_INBOX, { jid: ROMEO, unread: String(archived.length - seen), id: idOf(last) }), result(last));
  meanwhile.inbox?.answered?.();
  if (entry) come(entry);
  return xml("iq", NS_CLIENT, { type: "result" }, xml("fin", NS_INBOX));
}

beforeEach(async () => {
  store = await Store.open(accountStore(ME));
  [steps, arrivals, archived, seen, meanwhile] = [[], 0, [], 0, {}];
  let last = 1000;
  const connection = {
    events: new Emitter<ConnectionEvents>(),
    state: { kind: "online", jid: `${ME}/x` },
    iqs: { onRequest: () => undefined },
    isUnderWay: () => false,
    send: () => true,
  } as unknown as Connection;
  const host = {
    ...{ connection, account: ME, store, locks: undefined },
    get arrivals() {
      return arrivals;
    },
    ask: async (_type: string, payload: Xml) => {
      if (payload.ns !== NS_MAM && payload.ns !== NS_INBOX) return xml("iq", NS_CLIENT, { type: "result" });
      await meanwhile[payload.ns === NS_MAM ? "archive" : "inbox"]?.asked?.();
      return answered(payload);
    },
    sendPresence: () => Promise.resolve(),
    tell: () => undefined,
    do: (step: () => Promise<void>) => void steps.push(step),
    now: () => ++last,
    forget: () => Promise.resolve(),
  } as unknown as Host;
  parts = makeParts(host);
});

afterEach(async () => {
  parts.rooms.stop();
  store.close();
  await deleteDB(accountStore(ME));
});

/** isNew: nothing is known in this browser */
async function signIn(isNew: boolean): Promise<void> {
  said("known");
  seen = 1;
  steps = [() => parts.history.onSession()];
  if (!isNew) await store.setFact(LAST_ARCHIVED, "known");
  for (let step = steps.shift(); step; step = steps.shift()) await step();
}

interface Case {
  readonly what: string;
  readonly during: "archive" | "inbox";
  readonly is: "asked" | "answered";
  readonly isNew: boolean;
  readonly come: readonly (() => void)[];
  readonly unread: number;
}

const saying = (id: string): (() => void) => () => said(id);
const answering = (): void => said("answer", { isOwn: true });

const CASES = (
  [
    ["one", [saying("one")], 1],
    ["two", [saying("one"), saying("two")], 2],
    ["one that is in no archive", [() => said("one", { isArchived: false })], 1],
    ["one, and an answer from elsewhere", [saying("one"), answering], 0],
    ["one behind an answer from elsewhere", [saying("one"), answering, saying("two")], 1],
    ["one that was displayed elsewhere", [saying("one"), displayed], 0],
    ["one behind what was displayed elsewhere", [saying("one"), displayed, saying("two")], 1],
  ] as const
).flatMap(([what, come, unread]) =>
  [
    ["archive", "asked", false] as const,
    ["archive", "answered", false] as const,
    ["inbox", "asked", false] as const,
    ["inbox", "answered", false] as const,
    ["inbox", "asked", true] as const,
    ["inbox", "answered", true] as const,
  ].map(([during, is, isNew]): Case => ({ what, during, is, isNew, come, unread })),
);

it.each(CASES)("counts $what, when the $during was $is (a new browser: $isNew)", async ({ during, is, isNew, come: coming, unread }) => {
  meanwhile = {
    [during]: {
      [is]: () => {
        for (const each of coming) each();
      },
    },
  };
  await signIn(isNew);
  expect(parts.conversations.of(ROMEO).unread).toBe(unread);
});

it.each(["asked", "answered"] as const)("counts one that came when the inbox was %s, and the next", async (is) => {
  meanwhile = { inbox: { [is]: saying("one") } };
  await signIn(false);
  said("two");
  await steps.shift()?.();
  expect(parts.conversations.of(ROMEO)).toMatchObject({ unread: 2, lastText: "two" });
});

it("keeps what is displayed here while the inbox is read", async () => {
  meanwhile = { archive: { asked: saying("one") }, inbox: { asked: () => parts.conversations.markDisplayed(ROMEO) } };
  await parts.conversations.change(ROMEO, { unread: 1 });
  await signIn(false);
  expect(parts.conversations.of(ROMEO).unread).toBe(0);
});
