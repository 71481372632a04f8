// SPDX-License-Identifier: MIT
//
// Talking in a room, in Chromium: everybody has a colour that is the same for all, who is meant sees it
// in the text, and answers and reactions are seen by the others.

import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("rosalind", "celia", "touchstone");
  server.run("room", "add", "localhost", "arden", "rosalind@localhost", "--set", "roomname=The Forest of Arden", "--set", "whois=anyone");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

const writing = (page: Page): Locator => page.locator("jaseur-composer textarea");
const row = (page: Page, text: string): Locator => page.locator("article", { has: page.locator("p", { hasText: text }) }).last();

async function come(user: string, language = "en", scheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await openPage(await openContext(browser, language, scheme), server.site);
  await signIn(page, user);
  await page.getByRole("button", { name: language === "fr" ? "Salons" : "Rooms", exact: true }).click();
  await page.getByRole("button", { name: /(Join|Rejoindre) The Forest/ }).click();
  await page.getByRole("heading", { name: "The Forest of Arden" }).waitFor();
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  await writing(page).fill(text);
  await page.keyboard.press("Enter");
  await said(page, text.replaceAll("*", "")).waitFor();
}

it("people name, answer and react to each other", async () => {
  const rosalind = await come("rosalind");
  const celia = await come("celia", "fr", "dark");
  const touchstone = await come("touchstone");
  await write(celia, "I like this place, and willingly could waste my time in it.");
  await said(touchstone, "willingly could waste").waitFor();

  // Named by the list of those who are there.
  await writing(touchstone).fill("Ay, now am I in Arden, @ros");
  await touchstone.getByRole("option", { name: "rosalind" }).click();
  await touchstone.keyboard.press("Enter");
  await row(rosalind, "now am I in Arden").locator("mark", { hasText: "@rosalind" }).waitFor();
  await said(celia, "now am I in Arden").waitFor();
  await expect.poll(() => celia.locator("mark").count()).toBe(0);
  await write(touchstone, "Celia: *when I was at home*, celia, I was in a better place.");
  await expect.poll(() => row(celia, "better place").locator("mark").allTextContents()).toEqual(["Celia", "celia"]);

  // The same colour for whoever looks, and another for another.
  const colorOf = (page: Page, text: string): Promise<string> =>
    row(page, text).locator(".name").first().evaluate((el) => getComputedStyle(el).getPropertyValue("--author"));
  await row(rosalind, "willingly could waste").locator(".name").waitFor();
  const ofTouchstone = await colorOf(rosalind, "now am I in Arden");
  expect(await colorOf(celia, "now am I in Arden")).toBe(ofTouchstone);
  expect(await colorOf(rosalind, "willingly could waste")).not.toBe(ofTouchstone);

  // An answer tells whom it answers, and is for her.
  await row(rosalind, "willingly could waste").hover();
  await row(rosalind, "willingly could waste").getByRole("button", { name: "Reply" }).click();
  await rosalind.getByText("Reply to celia").waitFor();
  await write(rosalind, "Well, this is the forest.");
  await row(celia, "this is the forest").getByRole("button", { name: /I like this place/ }).waitFor();
  await row(touchstone, "this is the forest").locator(".quoted .name", { hasText: "celia" }).waitFor();
  await celia.locator(".said.meant", { hasText: "this is the forest" }).waitFor();
  await expect.poll(() => touchstone.locator(".said.meant").count()).toBe(0);

  // Reactions of two are counted by the third, and one is taken back.
  for (const [page, name] of [[celia, "Réagir"], [touchstone, "React"]] as const) {
    await row(page, "this is the forest").hover();
    await row(page, "this is the forest").getByRole("button", { name, exact: true }).click();
    await page.getByRole("button", { name: "👍", exact: true }).click();
  }
  await row(rosalind, "this is the forest").getByRole("button", { name: "👍: 2 people" }).waitFor();
  await look(rosalind, "room-talk");
  await row(celia, "this is the forest").getByRole("button", { name: "👍 : 2 personnes" }).waitFor();
  await look(celia, "room-talk-dark-french");
  await row(celia, "this is the forest").getByRole("button", { name: "👍 : 2 personnes" }).click();
  await row(rosalind, "this is the forest").getByRole("button", { name: "👍: 1 person" }).waitFor();
  await celia.setViewportSize(PHONE);
  await look(celia, "room-talk-phone-dark-french");
  expect(errors).toEqual([]);
  for (const page of [rosalind, celia, touchstone]) await page.context().close();
});
