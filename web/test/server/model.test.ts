// SPDX-License-Identifier: MIT
//
// What clients know, with a real server between them: across reloads, long absences, several
// tabs and new browsers.

import { deleteDB } from "idb";
import { afterAll, beforeAll, expect, it } from "vitest";

import { Backoff } from "../../src/core/backoff.js";
import { PageMemory, type Memory } from "../../src/core/memory.js";
import { Client } from "../../src/model/client.js";
import { Engine } from "../../src/model/engine.js";
import { Tabs, type Locks } from "../../src/model/tabs.js";
import type { ChatMessage } from "../../src/model/types.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

let server: Server;
const clients: Client[] = [];
const sent: string[] = []; // names of elements, by whoever is at work

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "nurse", "eve", "tybalt");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
});

afterAll(async () => {
  for (const client of clients) client.close();
  await server.stop();
});

/** As a browser's: who comes first holds it, then the next. */
class OneAfterTheOther implements Locks {
  #last: Promise<void> = Promise.resolve();

  request(_name: string, { signal }: { signal: AbortSignal }, held: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(() => (signal.aborted ? undefined : held()));
    this.#last = turn;
    return turn;
  }
}

interface Browser {
  readonly user: string;
  readonly memory: Memory;
  readonly locks: Locks;
}

function browser(user: string): Browser {
  return { user, memory: new PageMemory(), locks: new OneAfterTheOther() };
}

function openTab({ user, memory, locks }: Browser): Client {
  const account = `${user}@localhost`;
  const client = new Client(
    (onNews) =>
      new Tabs({
        name: `${server.site} ${account}`,
        locks,
        onNews,
        makeEngine: (tell) => {
          const engine = new Engine({ account, site: server.site, memory, backoff: new Backoff(() => 0), onNews: tell });
          engine.connection.events.on("traffic", ({ direction, el }) => (direction === "out" ? sent.push(el.name) : undefined));
          return engine;
        },
      }),
  );
  clients.push(client);
  return client;
}

async function signIn(where: Browser): Promise<Client> {
  const client = openTab(where);
  await eventually(() => client.isKnown);
  await client.signIn({ kind: "password", password: `secret of ${where.user}` });
  await eventually(() => client.connection.kind === "online");
  return client;
}

const texts = (client: Client): string[] => (client.open?.messages ?? []).map(({ text }) => text);

async function readAll(client: Client, jid: string): Promise<string[]> {
  await client.show(jid);
  for (let page = 0; !client.open?.isComplete && page < 100; page++) await client.showOlder();
  return texts(client);
}

it("two people see each other, talk, and know what was read", async () => {
  const romeo = await signIn(browser("romeo"));
  const juliet = await signIn(browser("juliet"));
  await eventually(() => romeo.contacts.length === 1 && romeo.presenceOf("juliet@localhost").availability === "online");
  const heard: ChatMessage[] = [];
  juliet.events.on("said", (message) => heard.push(message));

  await romeo.show("juliet@localhost");
  romeo.setTyping(true);
  await eventually(() => juliet.isTyping("romeo@localhost"));
  await romeo.send("But, soft! <b>what</b> light");
  await eventually(() => heard[0]);
  await eventually(() => !juliet.isTyping("romeo@localhost"));
  expect(juliet.unread).toBe(1);
  await eventually(() => romeo.open?.messages[0]?.progress === "received");

  await juliet.show("romeo@localhost");
  expect(texts(juliet)).toEqual(["But, soft! <b>what</b> light"]);
  juliet.markDisplayed();
  await eventually(() => romeo.open?.messages[0]?.progress === "read");
  expect(juliet.unread).toBe(0);

  await juliet.setDraft("romeo@localhost", "Ay me");
  await eventually(() => juliet.conversationWith("romeo@localhost")?.draft === "Ay me");
  await juliet.setAvailability("dnd");
  await eventually(() => romeo.presenceOf("juliet@localhost").availability === "dnd");
  romeo.close();
  juliet.close();
});

