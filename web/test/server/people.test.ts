// SPDX-License-Identifier: MIT
//
// People with a real server between them: names and groups, pictures, cards, the directory, blocking,
// invitations.

import { afterAll, beforeAll, expect, it } from "vitest";

import { Backoff } from "../../src/core/backoff.js";
import { PageMemory } from "../../src/core/memory.js";
import { Client } from "../../src/model/client.js";
import { Engine } from "../../src/model/engine.js";
import { Tabs } from "../../src/model/tabs.js";
import type { SeenPresence } from "../../src/model/types.js";
import { presence } from "../../src/protocol/rfc6121_presence.js";
import { rosterChange } from "../../src/protocol/rfc6121_roster.js";
import { DESKTOP, PHONE, errors, launch, look, openContext, openPage, signIn as signInPage } from "./browser.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

let server: Server;
const clients: Client[] = [];
const engines = new Map<Client, Engine>();

/** A picture of one pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

beforeAll(async () => {
  server = await Server.start("modules.search.per_minute=100");
  server.addUsers("romeo", "juliet", "tybalt", "nurse", "benedick", "beatrice");
  for (const friend of ["juliet", "nurse"]) server.run("roster", "befriend", "romeo@localhost", `${friend}@localhost`);
  for (const friend of ["beatrice", "nurse"]) server.run("roster", "befriend", "benedick@localhost", `${friend}@localhost`);
});

afterAll(async () => {
  for (const client of clients) client.close();
  await server.stop();
});

async function signIn(user: string): Promise<Client> {
  const account = `${user}@localhost`;
  const memory = new PageMemory();
  let engine: Engine | undefined;
  const client: Client = new Client(
    (onNews) =>
      new Tabs({
        name: `${server.site} ${account} ${clients.length}`,
        locks: undefined,
        onNews,
        makeEngine: (tell) => {
          engine = new Engine({ account, site: server.site, memory, backoff: new Backoff(() => 0), onNews: tell });
          return engine;
        },
      }),
  );
  clients.push(client);
  await eventually(() => client.isKnown);
  if (engine) engines.set(client, engine);
  await client.signIn({ kind: "password", password: `secret of ${user}` });
  await eventually(() => client.people.presenceOf(account).availability === "online");
  return client;
}

it("shows how people call themselves, and how the account calls them", async () => {
  const [romeo, juliet] = await Promise.all([signIn("romeo"), signIn("juliet")]);
  expect(romeo.people.nameOf("juliet@localhost")).toBe("juliet");
  const empty = await juliet.people.card("juliet@localhost");
  expect(empty.name).toBe("");
  await juliet.people.setCard({ ...empty, name: "Juliet Capulet", nickname: "Jule", organisation: "Capulets", website: "https://juliet.example/" });
  await eventually(() => romeo.people.nameOf("juliet@localhost") === "Jule");
  await eventually(() => juliet.people.nameOf("juliet@localhost") === "Jule");
  expect(await romeo.people.card("juliet@localhost")).toMatchObject({ name: "Juliet Capulet", organisation: "Capulets" });

  await romeo.people.change("juliet@localhost", "My sun", ["Verona", "Balconies"]);
  await eventually(() => romeo.people.nameOf("juliet@localhost") === "My sun");
  expect(romeo.people.groups).toEqual(["Balconies", "Verona"]);
  romeo.close();
  juliet.close();
});

it("a group that was folded is folded for the next page", async () => {
  const before = await signIn("tybalt");
  await before.people.fold("Servants", true);
  before.close();
  const after = await signIn("tybalt");
  expect([...after.people.folded]).toEqual(["Servants"]);
  await after.people.fold("Servants", false);
  await eventually(() => after.people.folded.size === 0);
  after.close();
});

it("shows a picture to contacts, who fetch it once, and no other picture in its place", async () => {
  const [romeo, juliet] = await Promise.all([signIn("romeo"), signIn("juliet")]);
  expect(romeo.avatars.urlOf("juliet@localhost")).toBeUndefined();
  await juliet.avatars.publish("image/png", PIXEL, 1, 1);
  await eventually(() => juliet.avatars.urlOf("juliet@localhost"));
  const url = await eventually(() => romeo.avatars.urlOf("juliet@localhost"));
  expect(await (await fetch(url)).text()).toContain("PNG");
  expect(romeo.avatars.urlOf("juliet@localhost")).toBe(url);
  await juliet.avatars.remove();
  await eventually(() => romeo.avatars.urlOf("juliet@localhost") === undefined);
  romeo.close();
  juliet.close();
});

it("finds people of the host, says when they were last there, and invites others", async () => {
  const romeo = await signIn("romeo");
  const found = await eventually(async () => (await romeo.people.search("capu")).people[0]);
  expect(found).toMatchObject({ jid: "juliet@localhost", name: "Juliet Capulet", organisation: "Capulets" });
  expect((await romeo.people.search("nobody of that name")).people).toEqual([]);
  expect((await romeo.people.lastActivity("juliet@localhost"))?.seconds).toBeGreaterThanOrEqual(0);
  await expect(romeo.people.lastActivity("tybalt@localhost")).rejects.toThrow("forbidden");
  expect((await romeo.people.invite())?.uri).toMatch(/^xmpp:romeo@localhost\?roster;preauth=/);
  romeo.close();
});

it("blocks whom the account does not want to hear, on all its devices, and tells the server why", async () => {
  const [romeo, elsewhere, tybalt] = await Promise.all([signIn("romeo"), signIn("romeo"), signIn("tybalt")]);
  await tybalt.timeline("romeo@localhost").send("Thou art a villain.");
  // Both have the one store of this process: one of them counts it.
  await eventually(() => [romeo, elsewhere].some((one) => one.conversations.with("tybalt@localhost")?.unread === 1));
  await romeo.people.block("tybalt@localhost", { reason: "abuse", text: "He insults me" });
  await eventually(() => romeo.people.isBlocked("tybalt@localhost") && elsewhere.people.isBlocked("tybalt@localhost"));
  const { reports } = JSON.parse(server.run("report", "list", "localhost", "--json")) as { reports: { reason: string; messages: unknown[] }[] };
  expect(reports).toMatchObject([{ reporter: "romeo@localhost", reported: "tybalt@localhost", reason: "urn:xmpp:reporting:abuse", messages: [{}] }]);
  await elsewhere.people.unblock("tybalt@localhost");
  await eventually(() => romeo.people.blocked.size === 0);
  for (const client of [romeo, elsewhere, tybalt]) client.close();
});

it("says that somebody has not touched his client for a while (XEP-0319)", async () => {
  const [romeo, nurse] = await Promise.all([signIn("romeo"), signIn("nurse")]);
  const seen = (): SeenPresence => romeo.people.presenceOf("nurse@localhost");
  await eventually(() => seen().availability === "online" && seen().idleSince === undefined);
  engines.get(nurse)?.connection.send(presence("away", { status: "Anon!", idleSince: 1_700_000_000_000 }));
  await eventually(() => seen().idleSince === 1_700_000_000_000);
  expect(seen()).toMatchObject({ availability: "away", status: "Anon!" });
  await nurse.people.setAvailability("dnd", "I pray you");
  await eventually(() => seen().availability === "dnd" && seen().status === "I pray you" && seen().idleSince === undefined);
  romeo.close();
  nurse.close();
});

// --- on the page -----------------------------------------------------------------------------------

it("somebody shows himself, and his contacts find, know, order and block him", async () => {
  const browser = await launch();
  const benedick = await openPage(await openContext(browser), server.site);
  await signInPage(benedick, "benedick");
  const beatrice = await openPage(await openContext(browser, "fr", "dark"), server.site);
  await signInPage(beatrice, "beatrice");

  await beatrice.getByRole("button", { name: "Votre profil" }).click();
  const profile = beatrice.locator("jaseur-profile");
  await profile.getByLabel("Surnom").fill("Béatrice");
  await profile.getByLabel("Ville").fill("Messine");
  await profile.getByLabel("À propos").fill("<img src=x onerror=alert(1)>");
  await profile.locator("input[type=file]").setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from(PIXEL, "base64") });
  await profile.getByRole("button", { name: "La retirer" }).waitFor();
  await look(beatrice, "profile-dark-french");
  await profile.getByRole("button", { name: "Enregistrer" }).click();
  await beatrice.getByText("Enregistré.").first().waitFor();
  await beatrice.keyboard.press("Escape");
  await beatrice.getByRole("button", { name: /^Votre présence/ }).click();
  await beatrice.getByRole("menuitem", { name: /statut/ }).click();
  await beatrice.keyboard.type("Je rêve");
  await beatrice.keyboard.press("Enter");

  await benedick.getByRole("tab", { name: "People" }).click();
  await benedick.getByRole("button", { name: /Béatrice Je rêve/ }).locator("img").waitFor();
  await benedick.getByRole("button", { name: /Béatrice Je rêve/ }).hover();
  await benedick.getByRole("listitem").filter({ hasText: "Béatrice" }).getByRole("button", { name: "Contact card" }).click();
  const about = benedick.locator("jaseur-person");
  await about.getByText("<img src=x onerror=alert(1)>").waitFor();
  await about.getByLabel("What you call them").fill("Lady Tongue");
  await about.getByLabel("Groups").fill("Messina, Soldiers");
  await about.getByRole("button", { name: "Save" }).click();
  await look(benedick, "person");
  await benedick.keyboard.press("Escape");
  await benedick.getByRole("button", { name: /^Soldiers/ }).waitFor();
  await look(benedick, "people-groups");
  await benedick.getByRole("button", { name: /^Soldiers/ }).click();
  await eventually(async () => (await benedick.getByRole("button", { name: /^Lady Tongue/ }).count()) === 1);
  await benedick.getByRole("button", { name: /^Soldiers/ }).press("End");
  await benedick.getByRole("button", { name: /^nurse/ }).press("Home");
  await benedick.getByRole("button", { name: /^Soldiers/ }).press("Enter");
  await eventually(async () => (await benedick.getByRole("button", { name: /^Lady Tongue/ }).count()) === 2);

  await benedick.getByRole("searchbox").fill("Capu");
  await benedick.getByText("On this server").waitFor();
  await look(benedick, "people-search");
  await benedick.getByRole("button", { name: /^Juliet Capulet/ }).click();
  await benedick.locator("jaseur-conversation").getByRole("button", { name: "Contact card" }).click();
  const juliet = benedick.locator("jaseur-person");
  await juliet.getByRole("button", { name: "Block" }).click();
  await juliet.getByLabel("report abuse").check();
  await juliet.getByLabel("What happened?").fill("He bites his thumb at me");
  await benedick.setViewportSize(PHONE);
  await look(benedick, "block-phone");
  await juliet.getByRole("button", { name: "Block" }).last().click();
  await benedick.getByText("You have blocked").waitFor();
  await look(benedick, "blocked-phone");
  await juliet.getByRole("button", { name: "Unblock" }).click();
  await juliet.getByRole("button", { name: "Block" }).waitFor();
  await benedick.keyboard.press("Escape");
  await benedick.setViewportSize(DESKTOP);

  await benedick.getByRole("button", { name: "Invite somebody" }).click();
  const invitation = benedick.locator("jaseur-invite");
  expect(await invitation.getByLabel("Link of the invitation").inputValue()).toMatch(/^https:.*\/invite\//);
  await look(benedick, "invite");
  await benedick.keyboard.press("Escape");
  for (const [page, name] of [[benedick, "people-phone"], [beatrice, "people-phone-dark-french"]] as const) {
    await page.setViewportSize(PHONE);
    await look(page, name);
  }
  expect(errors).toEqual([]);
  await browser.close();
});

it("of thousands of contacts only those in sight are elements, and all can be reached", async () => {
  const count = 2000;
  const tybalt = engines.get(await signIn("tybalt"));
  if (!tybalt) throw new Error("no engine");
  const { connection } = tybalt;
  const group = (n: number): string => `Team ${n % 4}`;
  const changes = Array.from({ length: count }, (_, n) => rosterChange({ jid: `c${n}@localhost`, name: `Contact ${n}`, groups: [group(n)] }));
  for (let at = 0; at < count; at += 100) await Promise.all(changes.slice(at, at + 100).map((change) => connection.iqs.ask("set", change)));
  connection.disconnect({ forget: true });

  const browser = await launch();
  const page = await openPage(await openContext(browser), server.site);
  await signInPage(page, "tybalt");
  await page.getByRole("tab", { name: "People" }).click();
  const team = page.getByRole("button", { name: /^Team 0/ });
  await team.waitFor();
  const list = page.locator("jaseur-people");
  const drawn = (): Promise<number> => list.getByRole("listitem").count();
  expect(await drawn()).toBeLessThan(60);
  expect(await list.evaluate((el) => el.scrollHeight)).toBeGreaterThan(count * 60);
  await team.press("End");
  await page.getByRole("button", { name: /^Contact 999/ }).waitFor();
  expect(await drawn()).toBeLessThan(60);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Home");
  await team.click();
  await eventually(async () => (await list.evaluate((el) => el.scrollHeight)) < (count * 3 * 60) / 4 + 1000);
  await page.getByRole("searchbox").fill("contact 1234");
  await page.getByRole("button", { name: /^Contact 1234/ }).waitFor();
  expect(errors).toEqual([]);
  await browser.close();
});
