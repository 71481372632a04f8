// SPDX-License-Identifier: MIT
//
// What becomes of calls stands in the conversation, on all devices; and who may make it ring.

import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";

import { look } from "./browser.js";
import { Calling, PATIENCE, button, call, clock, inCall, told } from "./calling.js";

const calling = new Calling();

const converse = (page: Page, other: string): Promise<string> => page.evaluate((jid) => (location.hash = `chat=${jid}@localhost`), other);
const lastIn = (page: Page): Locator => page.locator("article .call").last();

it("how long it was, on both sides, and on a device that was not there", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet", { scheme: "dark" });
  await call(romeo, "juliet", "Video call");
  await button(juliet, "Answer").click();
  await clock(romeo).waitFor();
  await clock(juliet).waitFor();
  await button(romeo, "Hang up").click();
  await converse(juliet, "romeo");
  for (const page of [romeo, juliet]) await lastIn(page).getByText(/Video call, \d+:\d\d/).waitFor();
  const other = await calling.open("juliet");
  await converse(other, "romeo");
  await lastIn(other).getByText(/Video call, \d+:\d\d/).waitFor();
  await look(juliet, "call-history");
});

it("that it was refused, without an answer, or missed", async () => {
  const romeo = await calling.open("romeo");
  const nurse = await calling.open("nurse", { language: "fr" });
  await call(romeo, "nurse");
  await button(nurse, "Refuser").click();
  await lastIn(romeo).getByText("Call, refused").waitFor();
  await converse(nurse, "romeo");
  await lastIn(nurse).getByText("Appel refusé").waitFor();
  await call(romeo, "nurse");
  await button(nurse, "Refuser").waitFor();
  await lastIn(romeo).getByText("Call", { exact: true }).waitFor();
  await button(romeo, "Hang up").click();
  await lastIn(romeo).getByText("Call without an answer").waitFor();
  await lastIn(nurse).getByText("Appel manqué").waitFor();
});

it("strangers do not make it ring, and their calls are missed", async () => {
  const juliet = await calling.open("juliet");
  const tybalt = await calling.open("tybalt");
  await call(tybalt, "juliet");
  await inCall(tybalt).getByText("Calling…").waitFor();
  const row = juliet.locator("jaseur-conversations").getByText("tybalt");
  await row.click();
  await lastIn(juliet).getByText("Missed call").waitFor();
  await expect.poll(() => inCall(juliet).count(), PATIENCE).toBe(0);
  await button(tybalt, "Hang up").click();
  await told(tybalt, "The call is over.").waitFor();
});

it("who refuses all calls is not rung", async () => {
  const romeo = await calling.open("romeo");
  const juliet = await calling.open("juliet");
  await juliet.getByRole("button", { name: "Notices" }).click();
  await juliet.getByRole("button", { name: "Settings" }).click();
  await juliet.getByRole("switch", { name: "Refuse all calls" }).click();
  await look(juliet, "call-settings");
  await call(romeo, "juliet");
  await told(romeo, "refused the call").waitFor();
  await converse(juliet, "romeo");
  await lastIn(juliet).getByText("Call, refused").waitFor();
});
