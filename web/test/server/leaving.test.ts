// SPDX-License-Identifier: MIT
//
// What others see when a page is closed or read anew: the truth, and no more often than it changes
// (decision 117).

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { Connection } from "../../src/core/connection.js";
import { PageMemory } from "../../src/core/memory.js";
import { NS_CLIENT } from "../../src/core/ns.js";
import { childText, xml } from "../../src/core/xml.js";
import { launch, openContext, openPage, signIn } from "./browser.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;
let romeo: Connection;
const seen: string[] = []; // juliet's presence, as romeo hears of it
const heard: string[] = []; // what she says to him

beforeAll(async () => {
  server = await Server.start("modules.leave.grace=3s");
  server.addUsers("romeo", "juliet");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  romeo = new Connection({ account: "romeo@localhost", site: server.site, memory: new PageMemory() });
  romeo.events.on("stanza", (stanza) => {
    const { name, attrs } = stanza;
    if (name === "presence" && attrs.from?.startsWith("juliet@")) seen.push(attrs.type ?? "available");
    if (name === "message") heard.push(childText(stanza, "body") ?? "");
  });
  romeo.connect({ kind: "password", password: "secret of romeo" });
  await eventually(() => (romeo.state.kind === "online" ? true : undefined));
  romeo.send(xml("presence", NS_CLIENT));
  browser = await launch();
});

afterAll(async () => {
  romeo.disconnect();
  await browser.close();
  await server.stop();
});

async function atWork(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "People" }).click();
  await page.getByRole("button", { name: /romeo Available/ }).waitFor();
}

it("a reload and another tab are not seen, the end of the last tab is", async () => {
  const { site } = server;
  const context = await openContext(browser);
  const first = await openPage(context, site);
  await signIn(first, "juliet");
  await atWork(first);
  await eventually(() => seen[0]);
  for (let i = 0; i < 2; i++) {
    await first.reload();
    await atWork(first);
  }
  const second = await openPage(context, site);
  await atWork(second);
  await first.close({ runBeforeUnload: true });
  // The second goes on with the session, which shows when it is heard: it writes before it has a connection.
  await second.getByRole("button", { name: /romeo Available/ }).click();
  await second.getByRole("textbox", { name: "Message to romeo" }).fill("still here");
  await second.keyboard.press("Enter");
  await eventually(() => heard.includes("still here") || undefined);
  expect(seen).not.toContain("unavailable");
  await second.close({ runBeforeUnload: true });
  await eventually(() => (seen.includes("unavailable") ? true : undefined));
  expect(seen.filter((type) => type === "unavailable")).toHaveLength(1);
});
