// SPDX-License-Identifier: MIT
//
// What goes wrong around the page, in Chromium: the server is killed, the network goes, the browser
// has no room left or keeps nothing. There is a line that says so, and nothing is lost that was
// shown as sent.

import { createServer, type AddressInfo } from "node:net";

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;

/** That a server can have again after it was killed. */
async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, "localhost", resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

beforeAll(async () => {
  server = await Server.start(`listen.web.port=${await freePort()}`);
  server.addUsers("romeo", "juliet", "nurse");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  server.run("roster", "befriend", "romeo@localhost", "nurse@localhost");
  browser = await launch();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  errors.length = 0;
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function talkingTo(name: string, page: Page): Promise<void> {
  await page.getByRole("tab", { name: "People" }).click();
  await page.locator("jaseur-people").getByRole("button", { name }).click();
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator("jaseur-composer textarea").fill(text);
  await page.keyboard.press("Enter");
}

const OFFLINE = "No connection. What you write is sent when it is back.";

it("the server is killed and starts again: what was written meanwhile arrives, once, even after a reload", async () => {
  const romeo = await openPage(await openContext(browser), server.site);
  const juliet = await openPage(await openContext(browser), server.site);
  await signIn(romeo, "romeo");
  await signIn(juliet, "juliet");
  await talkingTo("romeo", juliet);
  await talkingTo("juliet", romeo);
  await write(romeo, "before");
  await said(juliet, "before").waitFor();
  await romeo.waitForFunction(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null));

  const places = (): Promise<unknown[]> => Promise.all(["searchbox", "textbox"].map((role) => romeo.getByRole(role as "textbox").last().boundingBox()));
  const before = await places();
  await server.kill();
  await romeo.getByText(OFFLINE).waitFor();
  await romeo.getByRole("button", { name: "Try now" }).waitFor();
  expect(await places()).toEqual(before); // what somebody is about to press does not move
  await write(romeo, "while it was dead");
  await said(romeo, "while it was dead").waitFor();
  await look(romeo, "no-connection");
  await romeo.locator("jaseur-people").getByRole("button", { name: "nurse" }).click();
  await romeo.getByText("What was said here comes when there is a connection.").waitFor();
  await romeo.locator("jaseur-people").getByRole("button", { name: "juliet" }).click();
  await said(romeo, "while it was dead").waitFor();
  await romeo.getByText("What was said here comes").waitFor({ state: "hidden" });
  // The worker has the page, and the store what was written.
  await romeo.reload();
  await romeo.getByText(OFFLINE).waitFor();
  await romeo.locator("jaseur-conversations").getByRole("button", { name: "juliet" }).click();
  await said(romeo, "while it was dead").waitFor();

  await server.start();
  for (const page of [romeo, juliet]) await page.evaluate(() => dispatchEvent(new Event("online")));
  await said(juliet, "while it was dead").waitFor();
  await romeo.getByText(OFFLINE).waitFor({ state: "hidden" });
  await write(romeo, "after");
  await said(juliet, "after").waitFor();
  expect(await said(juliet, "while it was dead").count()).toBe(1);
  expect(await said(romeo, "while it was dead").count()).toBe(1);
});

it("the network goes, as when a laptop sleeps: it is said, and goes on where it was", async () => {
  const context = await openContext(browser);
  const juliet = await openPage(context, server.site);
  const romeo = await openPage(await openContext(browser), server.site);
  await signIn(juliet, "juliet");
  await signIn(romeo, "romeo");
  await talkingTo("romeo", juliet);
  await talkingTo("juliet", romeo);
  await context.setOffline(true);
  await juliet.evaluate(() => dispatchEvent(new Event("online"))); // as when it wakes: is the server there?
  await write(romeo, "Art thou gone so?");
  await write(juliet, "O, think’st thou we shall ever meet again?");
  await context.setOffline(false);
  await said(juliet, "Art thou gone so?").waitFor();
  await said(romeo, "shall ever meet again").waitFor();
});

it("no room is left: it is said, the text stays where it was written, and goes out when there is room", async () => {
  const context = await openContext(browser);
  await context.addInitScript(() => {
    const put = Reflect.get(IDBObjectStore.prototype, "put") as (...args: unknown[]) => IDBRequest<IDBValidKey>;
    IDBObjectStore.prototype.put = function (...args: unknown[]) {
      if (localStorage.getItem("full")) throw new DOMException("no room", "QuotaExceededError");
      return Reflect.apply(put, this, args);
    };
  });
  const juliet = await openPage(context, server.site);
  await signIn(juliet, "juliet");
  await talkingTo("romeo", juliet);
  await juliet.evaluate(() => localStorage.setItem("full", "yes"));
  await write(juliet, "too much");
  await juliet.getByText("There is no room left in this browser: this was not sent.").first().waitFor();
  await juliet.getByText("There is no room left in this browser. What is new").waitFor();
  expect(await juliet.locator("jaseur-composer textarea").inputValue()).toBe("too much");
  expect(await said(juliet, "too much").count()).toBe(0);
  await look(juliet, "no-room");
  await juliet.evaluate(() => localStorage.removeItem("full"));
  await juliet.locator("jaseur-composer textarea").press("Enter");
  await said(juliet, "too much").waitFor();
});

it("a window that keeps nothing: it is said where one would sign in", async () => {
  const context = await openContext(browser);
  await context.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("not here", "SecurityError");
    };
  });
  const page = await openPage(context, server.site);
  await signIn(page, "juliet");
  await page.getByText("This window lets no page keep anything").waitFor();
  await look(page, "keeps-nothing");
});

it("the dock says it as well: unfolded, folded, and on a phone", async () => {
  const page = await openPage(await openContext(browser), server.site);
  await signIn(page, "romeo");
  await page.getByRole("tab", { name: "People" }).waitFor();
  await page.evaluate(() => ((document.querySelector("jaseur-chat") as unknown as { mode: string }).mode = "dock"));
  const bar = page.locator("[part=bar]");
  await bar.click();
  await talkingTo("juliet", page);
  await page.locator("jaseur-window textarea").waitFor();
  await server.kill();
  const line = page.getByText(OFFLINE);
  await line.waitFor();
  await look(page, "dock-no-connection");
  await bar.click();
  await page.getByRole("button", { name: "Try now" }).waitFor();
  await look(page, "dock-no-connection-folded");
  await page.setViewportSize(PHONE);
  await page.locator("jaseur-window").getByText(OFFLINE).waitFor();
  await look(page, "dock-no-connection-phone");
  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.locator("jaseur-state").getByText(/./).first().waitFor({ state: "hidden" });
});

it("without TLS, it says that nobody can sign in", async () => {
  const open = await Server.start("http.require_tls=no");
  open.addUsers("romeo");
  const page = await openPage(await openContext(browser), open.site.replace("https:", "http:"));
  await signIn(page, "romeo");
  await page.getByText("unprotected connection").waitFor();
  await look(page, "without-tls");
  await page.close();
  await open.stop();
});
