// SPDX-License-Identifier: MIT
//
// What is told outside the page, with Chromium and a server: by one of several tabs and once, not
// of what is being read, by the push service when no page is open; and who is there, as others see
// it.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { PushService } from "./push_service.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;
const push = new PushService();

beforeAll(async () => {
  await push.start();
  const services = [`http_client.ca=${push.authority}`, "http_client.networks=127.0.0.0/8,::1/128", `http_client.ports=${push.port}`];
  server = await Server.start(...services, "modules.push.interval=0s", "modules.leave.grace=1s");
  server.addUsers("romeo", "juliet", "nurse", "tybalt");
  for (const name of ["romeo", "nurse"]) server.run("roster", "befriend", "juliet@localhost", `${name}@localhost`);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  push.stop();
});

/** A browser of somebody who lets the site show notifications; tones are counted. */
async function attentive(language = "en", colorScheme: "light" | "dark" = "light"): Promise<BrowserContext> {
  const context = await openContext(browser, language, colorScheme);
  await context.grantPermissions(["notifications"], { origin: server.site });
  await context.addInitScript(() => {
    class Counted extends OscillatorNode {
      override start(when?: number): void {
        document.documentElement.dataset.tones = String(Number(document.documentElement.dataset.tones ?? 0) + 1);
        super.start(when);
      }
    }
    globalThis.OscillatorNode = Counted;
  });
  return context;
}

async function tones(...pages: Page[]): Promise<number> {
  let sum = 0;
  for (const page of pages) sum += await page.evaluate(() => Number(document.documentElement.dataset.tones ?? 0));
  return sum;
}

/** What notifications are shown, as TITLE: BODY. */
function shown(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => `${title}: ${body}`);
  });
}

async function shows(page: Page, expected: readonly string[]): Promise<void> {
  await expect.poll(() => shown(page), { timeout: 30_000 }).toEqual(expected);
}

async function signedIn(context: BrowserContext, user: string): Promise<Page> {
  const page = await openPage(context, server.site);
  await signIn(page, user);
  await page.getByRole("tab", { name: /Conversations/ }).waitFor();
  return page;
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name: /People|Personnes/ }).click();
  await page.locator("jaseur-people").getByRole("button", { name: new RegExp(`^. ?${name}|${name}`) }).click();
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator("jaseur-composer textarea").fill(text);
  await page.keyboard.press("Enter");
}

async function turnOnNotices(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Notices/ }).click();
  await page.getByRole("button", { name: "Notification settings" }).click();
  await page.getByRole("switch", { name: "Notifications" }).click();
  await page.getByRole("switch", { name: "Notifications", checked: true }).waitFor();
}

it("tells once, whatever the number of tabs, and takes back what was read", async () => {
  const romeo = await signedIn(await openContext(browser), "romeo");
  const nurse = await signedIn(await openContext(browser), "nurse");
  const juliets = await attentive();
  const first = await signedIn(juliets, "juliet");
  await turnOnNotices(first);
  await look(first, "notice-settings");
  await first.keyboard.press("Escape");
  const second = await openPage(juliets, server.site);
  await second.getByRole("tab", { name: "Conversations" }).click();

  await choose(romeo, "juliet");
  await write(romeo, "But, soft!");
  await shows(first, ["romeo: But, soft!"]);
  await write(romeo, "What light?");
  await shows(first, ["romeo: What light?"]);
  await expect.poll(() => tones(first, second)).toBe(4); // two tones make a sound
  expect(await first.title()).toMatch(/^\(2\) /);

  await choose(second, "romeo");
  await said(second, "What light?").waitFor();
  await shows(first, []);
  await expect.poll(() => first.title()).not.toMatch(/^\(/);

  // What is being read is not told, in whatever tab; what another says, is.
  await write(romeo, "It is the east");
  await said(second, "It is the east").waitFor();
  await choose(nurse, "juliet");
  await write(nurse, "Madam!");
  await shows(second, ["nurse: Madam!"]);
  await expect.poll(() => tones(first, second)).toBe(6);
  expect(errors).toEqual([]);
  for (const page of [romeo, nurse, first]) await page.context().close();
});
