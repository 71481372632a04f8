// SPDX-License-Identifier: MIT
//
// What pages of a portal do with the client, in Chromium, from another origin: the examples of
// docs/web-client.md, and every function and event of api/jaseur.d.ts.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { Events } from "../../src/api/jaseur.js";
import { errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { eventually } from "./eventually.js";
import { Portal } from "./portal.js";
import { Server } from "./server.js";

let server: Server;
let portal: Portal;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start("modules.login.enabled=yes", "c2s.allow_anonymous=yes");
  server.addUsers("romeo", "juliet", "tybalt");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  portal = await Portal.open(server);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  portal.close();
  await server.stop();
});

async function openExample(heading: string, language = "en"): Promise<Page> {
  errors.length = 0;
  return openPage(await openContext(browser, language), portal.url(heading));
}

/** Keeps what the element tells, from now on. */
async function keepEvents(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept: [string, unknown][] = [];
    Object.assign(window, { kept });
    const names = ["connected", "disconnected", "buddy-added", "buddy-accepted", "buddy-removed", "buddy-request", "presence-changed", "message", "unread-changed"];
    for (const name of names) document.addEventListener(`jaseur-${name}`, (event) => kept.push([`jaseur-${name}`, (event as CustomEvent<unknown>).detail]));
  });
}

async function told<Name extends keyof Events>(page: Page, name: Name): Promise<Events[Name]> {
  const found = await page.waitForFunction((wanted) => (window as unknown as { kept: [string, unknown][] }).kept.find(([one]) => one === wanted)?.[1], name);
  return (await found.jsonValue()) as Events[Name];
}

const isConnected = (page: Page): Promise<boolean> => page.evaluate(() => jaseur.api.isConnected());
const online = (page: Page): Promise<unknown> => page.waitForFunction(() => jaseur.api.isConnected());

