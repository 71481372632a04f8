// SPDX-License-Identifier: MIT
//
// What clients know, with a real server between them: across reloads, long absences, several
// tabs and new browsers.

import { deleteDB } from "idb";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PageMemory } from "../../src/core/memory.js";
import { child, childText, type Xml } from "../../src/core/xml.js";
import { Engine } from "../../src/model/engine.js";
import { accountStore } from "../../src/model/store.js";
import type { Timeline } from "../../src/model/timeline.js";
import type { ChatMessage, Conversation } from "../../src/model/types.js";
import { NS_MAM } from "../../src/protocol/xep0313.js";
import { inboxQuery } from "../../src/protocol/xep0430.js";
import { Clients, openBrowser as browser, show, textsIn as texts } from "./clients.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

let server: Server;
const clients = new Clients(() => server);
const { sent } = clients;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "nurse", "eve", "tybalt");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
});

afterAll(async () => {
  clients.closeAll();
  await server.stop();
});

async function readAll(timeline: Timeline): Promise<string[]> {
  for (let page = 0; !timeline.isComplete && page < 100; page++) await timeline.older();
  return texts(timeline);
}

it("two people see each other, talk, and know what was read", async () => {
  const romeo = await clients.signIn(browser("romeo"));
  const juliet = await clients.signIn(browser("juliet"));
  await eventually(() => romeo.people.contacts.length === 1 && romeo.people.presenceOf("juliet@localhost").availability === "online");
  const heard: ChatMessage[] = [];
  juliet.events.on("said", (message) => heard.push(message));

  const toJuliet = await show(romeo, "juliet@localhost");
  await toJuliet.setTyping(true);
  await eventually(() => juliet.conversations.isTyping("romeo@localhost"));
  await toJuliet.send("But, soft! <b>what</b> light");
  await eventually(() => heard[0]);
  await eventually(() => !juliet.conversations.isTyping("romeo@localhost"));
  expect(juliet.conversations.unread).toBe(1);
  await eventually(() => toJuliet.messages[0]?.progress === "received");

  expect(texts(await show(juliet, "romeo@localhost"))).toEqual(["But, soft! <b>what</b> light"]);
  await juliet.conversations.markDisplayed("romeo@localhost");
  await eventually(() => toJuliet.messages[0]?.progress === "read");
  expect(juliet.conversations.unread).toBe(0);

  await juliet.conversations.setDraft("romeo@localhost", "Ay me");
  await eventually(() => juliet.conversations.with("romeo@localhost")?.draft === "Ay me");
  await juliet.people.setAvailability("dnd");
  await eventually(() => romeo.people.presenceOf("juliet@localhost").availability === "dnd");
  romeo.close();
  juliet.close();
});

it("has everything once and in order after an absence, and in a new browser", async () => {
  const juliets = browser("juliet");
  const juliet = await clients.signIn(juliets);
  await show(juliet, "nurse@localhost");
  juliet.close();

  const nurse = await clients.signIn(browser("nurse"));
  const toJuliet = await show(nurse, "juliet@localhost");
  const said = Array.from({ length: 130 }, (_, n) => `Madam ${n}`);
  for (const text of said) await toJuliet.send(text);
  await eventually(() => toJuliet.messages.every(({ progress }) => progress !== "sending"));

  const back = clients.openTab(juliets);
  await eventually(() => back.connection.kind === "online");
  await eventually(() => back.conversations.with("nurse@localhost")?.lastText === said.at(-1));
  const toNurse = await show(back, "nurse@localhost");
  expect(await readAll(toNurse)).toEqual(said);
  await toNurse.send("Anon!");
  await eventually(() => texts(toJuliet).at(-1) === "Anon!");
  back.close();
  await deleteDB("jaseur:juliet@localhost");

  const elsewhere = await clients.signIn(browser("juliet"));
  await eventually(() => elsewhere.conversations.with("nurse@localhost")?.isLastOwn);
  expect(await readAll(await show(elsewhere, "nurse@localhost"))).toEqual([...said, "Anon!"]);
  elsewhere.close();
  nurse.close();
});

it("reads anew what it missed too much of", async () => {
  const romeos = browser("romeo");
  const romeo = await clients.signIn(romeos);
  const toEve = await show(romeo, "eve@localhost");
  await toEve.send("Who is there?");
  await eventually(() => toEve.messages[0]?.progress === "sent");
  romeo.close();

  const eve = await clients.signIn(browser("eve"));
  const toRomeo = await show(eve, "romeo@localhost");
  const said = Array.from({ length: 1050 }, (_, n) => `${n}`);
  for (const text of said) await toRomeo.send(text);
  await eventually(() => toRomeo.messages.every(({ progress }) => progress !== "sending"));
  eve.close();

  const back = clients.openTab(romeos);
  await eventually(() => back.conversations.with("eve@localhost")?.lastText === said.at(-1));
  expect(await readAll(await show(back, "eve@localhost"))).toEqual(["Who is there?", ...said]);
  back.close();
});

