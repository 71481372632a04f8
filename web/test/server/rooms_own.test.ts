// SPDX-License-Identifier: MIT
//
// What one is and what the room is, in Chromium: the own name, the picture of a room, and what happens
// there, as the others see it.

import { resolveObjectURL } from "node:buffer";

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
  await page.getByRole("button", { name: /(Join|Open|Rejoindre|Ouvrir) Illyria/ }).click();
  await page.getByRole("heading", { name: "Illyria" }).waitFor();
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator("jaseur-composer textarea").fill(text);
  await page.keyboard.press("Enter");
}

/** Red, as large as what a telephone takes, made by the browser; it says where it was taken. */
async function photograph(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 1600;
    canvas.height = 1200;
    const context = canvas.getContext("2d");
    if (!context) return "";
    context.fillStyle = "#b01030";
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg").split(",")[1] ?? "";
  });
  const jpeg = Buffer.from(base64, "base64");
  const place = Buffer.from("GPS 48.8566 N 2.3522 E");
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, place.length + 2]), place, jpeg.subarray(2)]);
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

it("an owner gives the room a picture, which everybody sees in the list and above what is said", async () => {
  const olivia = await come("olivia");
  const feste = await come("feste", "fr", "dark");
  await openMembers(olivia);
  await olivia.getByRole("button", { name: "Settings" }).click();
  await olivia.getByRole("button", { name: "Choose a picture" }).waitFor();
  const buffer = await photograph(olivia);
  await olivia.locator("jaseur-members-panel input[type=file]").setInputFiles({ name: "sea.jpg", mimeType: "image/jpeg", buffer });
  await olivia.locator(".picture img").waitFor();
  await look(olivia, "room-picture");
  await feste.locator("jaseur-conversation header .avatar img").waitFor();
  await feste.locator("jaseur-conversations .avatar img").waitFor();
  await look(feste, "room-picture-seen-dark-french");
  // Small, and without the place.
  await expect
    .poll(() => feste.locator("jaseur-conversation header .avatar img").evaluate((img: HTMLImageElement) => `${img.naturalWidth} ${img.naturalHeight}`))
    .toBe("256 256");
  const elsewhere = await clients.signIn(openBrowser("feste"));
  const url = await eventually(() => elsewhere.avatars.urlOf(ILLYRIA));
  const bytes = Buffer.from((await resolveObjectURL(url)?.arrayBuffer()) ?? new ArrayBuffer(0));
  expect(bytes.length).toBeGreaterThan(100);
  expect(bytes.length).toBeLessThan(50_000);
  expect(buffer.includes("GPS 48")).toBe(true);
  expect(bytes.includes("GPS")).toBe(false);

  // Who owns nothing is offered nothing.
  await openMembers(feste);
  await feste.getByRole("list", { name: "Membres" }).getByText("olivia").waitFor();
  await expect.poll(() => feste.getByRole("button", { name: "Réglages" }).count()).toBe(0);
  await olivia.getByRole("button", { name: "Remove it" }).click();
  await feste.locator("jaseur-conversation header .avatar img").waitFor({ state: "detached" });
  expect(errors).toEqual([]);
  for (const page of [olivia, feste]) await page.context().close();
});
