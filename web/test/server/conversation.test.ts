// SPDX-License-Identifier: MIT
//
// A conversation in Chromium: two people correct, answer, react, take back, search and go through
// what was said, also after a cut and a reload. Every view passes axe.

import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, picture, said, signIn } from "./browser.js";
import { Clients, openBrowser, show } from "./clients.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

const JULIET = "juliet@localhost";

let server: Server;
let browser: Browser;
const clients = new Clients(() => server);

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "nurse");
  server.run("roster", "befriend", "romeo@localhost", JULIET);
  server.run("roster", "befriend", "nurse@localhost", JULIET);
  browser = await launch();
});

afterAll(async () => {
  clients.closeAll();
  await browser.close();
  await server.stop();
});

async function open(user: string, other: string, language = "en", scheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await openPage(await openContext(browser, language, scheme), server.site);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, user);
  await page.getByRole("tab", { name: /People|Personnes/ }).click();
  await page.getByRole("button", { name: other }).click();
  return page;
}

const writing = (page: Page): Locator => page.locator("jaseur-composer textarea");

async function write(page: Page, text: string): Promise<void> {
  await writing(page).fill(text);
  await page.keyboard.press("Enter");
}

const row = (page: Page, text: string): Locator => page.locator("article", { has: page.locator("p", { hasText: text }) }).last();

it("two people correct, answer, react, and take back", async () => {
  const romeo = await open("romeo", "juliet");
  const juliet = await open("juliet", "romeo", "fr", "dark");
  await write(romeo, "Buk, soft! What *light* through yonder `window` breaks?");
  await said(juliet, "Buk, soft!").waitFor();
  expect(await juliet.locator("article strong").textContent()).toBe("light");

  // The arrow up corrects what was said last; Escape leaves it, and gives the draft back.
  await writing(romeo).press("ArrowUp");
  await romeo.getByText("Editing a message").waitFor();
  await romeo.keyboard.press("Escape");
  expect(await writing(romeo).inputValue()).toBe("");
  await writing(romeo).press("ArrowUp");
  await write(romeo, "But, soft! What *light* through yonder `window` breaks?");
  await said(juliet, "But, soft!").waitFor();
  await row(juliet, "But, soft!").getByText("corrigé").waitFor();

  // An answer, which goes to what it answers.
  await row(juliet, "But, soft!").hover();
  await row(juliet, "But, soft!").getByRole("button", { name: "Répondre" }).click();
  await juliet.getByText("Réponse à romeo").waitFor();
  await write(juliet, "Qui est là ? 🌹");
  await row(romeo, "Qui est là").getByRole("button", { name: /In answer to:.*But, soft!/s }).click();
  await expect.poll(() => romeo.evaluate(() => document.activeElement?.tagName)).toBeTruthy();

  // Reactions, by the mouse and by the menu's key.
  await row(romeo, "Qui est là").hover();
  await row(romeo, "Qui est là").getByRole("button", { name: "React", exact: true }).click();
  await look(romeo, "conversation-react");
  await romeo.getByRole("button", { name: "❤️", exact: true }).click();
  const heart = row(juliet, "Qui est là").getByRole("button", { name: "❤️ : 1 personne" });
  await heart.click();
  await row(romeo, "Qui est là").getByRole("button", { name: "❤️: 2 people" }).waitFor();
  await row(juliet, "Qui est là").getByRole("button", { name: "❤️ : 2 personnes" }).click();
  await row(romeo, "Qui est là").getByRole("button", { name: "❤️: 1 person" }).waitFor();

  await write(romeo, "/me is Tybalt");
  await write(romeo, "🌹🌹");
  await write(romeo, `Once upon a time\n${"and then\n".repeat(32)}the end`);
  await said(juliet, "romeo is Tybalt").waitFor();
  await said(romeo, "romeo is Tybalt").waitFor();
  await row(juliet, "Once upon").getByRole("button", { name: /Afficher les/ }).click();
  await said(juliet, "the end").waitFor();

  // By keyboard alone: from where is written to the messages, the menu, the question.
  await writing(romeo).focus();
  while ((await romeo.locator("article:focus-within").count()) === 0) await romeo.keyboard.press("Shift+Tab");
  await romeo.keyboard.press("ArrowUp");
  await romeo.keyboard.press("ArrowUp");
  await romeo.keyboard.press("Enter");
  await romeo.getByRole("menu").waitFor();
  await picture(romeo, "conversation-menu");
  await romeo.getByRole("menuitem", { name: "Copy text" }).click();
  await romeo.getByText("Copied.").first().waitFor();
  expect(await romeo.evaluate(() => navigator.clipboard.readText())).toBe("/me is Tybalt");
  await romeo.keyboard.press("Delete");
  const dialog = romeo.getByRole("dialog", { name: "Take this message back?" });
  await dialog.waitFor();
  await look(romeo, "conversation-take-back");
  await romeo.getByRole("button", { name: "Take back", exact: true }).click();
  await juliet.getByText("Ce message a été retiré.").waitFor();
  expect(await said(juliet, "is Tybalt").count()).toBe(0);
  await romeo.keyboard.press("Escape");
  expect(await romeo.evaluate(() => document.querySelector("jaseur-chat")?.shadowRoot?.activeElement?.tagName)).toBe("JASEUR-PAGE");

  // What was begun stays with its conversation.
  await writing(juliet).fill("Ay me");
  await juliet.getByRole("tab", { name: "Personnes" }).click();
  await juliet.getByRole("button", { name: "nurse" }).click();
  expect(await writing(juliet).inputValue()).toBe("");
  await juliet.getByRole("button", { name: "romeo" }).first().click();
  await expect.poll(() => writing(juliet).inputValue()).toBe("Ay me");
  await writing(juliet).fill("@ro");
  await juliet.getByRole("option", { name: "romeo" }).waitFor();
  await juliet.keyboard.press("Enter");
  expect(await writing(juliet).inputValue()).toBe("@romeo ");
  await look(juliet, "conversation-everything-dark-french");

  // A cut and a reload.
  await romeo.context().setOffline(true);
  await romeo.context().setOffline(false);
  await write(romeo, "Wherefore?");
  await said(juliet, "Wherefore?").waitFor();
  await romeo.reload();
  await romeo.getByRole("button", { name: "juliet" }).click();
  await said(romeo, "Wherefore?").waitFor();
  await romeo.getByText("This message was taken back.").waitFor();
  await look(romeo, "conversation-everything");
  for (const [page, name] of [[romeo, "phone"], [juliet, "phone-dark-french"]] as const) {
    await page.setViewportSize(PHONE);
    await look(page, `conversation-everything-${name}`);
  }
  expect(errors).toEqual([]);
  await romeo.context().close();
  await juliet.context().close();
});

