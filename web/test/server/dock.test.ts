// SPDX-License-Identifier: MIT
//
// <jaseur-chat mode="dock"> in somebody's page: folded and unfolded, windows side by side, what
// there is no room for, on a phone, and all of it again after a reload.

import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { Server } from "./server.js";

const FRIENDS = ["juliet", "mercutio", "benvolio", "nurse"];

let server: Server;
let browser: Browser;
let portal: HttpServer;
let url: string;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", ...FRIENDS);
  for (const friend of FRIENDS) server.run("roster", "befriend", "romeo@localhost", `${friend}@localhost`);
  portal = createServer((request, answer) => {
    const language = request.url === "/fr" ? "fr" : "en";
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!DOCTYPE html><html lang="${language}"><head><title>Portal</title><meta name="viewport" content="width=device-width">
      <style>:root { color-scheme: light dark } body { font: 16px sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }</style></head><body><main>
      <h1>The portal of Verona</h1><p>Two households, both alike in dignity.</p><p><label>Find <input autofocus></label></p></main>
      <script type="module" src="${server.site}/jaseur.js"></script>
      <jaseur-chat mode="dock" domain="localhost"></jaseur-chat></body></html>`);
  });
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  url = `http://localhost:${(portal.address() as AddressInfo).port}`;
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  portal.close();
  await server.stop();
});

async function choose(page: Page, tab: string, name: RegExp): Promise<void> {
  await page.getByRole("tab", { name: tab }).click();
  await page.locator("jaseur-sidebar").getByRole("button", { name }).click();
}

it("a bar, a list, windows side by side; the same after a reload", async () => {
  const context = await openContext(browser);
  const page = await openPage(context, `${url}/`);
  await look(page, "dock-signed-out");
  await page.getByRole("button", { name: "Sign in" }).click();
  await look(page, "dock-sign-in");
  await signIn(page, "romeo");
  await page.getByRole("tab", { name: "People" }).waitFor();
  const juliet = await openPage(await openContext(browser), server.site);
  await signIn(juliet, "juliet");
  await choose(juliet, "People", /romeo/);
  await juliet.keyboard.type("Wherefore art thou Romeo?");
  await juliet.keyboard.press("Enter");

  const bar = page.locator("[part=bar]");
  await page.getByRole("button", { name: /Chat.*1 unread/ }).click();
  expect(await page.getByRole("tab", { name: "People" }).count()).toBe(0);
  await look(page, "dock-folded");
  await bar.click();
  await choose(page, "Conversations", /juliet/);
  await said(page, "Wherefore").waitFor();
  await page.getByRole("textbox", { name: "Message to juliet" }).fill("Shall I hear more?");
  await page.keyboard.press("Enter");
  await said(juliet, "hear more").waitFor();
  await choose(page, "People", /mercutio/);
  await page.getByRole("textbox", { name: "Message to mercutio" }).waitFor();
  await look(page, "dock");

  // A third window: there is room for two.
  await choose(page, "People", /nurse/);
  await page.getByRole("textbox", { name: "Message to nurse" }).waitFor();
  expect(await page.locator("jaseur-window").count()).toBe(2);
  await page.getByRole("button", { name: "1 more conversation" }).click();
  await look(page, "dock-more");
  await page.getByRole("menuitem", { name: "juliet" }).click();
  await said(page, "Wherefore").waitFor();

  // Minimised by Escape, closed by the cross.
  await page.getByRole("textbox", { name: "Message to juliet" }).focus();
  await page.keyboard.press("Escape");
  const minimised = page.locator("jaseur-window[minimised]").getByRole("button", { name: "juliet" });
  await minimised.waitFor();
  expect(await minimised.evaluate((el) => el.matches(":focus"))).toBe(true);
  await juliet.keyboard.type("Three words, dear Romeo.");
  await juliet.keyboard.press("Enter");
  await page.locator("jaseur-window[minimised]").getByRole("button", { name: /juliet.*1 unread/ }).waitFor();
  await page.getByRole("region", { name: "Conversation with nurse" }).getByRole("button", { name: "Close" }).click();
  await page.locator("jaseur-sidebar").getByRole("tab", { name: "People" }).focus();
  await page.keyboard.press("Escape");
  await expect.poll(() => bar.evaluate((el) => el.matches(":focus"))).toBe(true);
  await look(page, "dock-minimised");

  await page.reload();
  await page.locator("jaseur-window[minimised]").getByRole("button", { name: /juliet/ }).waitFor();
  await page.getByRole("textbox", { name: "Message to mercutio" }).waitFor();
  expect(await page.locator("jaseur-window").count()).toBe(2);
  expect(await page.getByLabel("Find").evaluate((el) => el.matches(":focus"))).toBe(true);
  await page.locator("jaseur-window[minimised]").getByRole("button", { name: /juliet/ }).click();
  await said(page, "Three words").waitFor();
  expect(errors).toEqual([]);
  await juliet.context().close();
  await context.close();
});

it("on a phone, one thing at a time; in French, in the dark", async () => {
  const context = await openContext(browser, "fr", "dark");
  const page = await openPage(context, `${url}/fr`);
  await page.getByRole("button", { name: "Se connecter" }).click();
  await signIn(page, "romeo");
  await choose(page, "Conversations", /juliet/);
  await said(page, "Wherefore").waitFor();
  await choose(page, "Personnes", /benvolio/);
  await page.getByRole("textbox", { name: "Message à benvolio" }).waitFor();
  await look(page, "dock-dark-french");
  await page.setViewportSize(PHONE);
  await page.getByRole("tab", { name: "Personnes" }).waitFor();
  await look(page, "dock-phone-list");
  await choose(page, "Conversations", /juliet/);
  await said(page, "Wherefore").waitFor();
  await look(page, "dock-phone");
  await page.getByRole("button", { name: "Réduire" }).click();
  await page.getByRole("button", { name: "2 autres conversations" }).waitFor();
  await look(page, "dock-phone-folded");
  expect(errors).toEqual([]);
  await context.close();
});