it("a form in a page", async () => {
  const page = await openExample("A form in a page");
  await signIn(page, "romeo");
  await page.getByRole("tab", { name: "People" }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

it("a portal signs its people in, by a token of its back end; a reload needs none; who logs out is forgotten", async () => {
  portal.user = "";
  portal.tokens = 0;
  const page = await openExample("A portal that signs its people in");
  await expect.poll(() => portal.tokens).toBe(1); // nobody is logged in at the portal
  expect(await page.locator("jaseur-sign-in").count()).toBe(0);
  errors.length = 0; // 401

  portal.user = "juliet";
  await page.reload();
  await online(page);
  expect(portal.tokens).toBe(2);
  await page.reload();
  await online(page);
  expect(portal.tokens).toBe(2);

  await page.evaluate(() => jaseur.api.disconnect());
  expect(await isConnected(page)).toBe(false);
  await page.evaluate(() => jaseur.api.reconnect());
  expect(await isConnected(page)).toBe(true);

  await page.evaluate(() => jaseur.api.signOut());
  await page.waitForFunction(() => !jaseur.api.getBuddyList().length);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((name) => name.endsWith("token")))).toEqual([]);
  expect(portal.tokens).toBe(2);

  // A token that was used is worth nothing; the page is asked, and has another.
  const condition = await page.evaluate(() => jaseur.api.connect({ account: "juliet", token: "jaseur_login_used" }).catch((error: unknown) => (error as { condition: string }).condition));
  expect(condition).toBe("not-authorized");
  await online(page);
  expect(portal.tokens).toBe(3);
  expect(errors).toEqual([]);
  await page.context().close();
});

it("a page uses it: people, conversations, messages, what is unread, who is there", async () => {
  const page = await openExample("Using it");
  const lines: string[] = [];
  page.on("console", (line) => lines.push(line.text()));
  await signIn(page, "romeo");
  await page.locator("#people").getByText("juliet: offline").waitFor({ state: "attached" });
  await keepEvents(page);
  await page.evaluate(() => (document.querySelector("#ask") as HTMLElement).click());
  await page.getByRole("textbox", { name: /juliet/ }).fill("Are you there?");
  await page.keyboard.press("Enter");
  await said(page, "Are you there?").waitFor();
  await page.evaluate(() => jaseur.api.openChatWindow("tybalt"));
  await page.getByRole("textbox", { name: /tybalt/ }).waitFor();

  const juliet = await openPage(await openContext(browser), server.site);
  await signIn(juliet, "juliet");
  await juliet.getByRole("button", { name: /romeo/ }).click();
  await juliet.getByRole("textbox", { name: /romeo/ }).fill("<b>Ay</b> me!");
  await juliet.keyboard.press("Enter");

  await expect.poll(() => lines).toContain("juliet@localhost is online");
  expect(await told(page, "jaseur-message")).toMatchObject({ conversation: "juliet@localhost", kind: "chat", from: "juliet@localhost", text: "<b>Ay</b> me!" });
  expect(await told(page, "jaseur-unread-changed")).toEqual({ count: 1, conversations: { "juliet@localhost": 1 } });
  await page.waitForFunction(() => document.querySelector("output")?.value === "1");
  expect(lines).toContain("juliet@localhost says <b>Ay</b> me!");
  expect(await page.evaluate(() => jaseur.api.getBuddyList())).toEqual([
    { jid: "juliet@localhost", name: "juliet", groups: [], subscription: "both", presence: "online", status: "" },
  ]);

  // Somebody asks, and is a contact then.
  const tybalt = await openPage(await openContext(browser), server.site);
  await signIn(tybalt, "tybalt");
  await tybalt.getByRole("searchbox").fill("romeo@localhost");
  await tybalt.getByRole("button", { name: /Add/ }).click();
  expect(await told(page, "jaseur-buddy-request")).toEqual({ jid: "tybalt@localhost", text: "" });
  await page.getByRole("button", { name: "Accept" }).click();
  expect(await told(page, "jaseur-buddy-added")).toMatchObject({ jid: "tybalt@localhost" });
  await tybalt.getByRole("button", { name: "Accept" }).click();
  expect(await told(page, "jaseur-buddy-accepted")).toMatchObject({ jid: "tybalt@localhost", subscription: "both" });
  server.run("roster", "remove", "romeo@localhost", "tybalt@localhost");
  expect(await told(page, "jaseur-buddy-removed")).toEqual({ jid: "tybalt@localhost" });

  await page.evaluate(() => jaseur.api.disconnect());
  expect(await told(page, "jaseur-disconnected")).toEqual({ reason: "closed" });
  await page.evaluate(() => jaseur.api.connect());
  expect((await told(page, "jaseur-connected")).jid).toMatch(/^romeo@localhost\//);
  expect(errors).toEqual([]);
  for (const one of [page, juliet, tybalt]) await one.context().close();
});

it("a page has modules and texts of its own, and hears what is wrong", async () => {
  const page = await openExample('<main><h1>The Globe</h1><jaseur-chat domain="localhost" tours="off"></jaseur-chat></main>');
  const wrong = await page.evaluate(async () => {
    const { api } = jaseur;
    api.registerCustomModule({ name: "tickets", module: { count: 3 } });
    const said: unknown[] = [(api as unknown as { tickets: { count: number } }).tickets.count, api.isConnected(), api.getBuddyList()];
    const attempts: (() => unknown)[] = [
      () => api.registerCustomModule({ name: "tickets", module: 1 }),
      () => api.registerCustomModule({ name: "connect", module: 1 }),
      () => api.registerCustomModule({ name: "no name", module: 1 }),
      () => api.registerCallbacks({ onNothing: () => undefined } as object),
      () => api.registerCallbacks({ onMessage: "text" } as object),
      () => api.openChatWindow("no address"),
      () => api.connect({ account: "no address", password: "x" }),
      () => api.connect({ account: "romeo", password: "guess" }),
      () => api.startTour("nowhere"),
      () => api.addTour({ name: "x", steps: [] }),
    ];
    for (const attempt of attempts)
      try {
        await attempt();
        said.push("nothing");
      } catch (error) {
        said.push((error as Error).name);
      }
    return said;
  });
  expect(wrong).toEqual([3, false, [], "TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "RefusedError", "RangeError", "TypeError"]);
  await page.getByText("The address or the password is wrong.").waitFor();
  await page.evaluate(() => jaseur.api.feedback("The doors close at ten."));
  await page.getByText("The doors close at ten.").first().waitFor();
  await look(page, "portal-feedback");
  // Nobody misses the beginning, and nobody hears more than he wants.
  const heard = await page.evaluate(async () => {
    const all: unknown[] = [];
    const end = jaseur.api.registerCallbacks({ onInit: (detail) => all.push(detail), onDisconnected: ({ reason }) => all.push(reason) });
    await jaseur.api.connect({ account: "romeo", password: "secret of romeo" });
    end();
    await jaseur.api.disconnect();
    return all;
  });
  expect(heard).toEqual([{ account: "" }]); // nobody was signed in
  expect(errors).toEqual([]);
  await page.context().close();
});

it("guests come in without an account, and are gone with their page", async () => {
  const page = await openExample('<h1>The Globe</h1><jaseur-chat domain="localhost" login="anonymous"></jaseur-chat>');
  await online(page);
  await page.getByRole("tab", { name: "People" }).waitFor();
  const account = (): Promise<string> => page.evaluate(() => new Promise<string>((resolve) => jaseur.api.registerCallbacks({ onInit: (detail) => resolve(detail.account) })));
  const stores = (): Promise<string[]> => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? "").filter((name) => name.startsWith("jaseur:")));
  const first = await account();
  expect(first).toMatch(/@localhost$/);
  await page.reload();
  await online(page);
  const second = await account();
  expect(second).not.toBe(first);
  await eventually(async () => (await stores()).join() === `jaseur:guest:${second}`);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((name) => /account|token|session/.test(name)))).toEqual([]);
  await page.evaluate(() => document.querySelector("jaseur-chat")?.remove());
  await eventually(async () => (await stores()).length === 0);
  expect(errors).toEqual([]);
  await page.context().close();
});

