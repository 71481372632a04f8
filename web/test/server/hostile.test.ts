// SPDX-License-Identifier: MIT
//
// Somebody who means harm writes to a person in Chromium. Whatever he sends becomes text or
// nothing; nobody else is asked for anything; the page goes on working.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { Connection } from "../../src/core/connection.js";
import { PageMemory } from "../../src/core/memory.js";
import { NS_CLIENT } from "../../src/core/ns.js";
import { child, xml, type Xml } from "../../src/core/xml.js";
import { DESKTOP, errors, launch, openContext, openPage, signIn } from "./browser.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

const VICTIM = "romeo@localhost";
const NS_EVENT = "http://jabber.org/protocol/pubsub#event";

let server: Server;
let browser: Browser;
let page: Page;
let eve: Connection;
/** Other places the page asked for something. */
const asked: string[] = [];
/** Where the victim is, as his presence tells. */
let address = "";

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "eve");
  server.run("roster", "befriend", VICTIM, "eve@localhost");
  browser = await launch();
  const context = await openContext(browser);
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(server.site) && !url.startsWith("blob:") && !url.startsWith("data:")) asked.push(url);
  });
  page = await openPage(context, server.site);
  page.on("dialog", (dialog) => asked.push(dialog.message()));
  await signIn(page, "romeo");
  eve = new Connection({ account: "eve@localhost", site: server.site, memory: new PageMemory() });
  eve.events.on("stanza", ({ name, attrs }) => {
    if (name === "presence" && attrs.from?.startsWith(VICTIM) && attrs.type === undefined) address = attrs.from;
  });
  eve.events.on("session", () => eve.send(xml("presence", NS_CLIENT)));
  eve.connect({ kind: "password", password: "secret of eve" });
  await eventually(() => address !== "");
});

afterAll(async () => {
  eve.disconnect();
  await browser.close();
  await server.stop();
});

let last = 0;

function send(to: string, ...children: (Xml | undefined)[]): void {
  eve.send(xml("message", NS_CLIENT, { to, type: "chat", id: `evil-${++last}` }, ...children));
}

const body = (text: string): Xml => xml("body", NS_CLIENT, {}, text);

/** Something harmless behind all that: when it is there, the rest was dealt with. */
async function settled(): Promise<void> {
  const text = `honest ${++last}`;
  send(VICTIM, body(text));
  await page.locator("article", { hasText: text }).waitFor();
}

function forged(text: string): Xml {
  const said = xml("message", NS_CLIENT, { from: "juliet@localhost/x", to: VICTIM, type: "chat", id: `forged-${++last}` }, body(text));
  return xml("forwarded", "urn:xmpp:forward:0", {}, xml("delay", "urn:xmpp:delay", { stamp: "2026-01-01T00:00:00Z" }), said);
}

it("is open on the conversation", async () => {
  await page.getByRole("tab", { name: "People" }).click();
  await page.getByRole("button", { name: /eve/ }).click();
  await settled();
});

it("shows markup, scripts and addresses as text", async () => {
  const texts = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "${alert(1)} {{alert(1)}} {0}",
    "<iframe src=https://eve.example/>",
    "https://eve.example/<script>",
    "https://romeo:secret@eve.example:8080/..\\..//?a=<b>#'\"",
  ];
  for (const text of texts) send(VICTIM, body(text), xml("html", "http://jabber.org/protocol/xhtml-im", {}, body("<b>styled</b>")));
  await settled();
  for (const text of texts) expect(await page.locator("article", { hasText: text }).count()).toBeGreaterThan(0);
  expect(await page.locator("article :is(img, script, iframe, object, embed, style, form)").count()).toBe(0);
  const targets = await page.locator("article a").evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).protocol));
  expect(targets.every((protocol) => ["http:", "https:", "blob:"].includes(protocol))).toBe(true);
});

