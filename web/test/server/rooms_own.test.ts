// SPDX-License-Identifier: MIT
//
// What one is and what the room is, in Chromium: the own name, the picture of a room, and what happens
// there, as the others see it.

import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { Clients, openBrowser } from "./clients.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

const ILLYRIA = "illyria@rooms.localhost";

let server: Server;
let browser: Browser;
const clients = new Clients(() => server);

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("viola", "olivia", "feste");
  server.run("room", "add", "localhost", "illyria", "olivia@localhost", "--set", "roomname=Illyria", "--set", "whois=anyone");
  browser = await launch();
});

afterAll(async () => {
  clients.closeAll();
  await browser.close();
  await server.stop();
});

async function come(user: string, language = "en", scheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await openPage(await openContext(browser, language, scheme), server.site);
  await signIn(page, user);
  await page.getByRole("button", { name: language === "fr" ? "Salons" : "Rooms", exact: true }).click();
  await page.getByRole("button", { name: /(Join|Rejoindre) Illyria/ }).click();
  await page.getByRole("heading", { name: "Illyria" }).waitFor();
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator("jaseur-composer textarea").fill(text);
  await page.keyboard.press("Enter");
}

const openMembers = (page: Page): Promise<void> => page.getByRole("button", { name: /^(Members|Membres)$/ }).click();
const naming = (page: Page): Locator => page.locator("form.naming");

it("one has another name in a room, which is not somebody else's, and keeps it", async () => {
  const olivia = await come("olivia", "fr", "dark");
  const viola = await come("viola");
  await openMembers(viola);
  await viola.getByRole("button", { name: "Change your name here" }).click();
  await naming(viola).getByLabel("Your name here").fill("olivia");
  await viola.keyboard.press("Enter");
  await viola.getByText("Somebody has that name there.").waitFor();
  await look(viola, "room-name");
  await naming(viola).getByLabel("Your name here").fill("Cesario");
  await viola.keyboard.press("Enter");
  await viola.getByRole("list", { name: "Members" }).getByText("Cesario").waitFor();
  await viola.getByRole("button", { name: "Close" }).click();
  await write(viola, "I am not that I play.");
  await olivia.locator("article .name", { hasText: "Cesario" }).waitFor();
  await said(olivia, "not that I play").waitFor();
  await olivia.getByText("viola s’appelle maintenant Cesario").first().waitFor();

  // It is hers on other devices, and after a reload.
  const elsewhere = await clients.signIn(openBrowser("viola"));
  await eventually(() => elsewhere.rooms.of(ILLYRIA)?.nick === "Cesario" && elsewhere.rooms.of(ILLYRIA)?.standing === "inside");
  await viola.setViewportSize(PHONE);
  await viola.reload();
  await viola.getByRole("button", { name: /Illyria/ }).click();
  await viola.getByRole("button", { name: "More", exact: true }).click();
  await openMembers(viola);
  await viola.getByRole("list", { name: "Members" }).getByText("Cesario").waitFor();
  await viola.getByRole("button", { name: "Change your name here" }).click();
  await look(viola, "room-name-phone");
  expect(errors).toEqual([]);
  for (const page of [olivia, viola]) await page.context().close();
});
