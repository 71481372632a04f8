// SPDX-License-Identifier: MIT
//
// The server's own page in Chromium, under its content security policy: two people sign in,
// talk, reload. Every view passes axe; pictures of them are kept in build-logs/web/.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, picture, said, signIn } from "./browser.js";
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

it("two people sign in on the server's page and talk; a reload asks for nothing", async () => {
  const romeo = await openPage(await openContext(browser), server.site);
  await look(romeo, "sign-in");
  await signIn(romeo, "romeo", "guess");
  await romeo.getByText("The address or the password is wrong.").waitFor();
  await look(romeo, "sign-in-refused");
  await signIn(romeo, "romeo");
  await romeo.getByRole("tab", { name: "People" }).click();
  await look(romeo, "people");

  const juliets = await openContext(browser, "fr", "dark");
  const juliet = await openPage(juliets, server.site);
  await signIn(juliet, "Juliet@localhost", "secret of juliet");
  await juliet.getByRole("tab", { name: "Personnes" }).waitFor();

  await romeo.getByRole("button", { name: /juliet Available/ }).click();
  const hostile = "<img src=x onerror=alert(1)> \u202Egnp.exe https://verona.example/balcony).";
  await romeo.getByRole("textbox", { name: "Message to juliet" }).fill("But, soft! What light through yonder window breaks?");
  await romeo.keyboard.press("Enter");
  await romeo.keyboard.type(hostile.replace("\u202E", ""));
  await romeo.keyboard.press("Enter");

  await juliet.getByRole("button", { name: /romeo.*2 non lus/ }).click();
  await said(juliet, "But, soft!").waitFor();
  expect(await said(juliet, "onerror").textContent()).toBe(hostile.replace("\u202E", ""));
  expect(await juliet.locator("article img").count()).toBe(0);
  expect(await juliet.locator("article a").getAttribute("href")).toBe("https://verona.example/balcony");
  await romeo.getByText("Read").last().waitFor();
  await juliet.getByRole("textbox", { name: "Message à romeo" }).fill("Ay me!");
  await romeo.getByText("juliet is writing…").first().waitFor();
  await juliet.keyboard.press("Enter");
  await said(romeo, "Ay me!").waitFor();
  await look(romeo, "conversation");
  await look(juliet, "conversation-dark-french");

  for (const [page, name] of [[romeo, "phone"], [juliet, "phone-dark-french"]] as const) {
    await page.setViewportSize(PHONE);
    await look(page, name);
  }
  await juliet.getByRole("button", { name: "Retour à la liste" }).click();
  await look(juliet, "phone-list-dark-french");

  await juliet.reload();
  await juliet.getByRole("button", { name: /romeo/ }).click();
  await said(juliet, "Ay me!").waitFor();
  await romeo.getByRole("textbox").last().fill("Speak again, bright angel!");
  await romeo.keyboard.press("Enter");
  await said(juliet, "Speak again").waitFor();

  // Another tab is the same client, and goes on when the first is closed.
  const second = await openPage(juliets, server.site);
  await second.getByRole("button", { name: /romeo/ }).click();
  await said(second, "Speak again").waitFor();
  await juliet.close();
  await second.getByRole("textbox").last().fill("O Romeo, Romeo!");
  await second.keyboard.press("Enter");
  await said(romeo, "O Romeo, Romeo!").waitFor();

  await second.getByRole("button", { name: "Se déconnecter" }).click();
  await look(second, "sign-out-french");
  await second.locator("jaseur-dialog").getByRole("button", { name: "Se déconnecter" }).click();
  await second.locator("input[name=password]").waitFor();
  await second.reload();
  await second.locator("input[name=password]").waitFor();
  expect(errors).toEqual([]);
});

it("works in a page of another site, whatever its style, and leaves nothing there", async () => {
  const portal = createServer((_request, answer) => {
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!DOCTYPE html><html lang="en"><title>Portal</title>
      <style>* { color: red !important; font: 40px cursive !important } button, input { visibility: hidden }</style>
      <script>var Client = 1, Store = 2, lit = 3; Object.prototype.extra = 4; var before; before = Object.keys(window);</script>
      <script type="module" src="${server.site}/jaseur.js"></script>
      <jaseur-chat domain="localhost"></jaseur-chat>`);
  });
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(`http://localhost:${(portal.address() as AddressInfo).port}/`);
  await signIn(page, "romeo");
  await page.getByRole("tab", { name: "People" }).click();
  expect(await page.getByRole("tab", { name: "People" }).evaluate((tab) => getComputedStyle(tab).color)).not.toBe("rgb(255, 0, 0)");
  await page.getByRole("button", { name: /juliet/ }).click();
  await page.getByRole("textbox", { name: "Message to juliet" }).fill("from the portal");
  await page.keyboard.press("Enter");
  await said(page, "from the portal").waitFor();
  await picture(page, "portal");
  const added = await page.evaluate(() => {
    const { before } = window as unknown as { before: string[] };
    return Object.keys(window).filter((name) => !before.includes(name));
  });
  // Lit counts itself; beside that there is the API.
  expect(added.filter((name) => !/^(lit|reactive)/.test(name))).toEqual(["jaseur"]);
  await context.close();
  portal.close();
});

it("without script, the page says how to connect", async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false, locale: "en" });
  const page = await context.newPage();
  await page.goto(server.site);
  await page.getByRole("heading", { name: "With an app" }).waitFor();
  await context.close();
});