it("is the same in all tabs, and goes on when the one at work is closed", async () => {
  const romeos = browser("romeo");
  const first = await clients.signIn(romeos);
  const second = clients.openTab(romeos);
  await eventually(() => second.connection.kind === "online");
  await eventually(() => first.people.contacts.length === 1 && second.people.contacts.length === 1);
  expect(second.people.contacts).toEqual(first.people.contacts);

  const juliet = await clients.signIn(browser("juliet"));
  const toRomeo = await show(juliet, "romeo@localhost");
  first.setVisible(true);
  second.setVisible(true);
  second.setVisible(false);
  first.setVisible(false); // now nobody looks (XEP-0352 section 4)
  await eventually(() => sent.includes("inactive"));
  second.setVisible(true);
  await eventually(() => sent.includes("active"));
  const inSecond = await show(second, "juliet@localhost");
  const inFirst = await show(first, "juliet@localhost");
  await inSecond.send("from the second tab");
  await eventually(() => texts(toRomeo).at(-1) === "from the second tab");
  await eventually(() => texts(inFirst).at(-1) === "from the second tab");

  first.close();
  await inSecond.send("from the second tab alone");
  await eventually(() => texts(toRomeo).at(-1) === "from the second tab alone");
  await toRomeo.send("I hear you");
  await eventually(() => texts(inSecond).at(-1) === "I hear you");
  second.close();
  juliet.close();
});

it("asks before others see the account, and befriends", async () => {
  const tybalt = await clients.signIn(browser("tybalt"));
  const juliet = await clients.signIn(browser("juliet"));
  await eventually(() => juliet.people.presenceOf("juliet@localhost").availability === "online"); // she is there
  expect(await tybalt.people.add(" Juliet ")).toBe("juliet@localhost");
  await eventually(() => juliet.people.requests[0]);
  await juliet.people.answerRequest("tybalt@localhost", true);
  expect(juliet.people.requests).toEqual([]);
  await eventually(() => tybalt.people.presenceOf("juliet@localhost").availability === "online");
  await juliet.people.remove("tybalt@localhost");
  await eventually(() => !juliet.people.isContact("tybalt@localhost"));
  expect(await tybalt.people.add("no address")).toBeUndefined();
  await tybalt.signOut();
  expect([tybalt.isSignedIn, tybalt.people.contacts, tybalt.conversations.all]).toEqual([false, [], []]);
  tybalt.close();
  juliet.close();
});

it("what is said while the archive is read, too late for the answer, is not lost", async () => {
  const nurse = await clients.signIn(browser("nurse"));
  const toRomeo = await show(nurse, "romeo@localhost");
  const romeos = browser("romeo");
  const romeo = await clients.signIn(romeos);
  const from = (): Conversation | undefined => romeo.conversations.with("nurse@localhost");
  await eventually(() => romeo.isReady);
  await toRomeo.send("Now God in heaven bless thee!");
  await eventually(() => from()?.lastText === "Now God in heaven bless thee!");
  let [isRead, isThere] = [false, false];
  romeos.gate.close((el) => {
    const isEnd = el.name === "iq" && child(el, "fin", NS_MAM) !== undefined;
    isRead ||= isEnd;
    isThere ||= childText(el, "body") === "Hark you, sir.";
    return isEnd;
  });
  romeos.transports.at(-1)?.abort();
  await eventually(() => isRead);
  await toRomeo.send("Hark you, sir.");
  await eventually(() => isThere);
  romeos.gate.open();
  await eventually(() => from()?.lastText === "Hark you, sir.");
  expect(from()?.unread).toBe(2); // which the inbox counts, and is not counted again
  romeo.close();
  nurse.close();
});

it("a part that asks while its engine stops does not keep the store open", async () => {
  const account = "tybalt@localhost";
  const engine = new Engine({ account, site: server.site, memory: new PageMemory(), onNews: () => undefined });
  await engine.start();
  engine.connection.connect({ kind: "password", password: "secret of tybalt" });
  await eventually(() => engine.connection.state.kind === "online" && engine.connection.isResumable);
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let goOn = (): void => undefined;
  const isStopping = new Promise<void>((resolve) => (goOn = resolve));
  const asked = new Promise<Xml>((resolve, reject) => {
    engine.do(async () => {
      begin();
      await isStopping;
      await engine.ask("get", inboxQuery({ max: 1 })).then(resolve, reject);
    });
  });
  await begun;
  const stopped = engine.stop();
  goOn();
  await expect(asked).rejects.toMatchObject({ condition: "disconnected" });
  await stopped;
  await deleteDB(accountStore(account)); // waits for all that have it open
});
