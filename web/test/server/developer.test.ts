// SPDX-License-Identifier: MIT
//
// The developer panel in Chromium, in two tabs of one account: one is at work, the other watches.

import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

function showDeveloper(page: Page): Promise<void> {
  return page.locator("jaseur-chat").evaluate((chat) => chat.setAttribute("developer", "open"));
}

function row(page: Page, text: string): Locator {
  return page.locator("jaseur-developer").locator(".row", { hasText: text }).first();
}

it("shows what passes, without secrets; filters, pauses, clears, copies, sends", async () => {
  const context = await openContext(browser);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const first = await openPage(context, server.site);
  await showDeveloper(first);
  await signIn(first, "romeo", "guess");
  await first.getByRole("tab", { name: "Traffic" }).waitFor();
  await signIn(first, "romeo");
  await first.getByLabel("Find in the text").fill("initial-response");
  await row(first, "authenticate").click();
  const entry = first.locator("pre");
  expect(await entry.textContent()).toContain("<initial-response>…</initial-response>");
  await first.getByRole("button", { name: "Copy" }).click();
  await first.getByText("Copied").waitFor();
  expect(await first.evaluate(() => navigator.clipboard.readText())).toBe(await entry.textContent());

  // In a tab that is not at work.
  const page = await openPage(context, server.site);
  await showDeveloper(page);
  await page.getByText("Nothing has passed yet.").waitFor();
  await first.bringToFront();
  await first.getByRole("tab", { name: "People" }).click();
  await first.getByRole("button", { name: /juliet/ }).click();
  await first.getByRole("textbox", { name: /juliet/ }).fill("But, soft!");
  await first.keyboard.press("Enter");
  await said(first, "But, soft!").waitFor();
  await page.bringToFront();
  await row(page, "body").click();
  await page.locator("pre", { hasText: "<body>But, soft!</body>" }).waitFor();
  await page.getByRole("listbox").press("Home");
  await page.keyboard.press("ArrowDown");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await look(page, "developer-traffic");

  await page.getByLabel("Find in the text").fill("BUT, SOFT");
  await row(page, "body").waitFor();
  await page.getByLabel("Find in the text").fill("nothing has this");
  await page.getByText("Nothing of that kind.").waitFor();
  await page.getByLabel("Find in the text").fill("");

  await page.getByRole("tab", { name: "Send" }).click();
  const panel = page.getByRole("tabpanel");
  await panel.getByLabel("Begin with").selectOption("iq: ping (XEP-0199)");
  await panel.getByRole("button", { name: "Send" }).click();
  await panel.getByText("Sent. What comes back").waitFor();
  await panel.getByRole("textbox", { name: "A stanza" }).fill("<message>\n<body></message>");
  await panel.getByRole("button", { name: "Send" }).click();
  await panel.getByRole("alert").getByText("Line and column: 2:").waitFor();
  await look(page, "developer-send");
  // Chromium gives the error, which it writes into what is broken, a style, and then forbids it.
  errors.splice(0, errors.length, ...errors.filter((line) => !line.includes("Applying inline style")));

  await page.getByRole("tab", { name: "Traffic" }).click();
  await page.getByLabel("Kind").selectOption("iq");
  await page.getByLabel("Namespace").selectOption("urn:xmpp:ping");
  await row(page, "ping").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("Nothing has passed yet.").waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

it("asks services, and names what they offer; tells events and how the connection is", async () => {
  const page = await openPage(await openContext(browser, "fr", "dark"), server.site);
  await showDeveloper(page);
  await signIn(page, "juliet", "guess");
  await page.getByRole("tab", { name: "Services" }).click();
  await signIn(page, "juliet");
  await page.getByText("XEP-0313 Message Archive Management").first().waitFor();
  const names = await page.locator("li > code + .quiet").allTextContents();
  expect(names.length).toBeGreaterThan(20);
  expect(names).not.toContain("");
  await look(page, "developer-services-dark-french");
  await page.getByRole("button", { name: "rooms.localhost" }).click();
  await page.getByText("conference/text").waitFor();
  await page.getByLabel("Adresse").fill("nobody@nowhere.localhost");
  await page.getByRole("button", { name: "Demander" }).click();
  await page.getByRole("tabpanel").getByRole("alert").first().waitFor();
  await page.getByRole("button", { name: /^Votre présence/ }).click();
  await page.getByRole("menuitemradio", { name: "Absent" }).click();
  await page.getByRole("tab", { name: "État" }).click();
  await page.getByText("WebSocket", { exact: true }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await row(page, "presence").click();
  await look(page, "developer-events-dark-french");
  await page.getByRole("tab", { name: "Événements" }).press("ArrowRight");
  await page.setViewportSize(PHONE);
  await look(page, "developer-state-phone-dark-french");
  await page.getByRole("tab", { name: "Événements" }).click();
  await look(page, "developer-events-phone-dark-french");
  await row(page, "presence").click();
  await look(page, "developer-entry-phone-dark-french");
  await page.keyboard.press("Escape");
  await page.locator("jaseur-developer").waitFor({ state: "detached" });
  expect(errors).toEqual([]);
  await page.context().close();
});
