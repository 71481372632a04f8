// SPDX-License-Identifier: MIT
//
// What is said about messages, and going through what was said: with a real server, across cuts,
// in other browsers.

import { deleteDB } from "idb";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { Client } from "../../src/model/client.js";
import type { Timeline } from "../../src/model/timeline.js";
import { Clients, openBrowser, show, textsIn } from "./clients.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

const ROMEO = "romeo@localhost";
const JULIET = "juliet@localhost";
const NURSE = "nurse@localhost";

let server: Server;
const clients = new Clients(() => server);

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "nurse");
});

afterAll(async () => {
  clients.closeAll();
  await server.stop();
});

async function say(timeline: Timeline, ...texts: string[]): Promise<void> {
  for (const text of texts) await timeline.send(text);
  await eventually(() => timeline.messages.every(({ progress }) => progress !== "sending"));
}

it("corrects, reacts, answers and takes back, for both sides and in their other browsers", async () => {
  const romeos = openBrowser("romeo");
  const romeo = await clients.signIn(romeos);
  const juliet = await clients.signIn(openBrowser("juliet"));
  const toJuliet = await show(romeo, JULIET);
  const toRomeo = await show(juliet, ROMEO);
  await say(toJuliet, "Buk, soft!", "I am Tybalt");
  await eventually(() => toRomeo.messages.length === 2);
  const [soft, tybalt] = toJuliet.messages;
  await toJuliet.correct(soft!.key, "But, soft!");
  await toJuliet.retract(tybalt!.key);
  await eventually(() => toRomeo.messages[0]?.isCorrected && toRomeo.messages[1]?.isRetracted);
  expect(textsIn(toRomeo)).toEqual(["But, soft!", ""]);

  const heard = toRomeo.messages[0]!;
  await toRomeo.react(heard.key, ["🌹", "👍"]);
  await eventually(() => toJuliet.messages[0]?.reactions?.[JULIET]?.length === 2);
  await toRomeo.react(heard.key, []);
  await eventually(() => toJuliet.messages[0]?.reactions && !(JULIET in toJuliet.messages[0].reactions));
  await toRomeo.send("Who is there?", { reply: { to: heard.id!, author: ROMEO, quote: "> But, soft!\n" } });
  await eventually(() => toJuliet.messages.length === 3);
  expect(toJuliet.messages[2]).toMatchObject({ text: "Who is there?", reply: { to: soft!.id, quote: "> But, soft!\n" } });

  // Nobody changes what others have said.
  await expect(toRomeo.correct(heard.key, "forged")).rejects.toThrow();
  await expect(toRomeo.retract(heard.key)).rejects.toThrow();
  romeo.close();
  await deleteDB("jaseur:romeo@localhost");
  const elsewhere = await clients.signIn(openBrowser("romeo"));
  await eventually(() => elsewhere.conversations.with(JULIET)?.lastText === "Who is there?");
  const again = await show(elsewhere, JULIET);
  expect(textsIn(again)).toEqual(["But, soft!", "", "Who is there?"]);
  expect(again.messages[1]).toMatchObject({ isRetracted: true });
  elsewhere.close();
  juliet.close();
});

it("says a change that was lost with its session again, and refuses one that nobody would get", async () => {
  const romeos = openBrowser("romeo");
  const romeo = await clients.signIn(romeos);
  const juliet = await clients.signIn(openBrowser("juliet"));
  const toJuliet = await show(romeo, JULIET);
  const toRomeo = await show(juliet, ROMEO);
  await say(toJuliet, "lvoe");
  const { key } = toJuliet.messages.at(-1)!;
  await eventually(() => toRomeo.messages.at(-1)?.text === "lvoe");
  server.run("session", "close", ROMEO);
  romeos.transports.at(-1)!.abort();
  await toJuliet.correct(key, "love");
  await eventually(() => toRomeo.messages.at(-1)?.text === "love");
  romeo.close();
  juliet.close();
});

