// SPDX-License-Identifier: MIT
//
// The pictures of docs/pictures (script/pictures): a small office on a quiet morning, as one of its people
// sees it. What is to be seen is made by real clients of a real server.

import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";

import type { Client } from "../../src/model/client.js";
import { DESKTOP, PHONE, launch, openContext, openPage, signIn } from "../server/browser.js";
import { Clients, openBrowser, show } from "../server/clients.js";
import { eventually } from "../server/eventually.js";
import { Server } from "../server/server.js";

const FOLDER = fileURLToPath(new URL("../../../docs/pictures/", import.meta.url));

/** Login, name, group. */
const PEOPLE = [
  ["ada", "Ada Moreau", ""],
  ["ben", "Ben Okafor", "Workshop"],
  ["chloe", "Chloé Lambert", "Workshop"],
  ["david", "David Kim", "Workshop"],
  ["emma", "Emma Rossi", "Office"],
  ["farid", "Farid Haddad", "Office"],
  ["greta", "Greta Lindqvist", "Office"],
] as const;

let server: Server;
let browser: Browser;
const clients = new Clients(() => server);
const others = new Map<string, Client>();

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  server = await Server.start();
  server.addUsers(...PEOPLE.map(([login]) => login));
  for (const [one, oneName, oneGroup] of PEOPLE)
    for (const [other, otherName, otherGroup] of PEOPLE) {
      if (one >= other) continue;
      const names = ["--name", otherName, "--contact-name", oneName];
      const groups = [...(otherGroup ? ["--groups", otherGroup] : []), ...(oneGroup ? ["--contact-groups", oneGroup] : [])];
      server.run("roster", "befriend", `${one}@localhost`, `${other}@localhost`, ...names, ...groups);
    }
  for (const [login] of PEOPLE.slice(1, 6)) others.set(login, await clients.signIn(openBrowser(login)));
  await others.get("david")?.people.setAvailability("away", "In the workshop until noon");
  await others.get("emma")?.people.setAvailability("dnd", "Writing the offer");
  browser = await launch();
});

afterAll(async () => {
  clients.closeAll();
  await browser.close();
  await server.stop();
});

function other(login: string): Client {
  const found = others.get(login);
  if (!found) throw new Error(`nobody is ${login}`);
  return found;
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
}

async function open(page: Page, name: RegExp): Promise<void> {
  await page.getByRole("tab", { name: /People|Personnes/ }).click();
  await page.getByRole("button", { name }).first().click();
}

async function say(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.locator("article", { hasText: text.replace(/[*`]/g, "") }).waitFor();
}

/** A conversation that goes both ways, the last word with the other. */
async function talk(page: Page): Promise<void> {
  const toAda = await show(other("ben"), "ada@localhost");
  await toAda.send("Good morning! The sample boards are back from the printer.");
  await open(page, /Ben Okafor/);
  await page.locator("article", { hasText: "Good morning" }).waitFor();
  await say(page, "Wonderful. Do the *colours* hold this time?");
  await toAda.send("See for yourself: the blue is what we wanted, the sand a touch warmer. I would keep it.");
  await page.locator("article", { hasText: "a touch warmer" }).waitFor();
  await say(page, "Keep it. Can you send `boards-v3` to Chloé before the meeting?");
  await toAda.send("On its way. 🙂");
  const asked = await eventually(() => toAda.messages.find(({ text }) => text.includes("boards-v3")));
  await toAda.react(asked.key, ["👍"]);
  await page.locator("article", { hasText: "On its way" }).waitFor();
  const toAdaFromEmma = await show(other("emma"), "ada@localhost");
  await toAdaFromEmma.send("The offer is ready for you to read.");
  const toAdaFromFarid = await show(other("farid"), "ada@localhost");
  await toAdaFromFarid.send("Lunch at half past twelve?");
  await page.getByRole("tab", { name: /Conversations/ }).click();
  await page.getByRole("button", { name: /Farid Haddad/ }).waitFor();
}

async function readersPage(context: BrowserContext, url = server.site): Promise<Page> {
  const page = await openPage(context, url);
  await signIn(page, "ada");
  await page.getByRole("tab", { name: /Conversations/ }).waitFor();
  return page;
}

it("the page, by day and by night, on a desk and in a hand", async () => {
  const context = await openContext(browser);
  const first = await openPage(context, server.site);
  await take(first, "sign-in");
  await first.close();
  const page = await readersPage(context);
  await talk(page);
  await take(page, "page");
  await page.emulateMedia({ colorScheme: "dark" });
  await take(page, "page-dark");
  await page.setViewportSize(PHONE);
  await take(page, "phone-conversation-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: "Back to the list" }).click();
  await take(page, "phone-list");
  await page.setViewportSize(DESKTOP);
  await context.close();
});

it("the dock in a portal", async () => {
  const portal = createServer((_request, answer) => {
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!DOCTYPE html><html lang="en"><title>Intranet</title>
      <style>
        body { margin: 0; font: 17px/1.5 system-ui, sans-serif; color: #1d2733; background: #eef1f5 }
        header { padding: 18px 40px; background: #20324a; color: #fff; font-weight: 600 }
        main { display: grid; grid-template-columns: repeat(3, 1fr); gap: 24px; padding: 32px 40px }
        section { padding: 20px 24px; border-radius: 10px; background: #fff; min-height: 110px }
        h2 { margin: 0 0 8px; font-size: 18px }
      </style>
      <header>Our intranet</header>
      <main><section><h2>News</h2>The new catalogue is out.</section><section><h2>Holidays</h2>Ask before Friday.</section>
      <section><h2>Canteen</h2>Today: lentils, or soup.</section></main>
      <script type="module" src="${server.site}/jaseur.js"></script>
      <jaseur-chat mode="dock" domain="localhost"></jaseur-chat>`);
  });
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  const context = await openContext(browser);
  const page = await openPage(context, `http://localhost:${(portal.address() as AddressInfo).port}/`);
  await page.getByRole("button", { name: /Sign in|Chat/ }).first().click();
  await signIn(page, "ada");
  await page.getByRole("tab", { name: /Conversations/ }).click();
  for (const name of [/Emma Rossi/, /Ben Okafor/]) await page.getByRole("button", { name }).first().click();
  await page.locator("article", { hasText: "On its way" }).waitFor();
  await take(page, "dock");
  await context.close();
  portal.close();
});