it("who has no picture is shown by that of the page; who has one keeps it", async () => {
  const page = await openExample('<main><h1>The Globe</h1><jaseur-chat domain="localhost" account="tybalt"></jaseur-chat></main>');
  const connect = (color: string): Promise<void> =>
    page.evaluate(async (filling) => {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d");
      if (context) context.fillStyle = filling;
      context?.fillRect(0, 0, 300, 150);
      const chat = document.querySelector("jaseur-chat");
      if (chat) chat.options = { avatar: canvas.toDataURL() };
      await jaseur.api.connect({ password: "secret of tybalt" });
    }, color);
  const own = page.locator("jaseur-me .avatar img");
  await connect("red");
  await own.waitFor();
  const shown = await own.getAttribute("src");
  await page.evaluate(() => jaseur.api.signOut());
  await connect("blue");
  await own.waitFor();
  const red = await own.evaluate((img: HTMLImageElement) => {
    const context = document.createElement("canvas").getContext("2d");
    context?.drawImage(img, 0, 0);
    return [...(context?.getImageData(5, 5, 1, 1).data ?? [])];
  });
  expect(shown).not.toBe("");
  expect(red[0]).toBeGreaterThan(200);
  expect(red[2]).toBeLessThan(60);
  expect(errors).toEqual([]);
  await page.context().close();
});

it("a page brings several people together", async () => {
  const page = await openExample('<main><h1>The Globe</h1><jaseur-chat domain="localhost" account="romeo"></jaseur-chat></main>');
  const refused = page.evaluate(() => jaseur.api.createNewConversationWith(["juliet"]).catch((error: unknown) => (error as Error).message));
  expect(await refused).toBe("nobody is signed in");
  await page.evaluate(() => jaseur.api.connect({ password: "secret of romeo" }));
  const juliet = await openPage(await openContext(browser), server.site);
  await signIn(juliet, "juliet");
  await juliet.getByRole("tab", { name: "People" }).waitFor();
  const room = await page.evaluate(() => jaseur.api.createNewConversationWith(["juliet", "tybalt@localhost"], "The feast"));
  expect(room).toMatch(/@rooms\.localhost$/);
  await page.getByRole("heading", { name: "The feast" }).first().waitFor();
  await juliet.getByText("The feast").first().waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
  await juliet.context().close();
});