it("what failed is sent again or dropped", async () => {
  const romeo = await clients.signIn(openBrowser("romeo"));
  const toNobody = await show(romeo, "nobody@localhost");
  await toNobody.send("Is anybody there?");
  await toNobody.send("Hello?");
  await eventually(() => toNobody.messages.length === 2 && toNobody.messages.every(({ progress }) => progress === "failed"));
  await toNobody.drop(toNobody.messages[1]!.key);
  expect(textsIn(toNobody)).toEqual(["Is anybody there?"]);
  await toNobody.resend(toNobody.messages[0]!.key);
  await eventually(() => toNobody.messages[0]?.progress === "failed");
  romeo.close();
});

const said = Array.from({ length: 400 }, (_, n) => `Madam ${n}${n % 100 === 7 ? " has pepper" : ""}`);

/** In a browser that knows nothing. */
async function newBrowser(user: string): Promise<Client> {
  await deleteDB(`jaseur:${user}@localhost`);
  const client = await clients.signIn(openBrowser(user));
  await eventually(() => client.conversations.all.length > 0);
  return client;
}

it("goes to a hit or a day, and through all there is in both directions without a gap", async () => {
  const nurse = await clients.signIn(openBrowser("nurse"));
  await say(await show(nurse, JULIET), ...said);
  nurse.close();

  const juliet = await newBrowser("juliet");
  const found = await juliet.search("pepper");
  expect(found.hits.map(({ text, with: jid, isOwn, nick }) => [text, jid, isOwn, nick])).toEqual(
    [307, 207, 107, 7].map((n) => [`Madam ${n} has pepper`, NURSE, false, "nurse"]),
  );
  expect((await juliet.search("pepper", ROMEO)).hits).toEqual([]);
  expect((await juliet.search("   ", NURSE)).hits).toEqual([]);

  const toNurse = await show(juliet, NURSE);
  const key = await toNurse.go({ archiveId: found.hits[2]!.archiveId });
  expect(toNurse.find(key!)?.text).toBe("Madam 107 has pepper");
  expect([toNurse.isAway, toNurse.isComplete]).toEqual([true, false]);
  // What is said meanwhile is not put behind what is somewhere else.
  const romeo = await clients.signIn(openBrowser("nurse"));
  await say(await show(romeo, JULIET), "Anon!");
  await eventually(() => juliet.conversations.with(NURSE)?.lastText === "Anon!");
  expect(textsIn(toNurse)).not.toContain("Anon!");
  while (!toNurse.isComplete) await toNurse.older();
  while (toNurse.isAway) await toNurse.newer();
  expect(textsIn(toNurse)).toEqual([...said, "Anon!"]);
  await say(await show(romeo, JULIET), "I come!");
  await eventually(() => textsIn(toNurse).at(-1) === "I come!");

  const again = await show(juliet, NURSE);
  const first = toNurse.messages[200]!;
  const day = await again.go({ time: first.time });
  expect(again.find(day!)?.text).toBe(first.text);
  await again.open();
  expect([textsIn(again).at(-1), again.isAway]).toEqual(["I come!", false]);
  expect(again.find((await again.goReferred(toNurse.messages[3]!.id!))!)?.text).toBe("Madam 3");
  expect(await again.goReferred("unknown")).toBeUndefined();
  romeo.close();
  juliet.close();
});

it("keeps the last messages only while the end is looked at", async () => {
  const nurse = await clients.signIn(openBrowser("nurse"));
  const toRomeo = await show(nurse, ROMEO);
  for (let n = 0; n < 1300; n++) await toRomeo.send(String(n));
  expect(toRomeo.messages.length).toBeLessThanOrEqual(1200);
  expect(textsIn(toRomeo).at(-1)).toBe("1299");
  expect(toRomeo.isComplete).toBe(false);
  toRomeo.setFollowed(false);
  while (!toRomeo.isComplete) await toRomeo.older();
  expect(textsIn(toRomeo)).toEqual(Array.from({ length: 1300 }, (_, n) => String(n)));
  nurse.close();
});
