// SPDX-License-Identifier: MIT
//
// Conversations of several people on the server's page: three people, by clicks only, nobody sees an
// address; and rooms with names.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { DESKTOP, PHONE, errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "nurse");
  for (const [one, other] of [["romeo", "juliet"], ["romeo", "nurse"], ["juliet", "nurse"]])
    server.run("roster", "befriend", `${one}@localhost`, `${other}@localhost`);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function come(user: string, language = "en", scheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await openPage(await openContext(browser, language, scheme), server.site);
  await signIn(page, user, `secret of ${user}`);
  return page;
}

it("three people talk after one of them has picked the others", async () => {
  const romeo = await come("romeo");
  const nurse = await come("nurse", "fr", "dark");
  await romeo.getByRole("button", { name: "New conversation" }).click();
  await romeo.getByRole("option", { name: "juliet" }).waitFor();
  await romeo.keyboard.type("nur");
  await romeo.keyboard.press("Enter");
  await look(romeo, "new-conversation");
  await romeo.getByRole("option", { name: "juliet" }).click();
  await romeo.getByRole("button", { name: "Begin" }).click();
  await romeo.getByRole("heading", { name: "juliet, nurse" }).waitFor();
  await romeo.getByRole("textbox", { name: /Message/ }).fill("Shall we meet at the friar's cell?");
  await romeo.keyboard.press("Enter");

  await nurse.getByRole("button", { name: /juliet et romeo/ }).click();
  await said(nurse, "friar's cell").waitFor();
  await nurse.getByRole("textbox", { name: /Message/ }).fill("This afternoon, sir?");
  await nurse.keyboard.press("Enter");
  await said(romeo, "This afternoon").waitFor();

  // She was not there.
  const juliet = await come("juliet");
  await juliet.getByRole("button", { name: /nurse, romeo/ }).click();
  await said(juliet, "This afternoon").waitFor();
  await romeo.locator("article.happened", { hasText: /Joined:.*juliet/ }).waitFor();
  await look(romeo, "room");
  await look(nurse, "room-dark-french");
  expect(await romeo.locator("body").innerText()).not.toContain("rooms.localhost");

  await romeo.getByRole("button", { name: "Members" }).click();
  await romeo.getByRole("list", { name: "Members" }).getByText("nurse").waitFor();
  await look(romeo, "members");
  // Narrow, the button that opened it is folded away; the dialog stays.
  await romeo.setViewportSize(PHONE);
  await romeo.getByRole("list", { name: "Members" }).getByText("nurse").waitFor();
  await look(romeo, "members-phone");
  await romeo.setViewportSize(DESKTOP);
  await nurse.setViewportSize(PHONE);
  await nurse.getByRole("button", { name: "Plus", exact: true }).click();
  await nurse.getByRole("button", { name: "Membres" }).click();
  await nurse.getByRole("list", { name: "Membres" }).getByText("romeo").waitFor();
  await look(nurse, "members-phone-dark-french");
  await romeo.getByRole("button", { name: "What to do with nurse" }).click();
  await romeo.getByRole("menuitem", { name: "Remove" }).click();
  await nurse.getByText("Vous ne faites plus partie de cette conversation.").waitFor();
  await romeo.getByRole("button", { name: "Close" }).click();
  await romeo.reload();
  await romeo.getByRole("button", { name: /juliet/ }).first().click();
  await said(romeo, "This afternoon").waitFor();
  await romeo.close();
  await nurse.close();
  await juliet.close();
  expect(errors).toEqual([]);
});

it("rooms with names are made, found and joined; a password is asked for", async () => {
  const romeo = await come("romeo");
  await romeo.getByRole("button", { name: "Rooms" }).click();
  await romeo.getByRole("button", { name: "New room" }).click();
  await romeo.getByRole("textbox", { name: "Name" }).fill("Verona");
  await romeo.getByRole("textbox", { name: "What it is about" }).fill("All that happens in town");
  await romeo.getByLabel("Password").fill("rosaline");
  await look(romeo, "new-room");
  await romeo.getByRole("button", { name: "Make the room" }).click();
  await romeo.getByRole("heading", { name: "Verona" }).waitFor();

  const nurse = await come("nurse", "fr", "dark");
  await nurse.getByRole("button", { name: "Salons" }).click();
  await nurse.getByText("All that happens in town").waitFor();
  await look(nurse, "rooms-dark-french");
  await nurse.getByRole("button", { name: "Rejoindre Verona" }).click();
  await nurse.locator("#secret").fill("wrong");
  await nurse.keyboard.press("Enter");
  await nurse.getByText("Le mot de passe est faux.").waitFor();
  await nurse.locator("#secret").fill("rosaline");
  await nurse.keyboard.press("Enter");
  await nurse.getByRole("heading", { name: "Verona" }).waitFor();
  await nurse.getByRole("textbox", { name: /Message/ }).fill("God ye good morrow");
  await nurse.keyboard.press("Enter");
  await said(romeo, "good morrow").waitFor();
  expect(errors).toEqual([]);
});
