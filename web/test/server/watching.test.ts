// SPDX-License-Identifier: MIT
//
// An account of many contacts, with a real server: it is told of those who are looked at (docs/watch.md).

import { afterAll, beforeAll, expect, it } from "vitest";

import { Backoff } from "../../src/core/backoff.js";
import { bareOf } from "../../src/core/jid.js";
import { PageMemory, type Memory } from "../../src/core/memory.js";
import { Client } from "../../src/model/client.js";
import { Engine } from "../../src/model/engine.js";
import { Tabs } from "../../src/model/tabs.js";
import { rosterChange } from "../../src/protocol/rfc6121_roster.js";
import { errors, launch, openContext, openPage, signIn as signInPage } from "./browser.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";
import { PATIENCE } from "./with_files.js";

const COUNT = 600;
const ROMEO = "romeo@localhost";
const MIDDLE = "c400@localhost";
const NURSE = "nurse@localhost";

interface Watching {
  readonly client: Client;
  readonly engine: Engine;
  /** Bare addresses of whoever has told presence. */
  readonly told: Set<string>;
}

let server: Server;
const open: Client[] = [];

function openTab(user: string, memory: Memory): Watching {
  const told = new Set<string>();
  const account = `${user}@localhost`;
  const engine: Engine[] = [];
  const client = new Client(
    (onNews) =>
      new Tabs({
        name: `${server.site} ${account} ${open.length}`,
        locks: undefined,
        onNews,
        makeEngine: (tell) => {
          const made = new Engine({ account, site: server.site, memory, backoff: new Backoff(() => 0), onNews: tell });
          made.connection.events.on("traffic", ({ direction, el }) => {
            if (direction === "in" && el.name === "presence") told.add(bareOf(el.attrs.from ?? ""));
          });
          engine.push(made);
          return made;
        },
      }),
  );
  open.push(client);
  return {
    client,
    told,
    get engine() {
      if (!engine[0]) throw new Error("no engine");
      return engine[0];
    },
  };
}

async function signIn(user: string, memory: Memory = new PageMemory()): Promise<Watching> {
  const one = openTab(user, memory);
  await eventually(() => one.client.isKnown);
  await one.client.signIn({ kind: "password", password: `secret of ${user}` });
  await eventually(() => one.client.people.own.availability !== "offline");
  return one;
}

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "nurse");
  for (const friend of ["romeo", "nurse"]) server.run("roster", "befriend", "juliet@localhost", `${friend}@localhost`);
  const { client, engine } = await signIn("juliet");
  const change = (jid: string, name: string): Promise<unknown> => engine.connection.iqs.ask("set", rosterChange({ jid, name, groups: [] }));
  const numbers = Array.from({ length: COUNT }, (_, n) => n);
  for (let at = 0; at < COUNT; at += 100)
    await Promise.all(numbers.slice(at, at + 100).map((n) => change(`c${n}@localhost`, `Contact ${n}`)));
  await change(NURSE, "A nurse");
  await change(ROMEO, "Yonder Romeo");
  await client.signOut();
});

afterAll(async () => {
  for (const client of open) client.close();
  await server.stop();
});

it("of many contacts those are told of whom somebody looks at, also after a reload", async () => {
  const romeo = await signIn("romeo");
  const nurse = await signIn("nurse");
  await romeo.client.people.setAvailability("away", "Soft!");
  const memory = new PageMemory();
  const juliet = await signIn("juliet", memory);
  const { people } = juliet.client;
  expect(people.knownPresenceOf(ROMEO).availability).toBeUndefined();
  await eventually(() => people.presenceOf(ROMEO).availability === "away" && people.presenceOf(ROMEO).status === "Soft!");
  // Who is looked at and not there is not unknown.
  await eventually(() => people.presenceOf("c1@localhost").availability === "offline");

  await nurse.client.people.setAvailability("dnd");
  await eventually(() => nurse.client.people.own.availability === "dnd");
  await romeo.client.people.setAvailability("online", "Hark");
  await eventually(() => people.presenceOf(ROMEO).status === "Hark");
  expect(people.knownPresenceOf(NURSE).availability).toBeUndefined();
  expect(juliet.told).toEqual(new Set(["juliet@localhost", ROMEO]));
  await eventually(() => people.presenceOf(NURSE).availability === "dnd");

  // The next page goes on with the session.
  juliet.client.close();
  const again = openTab("juliet", memory);
  await eventually(() => again.client.connection.kind === "online");
  await eventually(() => again.client.people.knownPresenceOf(NURSE).availability === "dnd");
  expect(again.client.people.knownPresenceOf("c2@localhost").availability).toBeUndefined();
  await nurse.client.signOut();
  await eventually(() => again.client.people.presenceOf(NURSE).availability === "offline");
  await romeo.client.people.setAvailability("dnd");
  await eventually(() => again.client.people.knownPresenceOf(ROMEO).availability === "dnd");
  await again.client.signOut();
  await romeo.client.signOut();
});

it("who comes into sight is shown as he is, and still is when somebody comes back", async () => {
  const romeo = await signIn("romeo");
  await romeo.client.people.setAvailability("dnd", "Do not wake me");
  const browser = await launch();
  const page = await openPage(await openContext(browser), server.site);
  await signInPage(page, "juliet");
  await page.getByRole("tab", { name: "People" }).click();
  const nurse = page.getByRole("button", { name: /^A nurse/ });
  await nurse.getByText("Offline").waitFor();
  // Whom the page shows itself.
  const ofPage = (): Promise<string | undefined> =>
    page.evaluate((jid) => document.querySelector("jaseur-chat")?.api.getBuddyList().find((one) => one.jid === jid)?.presence, MIDDLE);
  await expect.poll(ofPage, PATIENCE).toBe("unknown");
  await page.evaluate((jid) => document.querySelector("jaseur-chat")?.api.watchBuddies([jid]), MIDDLE);
  await expect.poll(ofPage, PATIENCE).toBe("offline");

  await nurse.press("End");
  const row = page.getByRole("button", { name: /^Yonder Romeo/ });
  await row.getByText("Do not wake me").waitFor();
  await row.locator(".dot.dnd").waitFor();

  // Not on the screen: what he says meanwhile is there at once.
  await page.getByRole("tab", { name: "Conversations" }).click();
  await romeo.client.people.setAvailability("online", "Awake");
  await page.getByRole("tab", { name: "People" }).click();
  await nurse.press("End");
  await row.getByText("Awake").waitFor();
  await page.reload();
  await page.getByRole("tab", { name: "People" }).click();
  await nurse.press("End");
  await row.getByText("Awake").waitFor();
  await romeo.client.signOut();
  await row.getByText("Offline").waitFor();
  expect(errors).toEqual([]);
  await browser.close();
});