it("has everything once and in order after an absence, and in a new browser", async () => {
  const juliets = browser("juliet");
  const juliet = await signIn(juliets);
  await juliet.show("nurse@localhost");
  juliet.close();

  const nurse = await signIn(browser("nurse"));
  await nurse.show("juliet@localhost");
  const said = Array.from({ length: 130 }, (_, n) => `Madam ${n}`);
  for (const text of said) await nurse.send(text);
  await eventually(() => nurse.open?.messages.every(({ progress }) => progress !== "sending"));

  const back = openTab(juliets);
  await eventually(() => back.connection.kind === "online");
  await eventually(() => back.conversationWith("nurse@localhost")?.lastText === said.at(-1));
  expect(await readAll(back, "nurse@localhost")).toEqual(said);
  await back.send("Anon!");
  await eventually(() => texts(nurse).at(-1) === "Anon!");
  back.close();
  await deleteDB("jaseur:juliet@localhost");

  const elsewhere = await signIn(browser("juliet"));
  await eventually(() => elsewhere.conversationWith("nurse@localhost")?.isLastOwn);
  expect(texts(elsewhere)).toEqual([]);
  expect(await readAll(elsewhere, "nurse@localhost")).toEqual([...said, "Anon!"]);
  elsewhere.close();
  nurse.close();
});

it("reads anew what it missed too much of", async () => {
  const romeos = browser("romeo");
  const romeo = await signIn(romeos);
  await romeo.show("eve@localhost");
  await romeo.send("Who is there?");
  await eventually(() => romeo.open?.messages[0]?.progress === "sent");
  romeo.close();

  const eve = await signIn(browser("eve"));
  await eve.show("romeo@localhost");
  const said = Array.from({ length: 1050 }, (_, n) => `${n}`);
  for (const text of said) await eve.send(text);
  await eventually(() => eve.open?.messages.every(({ progress }) => progress !== "sending"));
  eve.close();

  const back = openTab(romeos);
  await eventually(() => back.conversationWith("eve@localhost")?.lastText === said.at(-1));
  expect(await readAll(back, "eve@localhost")).toEqual(["Who is there?", ...said]);
  back.close();
});

it("is the same in all tabs, and goes on when the one at work is closed", async () => {
  const romeos = browser("romeo");
  const first = await signIn(romeos);
  const second = openTab(romeos);
  await eventually(() => second.connection.kind === "online");
  await eventually(() => first.contacts.length === 1 && second.contacts.length === 1);
  expect(second.contacts).toEqual(first.contacts);

  const juliet = await signIn(browser("juliet"));
  await juliet.show("romeo@localhost");
  first.setVisible(true);
  second.setVisible(true);
  second.setVisible(false);
  first.setVisible(false); // now nobody looks (XEP-0352 section 4)
  await eventually(() => sent.includes("inactive"));
  second.setVisible(true);
  await eventually(() => sent.includes("active"));
  await second.show("juliet@localhost");
  await first.show("juliet@localhost");
  await second.send("from the second tab");
  await eventually(() => texts(juliet).at(-1) === "from the second tab");
  await eventually(() => texts(first).at(-1) === "from the second tab");

  first.close();
  await second.send("from the second tab alone");
  await eventually(() => texts(juliet).at(-1) === "from the second tab alone");
  await juliet.send("I hear you");
  await eventually(() => texts(second).at(-1) === "I hear you");
  second.close();
  juliet.close();
});

it("asks before others see the account, and befriends", async () => {
  const tybalt = await signIn(browser("tybalt"));
  const juliet = await signIn(browser("juliet"));
  await eventually(() => juliet.presenceOf("juliet@localhost").availability === "online"); // she is there
  expect(await tybalt.addContact(" Juliet ")).toBe("juliet@localhost");
  await eventually(() => juliet.requests[0]);
  await juliet.answerRequest("tybalt@localhost", true);
  expect(juliet.requests).toEqual([]);
  await eventually(() => tybalt.presenceOf("juliet@localhost").availability === "online");
  await juliet.removeContact("tybalt@localhost");
  await eventually(() => !juliet.isContact("tybalt@localhost"));
  expect(await tybalt.addContact("no address")).toBeUndefined();
  await tybalt.signOut();
  expect([tybalt.isSignedIn, tybalt.contacts, tybalt.conversations]).toEqual([false, [], []]);
  tybalt.close();
  juliet.close();
});