it("two elements have two accounts; one is taken out and put back", async () => {
  const page = await openExample("<h1>The Globe</h1>");
  await page.evaluate(async () => {
    await customElements.whenDefined("jaseur-chat");
    for (const name of ["romeo", "juliet"]) {
      const chat = document.createElement("jaseur-chat");
      chat.id = name;
      chat.options = { domain: "localhost", account: name, password: `secret of ${name}` };
      document.body.append(chat);
    }
  });
  const people = (id: string): Promise<unknown> =>
    page.waitForFunction((name) => {
      const chat = document.getElementById(name) as (HTMLElement & { api: typeof jaseur.api }) | null;
      return chat?.api.isConnected() && chat.api.getBuddyList().map(({ jid }) => jid).join();
    }, id).then((found) => found.jsonValue());
  expect(await people("romeo")).toContain("juliet@localhost");
  expect(await people("juliet")).toBe("romeo@localhost");
  const after = await page.evaluate(() => {
    const romeo = document.getElementById("romeo") as HTMLElement;
    const first = jaseur.api.getBuddyList()[0]?.jid;
    romeo.remove();
    const other = jaseur.api.getBuddyList()[0]?.jid;
    document.body.append(romeo);
    return [first, other];
  });
  expect(after).toEqual(["juliet@localhost", "romeo@localhost"]);
  expect(await people("romeo")).toContain("juliet@localhost");
  expect(errors).toEqual([]);
  await page.context().close();
});

it("a portal that used a loader starts and stops it", async () => {
  const page = await openExample("For portals that used a loader");
  await online(page);
  await page.getByRole("tab", { name: "People" }).waitFor();
  expect(await page.locator("#chat jaseur-chat").count()).toBe(1);
  const begin = page.getByRole("button", { name: "New conversation" });
  await begin.waitFor();
  await page.evaluate(() => dispatchEvent(new Event("logout")));
  expect(await page.locator("jaseur-chat").count()).toBe(0);
  expect(await page.evaluate(() => [jaseur.api.isConnected(), jaseur.api.getBuddyList()])).toEqual([false, []]);
  expect(await page.evaluate(() => jaseur.api.connect().catch((error: unknown) => String(error)))).toContain("no <jaseur-chat>");
  // Again, for a portal that makes the conversations of several itself.
  await page.evaluate((url) => jaseur.init({ url, acl: { groupchat: { creation: false } } }).start(), server.site);
  await page.getByRole("tab", { name: "People" }).waitFor();
  expect(await begin.count()).toBe(0);
  expect(errors).toEqual([]);
  await page.context().close();
});

it("a portal has a tour of its own", async () => {
  const page = await openExample("Tours", "fr");
  await page.locator("jaseur-dock [part=bar]").click();
  await signIn(page, "juliet");
  await page.getByRole("dialog").getByText("What is on today.").waitFor();
  await look(page, "portal-tour");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByText("Who is in the house.").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "People", selected: true }).waitFor();
  expect(await page.evaluate(() => jaseur.api.tourNames())).toEqual(["welcome", "people", "conversations", "rooms", "notices", "the-globe"]);
  expect(errors).toEqual([]);
  await page.context().close();
});

it("who comes for the first time is shown around, once", async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "en", reducedMotion: "reduce" });
  const page = await openPage(context, server.site);
  await signIn(page, "romeo");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: "Welcome" }).waitFor();
  await look(page, "tour-welcome");
  await page.keyboard.press("ArrowRight");
  await dialog.getByRole("heading", { name: "How others see you" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await dialog.getByRole("heading", { name: "Your people" }).waitFor();
  await look(page, "tour-people");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("tab", { name: "People" }).click();
  expect(await dialog.count()).toBe(0);
  const french = page.evaluate(() => {
    const chat = document.querySelector("jaseur-chat");
    if (chat) chat.options = { lang: "fr" };
    return jaseur.api.startTour("conversations");
  });
  await dialog.waitFor();
  await page.getByRole("button", { name: /^(Leave the tour|Quitter la visite)$/ }).click();
  expect(await french).toBe(false);
  await context.close();
});
