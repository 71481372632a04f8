// SPDX-License-Identifier: MIT
//
// From an invitation's link to a conversation with who invited, in one browser.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { errors, launch, look, openContext, openPage } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

it("an invitation makes an account and leads into the client, where who invited is a contact (XEP-0445)", async () => {
  const { uri } = JSON.parse(server.run("--json", "invite", "create", "localhost", "--inviter", "romeo@localhost")) as { uri: string };
  const token = /preauth=([a-z2-7]+)/.exec(uri)?.[1] ?? "";
  const page = await openPage(await openContext(browser), `${server.site}/invite/${token}`);
  await page.getByLabel("Name").fill("juliet.c+1");
  await page.getByLabel("Password").fill("wherefore art thou");
  await page.getByLabel("The same once more").fill("wherefore art thou");
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByRole("link", { name: "Chat in this browser" }).waitFor();
  await look(page, "invitation-joined");
  await page.getByRole("link", { name: "Chat in this browser" }).click();
  expect(await page.locator("input[name=account]").inputValue()).toBe("juliet.c+1@localhost");
  await page.locator("input[name=password]").fill("wherefore art thou");
  await page.locator("jaseur-sign-in button").first().click();
  await page.getByRole("tab", { name: "People" }).click();
  await page.getByRole("button", { name: /romeo/ }).waitFor();
  expect(errors).toEqual([]);
});