it("goes through hundreds of messages: the unread, hits, days, and back to the end", async () => {
  const nurse = await clients.signIn(openBrowser("nurse"));
  const toJuliet = await show(nurse, JULIET);
  for (let n = 0; n < 300; n++) await toJuliet.send(n === 20 ? "He that can lay hold of her shall have the chinks" : `Madam ${n}`);
  await eventually(() => toJuliet.messages.every(({ progress }) => progress !== "sending"));

  const juliet = await openPage(await openContext(browser), server.site);
  await signIn(juliet, "juliet");
  await juliet.getByRole("button", { name: /nurse.*300 unread/ }).click();
  // The first of what is here, and what is below is counted.
  await juliet.getByText("New messages").waitFor();
  const latest = juliet.getByRole("button", { name: /new messages$/ });
  await latest.waitFor();
  await look(juliet, "conversation-unread");
  await latest.click();
  await said(juliet, "Madam 299").waitFor();
  await juliet.getByRole("button", { name: /To the latest|new message/ }).waitFor({ state: "detached" });

  // Of what is not here, a piece is read.
  await juliet.reload();
  await juliet.getByRole("button", { name: /nurse/ }).click();
  await said(juliet, "Madam 299").waitFor();
  await juliet.getByRole("button", { name: "Search messages" }).click();
  await juliet.getByRole("searchbox", { name: "Words to look for" }).fill("chinks");
  await juliet.keyboard.press("Enter");
  const hit = juliet.getByRole("button", { name: /nurse.*hold of her shall/s });
  await hit.waitFor();
  expect(await juliet.locator("mark").textContent()).toBe("chinks");
  await look(juliet, "conversation-search");
  await hit.click();
  await said(juliet, "chinks").waitFor();
  await said(juliet, "Madam 21").first().waitFor();
  // Whoever is somewhere else is not moved by what is said.
  await toJuliet.send("Anon!");
  await juliet.getByRole("button", { name: "1 new message", exact: true }).waitFor();
  expect(await said(juliet, "Anon!").count()).toBe(0);
  await look(juliet, "conversation-away");
  await juliet.locator("jaseur-virtual").evaluate((list) => (list.scrollTop = list.scrollHeight));
  await said(juliet, "Madam 69").waitFor();
  await juliet.getByRole("button", { name: "1 new message", exact: true }).click();
  await said(juliet, "Anon!").waitFor();
  await toJuliet.send("I come!");
  await said(juliet, "I come!").waitFor();

  await juliet.getByLabel("Go to a day").fill("2020-01-01");
  await said(juliet, "Madam 0").first().waitFor();
  await juliet.getByText("This is the beginning.").waitFor();
  await juliet.setViewportSize(PHONE);
  await look(juliet, "conversation-search-phone");
  await juliet.getByRole("searchbox", { name: "Words to look for" }).press("Escape");
  await juliet.getByRole("searchbox", { name: "Words to look for" }).waitFor({ state: "detached" });
  expect(errors).toEqual([]);
  await juliet.context().close();
});
