// SPDX-License-Identifier: MIT
//
// Order in a room, by clicks in Chromium: an owner takes away what somebody said, lets him listen only, puts
// him out, bans him and lets him in again, makes a moderator, sets the topic; and what the other sees.

import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("duke", "angelo");
  server.run("room", "add", "localhost", "vienna", "duke@localhost", "--set", "roomname=Vienna", "--set", "whois=anyone");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function come(user: string, language = "en", scheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await openPage(await openContext(browser, language, scheme), server.site);
  await signIn(page, user);
  await page.getByRole("button", { name: language === "fr" ? "Salons" : "Rooms", exact: true }).click();
  await page.getByRole("button", { name: /(Join|Rejoindre) Vienna/ }).click();
  await page.getByRole("heading", { name: "Vienna" }).waitFor();
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator("jaseur-composer textarea").fill(text);
  await page.keyboard.press("Enter");
}

const row = (page: Page, text: string): Locator => page.locator("article", { has: page.locator("p", { hasText: text }) }).last();

async function deed(page: Page, what: string): Promise<void> {
  await page.getByRole("button", { name: "What to do with angelo" }).click();
  await page.getByRole("menuitem", { name: what, exact: true }).click();
}

/** Of what happened in the room, one quiet line. */
const happened = (page: Page, text: string | RegExp): Locator => page.locator("article.happened", { hasText: text });

it("an owner keeps order, and the other sees what is done", async () => {
  const duke = await come("duke");
  const angelo = await come("angelo", "fr", "dark");
  await write(angelo, "We must not make a scarecrow of the law.");
  await said(duke, "scarecrow").waitFor();

  // What was said is taken away (XEP-0425); nobody else is offered that.
  await row(duke, "scarecrow").hover();
  await row(duke, "scarecrow").getByRole("button", { name: "More about this message" }).click();
  await duke.getByRole("menuitem", { name: "Take away" }).click();
  await duke.getByRole("textbox", { name: "Reason" }).fill("Not so");
  await look(duke, "moderation-ask");
  await duke.getByRole("button", { name: "Take away", exact: true }).click();
  await angelo.locator(".gone", { hasText: "Not so" }).waitFor();
  await duke.locator(".gone", { hasText: "Not so" }).waitFor();
  await look(angelo, "moderation-seen-dark-french");
  // In the list of conversations, in the same words; and what is said with marks, or done, as it reads.
  const listed = (page: Page): Locator => page.locator("jaseur-conversations li").first();
  await listed(duke).getByText("This message was taken away by a moderator: Not so").waitFor();
  await write(angelo, "It is *excellent* to have a _giant's_ strength.");
  await listed(duke).getByText("angelo: It is excellent to have a giant's strength.").waitFor();
  await write(angelo, "/me weighs it");
  await listed(duke).getByText("angelo weighs it", { exact: true }).waitFor();
  await listed(angelo).getByText("angelo weighs it", { exact: true }).waitFor();

  // The topic.
  await duke.getByRole("button", { name: "Members" }).click();
  await duke.getByRole("textbox", { name: "Topic" }).fill("Measure for measure");
  await duke.keyboard.press("Enter");
  await angelo.locator("jaseur-conversation header", { hasText: "Measure for measure" }).waitFor();
  await happened(angelo, "Nouveau sujet : Measure for measure (par duke)").waitFor();
  await happened(duke, "New topic: Measure for measure").waitFor();

  // A member, a moderator, and neither.
  await deed(duke, "Make moderator");
  const angelos = duke.getByRole("list", { name: "Members" }).getByRole("listitem").filter({ hasText: "angelo" });
  await angelos.getByText("Moderator").waitFor();
  await happened(angelo, "Désormais à la modération : vous (par duke)").waitFor();
  await look(duke, "moderation-members");
  await deed(duke, "Remove");
  await angelos.getByText("Moderator").waitFor({ state: "detached" });
  await happened(angelo, "N’est plus à la modération : vous (par duke)").waitFor();

  // Out for now, and back.
  await deed(duke, "Put out for now");
  await angelo.getByText("Vous avez été mis dehors.").waitFor();
  await look(angelo, "moderation-out-dark-french");
  await angelo.getByRole("button", { name: "Rejoindre de nouveau" }).click();
  await angelo.getByText("Vous avez été mis dehors.").waitFor({ state: "detached" });
  await angelos.waitFor();
  await happened(duke, "Put out: angelo").waitFor();

  // For good, and let in again.
  await deed(duke, "Ban for good");
  await angelo.getByText("Vous n’y êtes pas admis.").first().waitFor();
  await angelos.getByText("Banned").waitFor();
  await angelo.getByRole("button", { name: "Rejoindre de nouveau" }).click();
  await angelo.locator("jaseur-feedback", { hasText: "Vous n’y êtes pas admis." }).waitFor();
  await deed(duke, "Let in again");
  await angelos.waitFor({ state: "detached" });
  await angelo.getByRole("button", { name: "Rejoindre de nouveau" }).click();
  await angelos.waitFor();
  await write(angelo, "I crave death more willingly than mercy.");
  await duke.getByRole("button", { name: "Close" }).click();
  await said(duke, "more willingly than mercy").waitFor();

  // What happened stays where it was, also for the next page; who came and went does not.
  await happened(duke, /New topic.* · Moderator from now on: angelo · No moderator any more: angelo · .*Put out: angelo · .*Banned: angelo/).waitFor();
  await look(duke, "happened");
  await duke.reload();
  await duke.getByRole("button", { name: /Vienna/ }).first().click();
  await happened(duke, /New topic.* · Moderator from now on: angelo · No moderator any more: angelo · Put out: angelo · Banned: angelo/).waitFor();
  await said(duke, "more willingly than mercy").waitFor();
  await angelo.setViewportSize(PHONE);
  await happened(angelo, "Exclu : vous (par duke)").waitFor();
  await look(angelo, "happened-phone-dark-french");
  expect(errors).toEqual([]);
  for (const page of [duke, angelo]) await page.context().close();
});
