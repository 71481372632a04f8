// SPDX-License-Identifier: MIT
//
// The server's own page in Firefox: what two people do every day, across a reload and
// in another tab.

import puppeteer, { type Browser, type BrowserContext, type ElementHandle, type Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { eventually } from "./eventually.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;
const errors: string[] = [];

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  browser = await puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true, acceptInsecureCerts: true });
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function openPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(server.site);
  return page;
}

/** Asked again and again from here: Firefox draws few frames when nobody looks. */
async function find(page: Page, selector: string): Promise<ElementHandle> {
  return eventually(() => page.$(selector));
}

async function signIn(page: Page, user: string): Promise<void> {
  await page.bringToFront(); // nothing is drawn in the others
  await page.locator(">>> input[name=account]").fill(user);
  await page.locator(">>> input[name=password]").fill(`secret of ${user}`);
  await page.keyboard.press("Enter");
  await find(page, ">>> [part=tour]"); // who comes for the first time is shown around
  await page.keyboard.press("Escape");
}

async function click(page: Page, selector: string): Promise<void> {
  await (await find(page, selector)).click();
}

/** Opens the conversation with somebody of the list. */
async function open(page: Page, tab: string, name: string): Promise<void> {
  await page.bringToFront();
  await click(page, `>>> ::-p-aria([name="${tab}"][role="tab"])`);
  await click(page, `>>> button.row ::-p-text(${name})`);
}

async function say(page: Page, text: string): Promise<void> {
  await page.bringToFront();
  await click(page, ">>> textarea");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

async function hears(page: Page, text: string): Promise<void> {
  await page.bringToFront();
  await find(page, `>>> article ::-p-text(${text})`);
}

it("two people talk; a reload asks for nothing", async () => {
  const romeos = await browser.createBrowserContext();
  const romeo = await openPage(romeos);
  const juliet = await openPage(await browser.createBrowserContext());
  await signIn(romeo, "romeo");
  await signIn(juliet, "juliet");
  await open(romeo, "People", "juliet");
  await open(juliet, "People", "romeo");
  await say(romeo, "But, soft!");
  await hears(juliet, "But, soft!");
  await say(juliet, "Ay me!");
  await hears(romeo, "Ay me!");

  await juliet.reload();
  await open(juliet, "Conversations", "romeo");
  await hears(juliet, "But, soft!");
  await say(juliet, "O Romeo, Romeo!");
  await hears(romeo, "O Romeo, Romeo!");

  // The first tab is at work, and leaves it to the second.
  const second = await openPage(romeos);
  await open(second, "Conversations", "juliet");
  await romeo.close();
  await say(second, "Shall I hear more?");
  await hears(juliet, "Shall I hear more?");
  expect(errors).toEqual([]);
});
