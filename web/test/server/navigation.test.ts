// SPDX-License-Identifier: MIT
//
// On a phone the list and the conversation are two pages, and the browser's button goes between
// them. What a page styles by ::part() it gets.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, openContext, openPage, signIn } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "nurse");
  for (const friend of ["juliet", "nurse"]) server.run("roster", "befriend", "romeo@localhost", `${friend}@localhost`);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

it("back leads from a conversation to the list, whichever button it is", async () => {
  const context = await openContext(browser);
  const page = await openPage(context, server.site);
  await page.setViewportSize(PHONE);
  await signIn(page, "romeo");
  const list = page.getByRole("tab", { name: "People" });
  const writing = page.getByRole("textbox", { name: "Message to juliet" });
  await list.click();
  const juliet = page.locator("jaseur-people").getByRole("button", { name: /juliet/ });
  const length = await page.evaluate(() => history.length);

  await juliet.click();
  await writing.waitFor();
  await page.goBack();
  await list.waitFor();
  expect(await writing.count()).toBe(0);

  await juliet.click();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await list.waitFor();
  await juliet.click();
  await writing.waitFor();
  // However often one goes there and back, it is one more entry.
  expect(await page.evaluate(() => history.length)).toBe(length + 1);

  // Read anew in a conversation, back does not leave the page, either.
  await page.reload();
  await list.click();
  await juliet.click();
  await page.goBack();
  await list.waitFor();
  expect(page.url()).toBe(`${server.site}/`);
  await context.close();
});

it("a page's rules for parts reach them, in both shapes", async () => {
  for (const mode of ["page", "dock"]) {
    const context = await openContext(browser);
    const page = await openPage(context, server.site);
    await page.locator("jaseur-chat").evaluate((chat, to) => {
      chat.setAttribute("mode", to);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("jaseur-chat::part(header), jaseur-chat::part(own-presence), jaseur-chat::part(composer), jaseur-chat::part(bar) { background: rgb(1, 2, 3) }");
      document.adoptedStyleSheets = [sheet];
    }, mode);
    if (mode === "dock") await page.getByRole("button", { name: "Sign in" }).first().click();
    await signIn(page, "romeo");
    await page.getByRole("tab", { name: "People" }).click();
    await page.locator("jaseur-people").getByRole("button", { name: /nurse/ }).click();
    for (const part of ["header", "own-presence", "composer", ...(mode === "dock" ? ["bar"] : [])]) {
      const place = page.locator(`[part~=${part}]`);
      await place.waitFor();
      expect([mode, part, await place.evaluate((el) => getComputedStyle(el).backgroundColor)]).toEqual([mode, part, "rgb(1, 2, 3)"]);
    }
    await context.close();
  }
  expect(errors).toEqual([]);
});