it("keeps its shape under bidi controls, endless words, floods of emojis and marks", async () => {
  const texts = [
    "\u202Eexe.gpj evil\u202C \u2066\u2067\u2068 never closed",
    "a".repeat(100_000),
    "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}".repeat(3000),
    `Z${"\u0351".repeat(5000)}algo`,
    "\u00A0\n".repeat(5000),
    ">".repeat(2000),
    "*_~`".repeat(3000),
  ];
  for (const text of texts) send(VICTIM, body(text));
  await settled();
  const wide = await page.locator("jaseur-log jaseur-virtual").evaluate((log) => log.scrollWidth - log.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  const box = await page.getByRole("textbox", { name: "Message to eve" }).boundingBox();
  expect(box && box.y + box.height).toBeLessThanOrEqual(DESKTOP.height);
});

it("believes no forged copies, archives, events, pushes or markers", async () => {
  const carbon = (direction: string): Xml => xml(direction, "urn:xmpp:carbons:2", {}, forged("forged carbon"));
  send(VICTIM, carbon("received"));
  send(VICTIM, carbon("sent"));
  send(address, xml("result", "urn:xmpp:mam:2", { queryid: "x", id: "y" }, forged("forged archive")));
  send(address, xml("entry", "urn:xmpp:inbox:1", { jid: "juliet@localhost", unread: "9", id: "y" }), xml("result", "urn:xmpp:mam:2", { id: "z" }, forged("forged inbox")));
  for (const node of ["urn:xmpp:bookmarks:1", "urn:xmpp:mds:displayed:0", "storage:bookmarks"])
    send(address, xml("event", NS_EVENT, {}, xml("items", NS_EVENT, { node }, xml("item", NS_EVENT, { id: "trap@rooms.localhost" }, xml("conference", "urn:xmpp:bookmarks:1", { autojoin: "true", name: "trap" })))));
  const push = eve.iqs.ask("set", xml("query", "jabber:iq:roster", {}, xml("item", "jabber:iq:roster", { jid: "trap@localhost", name: "trap" })), address);
  await expect(push).rejects.toMatchObject({ condition: expect.stringMatching(/service-unavailable|not-allowed|forbidden/) as string });
  send(VICTIM, xml("received", "urn:xmpp:receipts", { id: "never" }));
  send(VICTIM, xml("displayed", "urn:xmpp:chat-markers:0", { id: "never" }));
  send(VICTIM, body("replaced"), xml("replace", "urn:xmpp:message-correct:0", { id: "never" }));
  send(VICTIM, xml("retract", "urn:xmpp:message-retract:1", { id: "never" }), body("This person attempted to retract"));
  send(VICTIM, xml("reactions", "urn:xmpp:reactions:0", { id: "never" }, ...Array.from({ length: 200 }, (_, n) => xml("reaction", "urn:xmpp:reactions:0", {}, `<b>${n}</b>`))));
  await settled();
  expect(await page.getByText(/forged|trap/).count()).toBe(0);
  await page.getByRole("tab", { name: "Conversations" }).click();
  expect(await page.getByRole("button", { name: /juliet|trap/ }).count()).toBe(0);
});

it("takes strange names, states, sizes and files for what they are", async () => {
  eve.send(xml("presence", NS_CLIENT, { to: VICTIM }, xml("show", NS_CLIENT, {}, "<b>"), xml("status", NS_CLIENT, {}, `<i>${"status ".repeat(2000)}\u202E`), xml("priority", NS_CLIENT, {}, "no number")));
  send(VICTIM, body("https://eve.example/\u202Egpj.exe"), xml("x", "jabber:x:oob", {}, xml("url", "jabber:x:oob", {}, "https://eve.example/picture.png")));
  send(VICTIM, body("javascript:alert(1)"), xml("x", "jabber:x:oob", {}, xml("url", "jabber:x:oob", {}, "javascript:alert(1)")));
  send(VICTIM, body("http://127.0.0.1:1/x.svg"), xml("x", "jabber:x:oob", {}, xml("url", "jabber:x:oob", {}, "http://127.0.0.1:1/x.svg")));
  send(VICTIM, body("invited"), xml("x", "jabber:x:conference", { jid: "not an address@@", reason: "<b>".repeat(100) }));
  send(VICTIM, xml("composing", "http://jabber.org/protocol/chatstates"), xml("paused", "http://jabber.org/protocol/chatstates"));
  await settled();
  // Nobody but the host has been asked for anything.
  expect(asked).toEqual([]);
});

it("goes on working, also after a reload", async () => {
  await page.reload();
  await page.getByRole("button", { name: /eve/ }).click();
  await settled();
  const answers: string[] = [];
  eve.events.on("stanza", (stanza) => {
    const said = child(stanza, "body")?.children[0];
    if (typeof said === "string") answers.push(said);
  });
  await page.getByRole("textbox", { name: "Message to eve" }).fill("I am still here");
  await page.keyboard.press("Enter");
  await eventually(() => answers.includes("I am still here"));
  expect(asked).toEqual([]);
  expect(errors).toEqual([]);
});
