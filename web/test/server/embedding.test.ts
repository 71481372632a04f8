// SPDX-License-Identifier: MIT
//
// The client in the worst page that a portal may have: rules with !important for everything, an
// old jQuery, prototypes that were extended as in the days of Prototype.js, globals of every likely
// name, another root size and direction. It looks and works as in a page with nothing, and leaves nothing there.

import { readFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { errors, launch, openContext, openPage, picture, said, signIn } from "./browser.js";
import { Server } from "./server.js";

const jquery = readFileSync(createRequire(import.meta.url).resolve("jquery"), "utf8");

const STYLE = `
  html { font-size: 62.5%; direction: rtl; zoom: 1; }
  * { color: red !important; font: 40px cursive !important; letter-spacing: 9px !important; text-transform: uppercase !important;
    direction: rtl !important; text-align: right !important; line-height: 3 !important; word-spacing: 1em !important; text-indent: 2em !important;
    white-space: pre !important; visibility: visible; cursor: wait !important; pointer-events: none !important; user-select: none !important;
    background: yellow !important; border: 5px solid blue !important; box-sizing: content-box !important; color-scheme: dark !important;
    outline: 3px dashed green !important; list-style: square !important; quotes: "x" "y" !important; text-shadow: 1px 1px red !important }
  body * { opacity: 0.3 !important; transform: rotate(4deg) !important; filter: blur(3px) !important; perspective: 10px !important;
    will-change: transform !important; contain: paint !important; clip-path: inset(9px) !important; mix-blend-mode: multiply !important;
    transition: all 9s !important; z-index: 1 !important; overflow: hidden !important }
  main * { animation: spin 1s infinite !important }
  div, span, button, input, textarea, dialog, header, section, p, ul, li, svg, path { display: inline-block !important; float: left !important; width: 9px !important; margin: 13px !important }
  button, input { visibility: hidden !important }
  [hidden] { display: block !important }
  @keyframes spin { to { rotate: 1turn } }`;

/** As Prototype.js 1.6 did it: enumerable, and in the way of what the language has today. */
const PROTOTYPES = `
  ["each", "collect", "inject", "pluck", "invoke", "first", "last", "without", "inspect", "size"].forEach(function (name) {
    Array.prototype[name] = function () { throw new Error("Array." + name) };
    String.prototype[name] = function () { throw new Error("String." + name) };
    Function.prototype[name] = function () { throw new Error("Function." + name) };
  });
  Function.prototype.bind = (function (bind) { return function () { return bind.apply(this, arguments) } })(Function.prototype.bind);
  Array.prototype.toJSON = function () { return "[" + this.map(function (one) { return JSON.stringify(one) }).join(", ") + "]" };
  String.prototype.toJSON = function () { return String(this) };
  Date.prototype.toJSON = function () { return "a date" };
  ["show", "hide", "update", "remove", "select", "next", "previous", "up", "down", "insert", "toggle", "visible"].forEach(function (name) {
    var own = HTMLElement.prototype[name];
    HTMLElement.prototype[name] = own || function () { throw new Error("HTMLElement." + name) };
  });`;

const GLOBALS = `
  var names = "Client Store Tabs Texts Engine Connection Jaseur jaseur JaseurChat Strophe converse lit html css svg render LitElement idb openDB api config "
    + "settings chat message user account client store state process global module exports require define Buffer React Vue angular _ $ io XML xml elements "
    + "Emitter Iqs Backoff emoji icon tip place fit Windows Floating feedback pieces PIECES en fr";
  names.split(" ").forEach(function (name) { window[name] = name });
  window.define = function () { throw new Error("define") };
  window.define.amd = {};
  window.module = { exports: {} };
  window.process = { env: { NODE_ENV: "production" } };`;

const LISTENERS = `
  var pressed = [];
  ["keydown", "keypress", "paste", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) { pressed.push(name); event.preventDefault() });
  });`;

/** It finds no way through objects that were extended, so a page has one or the other. */
const JQUERY = `
  jQuery(document).on("keydown keypress paste drop", function (event) { event.preventDefault() });
  jQuery(function ($) { $("body").on("click", "button", function () { throw new Error("a button of the client") }); });`;

const OBJECTS = `
  ["extend", "clone", "toQueryString", "toHTML", "toJSONString", "hasKey"].forEach(function (name) {
    Object.prototype[name] = function () { throw new Error("Object." + name) };
  });`;

let server: Server;
let browser: Browser;
let portal: HttpServer;
let url: string;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  portal = createServer((request, answer) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const mode = searchParams.get("mode") ?? "";
    answer.setHeader("Content-Type", pathname === "/jquery.js" ? "text/javascript" : "text/html; charset=utf-8");
    const library = mode === "page" ? `<script src="/jquery.js"></script><script>${JQUERY}</script>` : `<script>${OBJECTS}</script>`;
    const worst = `<style>${STYLE}</style>${library}<script>${PROTOTYPES}${GLOBALS}${LISTENERS}</script>`;
    const body = `<!DOCTYPE html><html lang="en"><head><title>Portal</title>${pathname === "/worst" ? worst : ""}
      <script>var before; before = Object.keys(window)</script>
      <script type="module" src="${server.site}/jaseur.js"></script></head>
      <body><p>The portal</p><main><jaseur-chat mode="${mode}" domain="localhost"></jaseur-chat></main></body></html>`;
    answer.end(pathname === "/jquery.js" ? jquery : body);
  });
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  url = `http://localhost:${(portal.address() as AddressInfo).port}`;
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  portal.close();
  await server.stop();
});

type Mode = "page" | "dock";

/** Signs in, and goes into the conversation. */
async function enter(page: Page, mode: Mode): Promise<void> {
  if (mode === "dock") await page.getByRole("button", { name: "Sign in" }).click();
  await signIn(page, "romeo");
  await page.getByRole("tab", { name: "People" }).click();
  await page.locator("jaseur-people").getByRole("button", { name: /juliet/ }).click();
  await page.getByRole("textbox", { name: "Message to juliet" }).waitFor();
}

/** How it looks, as far as a page could change it. */
async function looks(page: Page): Promise<unknown> {
  await page.locator("jaseur-me .avatar").waitFor();
  await page.locator("body").hover({ position: { x: 5, y: 5 }, force: true });
  const places = ["jaseur-me .avatar", "jaseur-me .presence", "jaseur-people .row", "jaseur-conversation h2", "jaseur-composer textarea", "jaseur-composer button.first"];
  const styles = ["color", "backgroundColor", "fontFamily", "fontSize", "letterSpacing", "textTransform", "direction", "lineHeight", "whiteSpace", "cursor", "visibility", "pointerEvents", "textShadow"];
  const found: Record<string, unknown> = {};
  for (const place of places)
    found[place] = await page
      .locator(place)
      .first()
      .evaluate((el, names) => {
        const style = getComputedStyle(el) as unknown as Record<string, string>;
        const { x, y, width, height } = el.getBoundingClientRect();
        return [[x, y, width, height].map(Math.round), names.map((name) => style[name])];
      }, styles);
  return found;
}

/** What the host itself must not have: it would be on all of the client. */
function hostEffects(page: Page): Promise<unknown> {
  return page.locator("jaseur-chat").evaluate((el) => {
    const { opacity, transform, filter, perspective, contain, clipPath, mixBlendMode, animationName, willChange, overflow } = getComputedStyle(el);
    return { opacity, transform, filter, perspective, contain, clipPath, mixBlendMode, animationName, willChange, overflow };
  });
}

describe.each<Mode>(["page", "dock"])("as %s", (mode) => {
  it("it looks as in a page with nothing, works, and leaves nothing", async () => {
    const plain = await openPage(await openContext(browser), `${url}/plain?mode=${mode}`);
    await enter(plain, mode);
    const [wanted, wantedHost] = [await looks(plain), await hostEffects(plain)];
    await picture(plain, `embedded-${mode}`);
    await plain.context().close();

    const context = await openContext(browser);
    const page = await openPage(context, `${url}/worst?mode=${mode}`);
    await enter(page, mode);
    expect(await hostEffects(page)).toEqual(wantedHost);
    expect(await looks(page)).toEqual(wanted);
    await picture(page, `embedded-worst-${mode}`);

    const juliet = await openPage(await openContext(browser), server.site);
    await signIn(juliet, "juliet");
    await juliet.getByRole("tab", { name: "Conversations" }).waitFor();
    await page.getByRole("textbox", { name: "Message to juliet" }).click();
    await page.keyboard.type(`By whose direction found'st thou out this place? (${mode})`);
    await page.keyboard.press("Enter");
    await juliet.getByRole("button", { name: /romeo.*unread/ }).click();
    await said(juliet, `this place? (${mode})`).waitFor();
    await juliet.keyboard.type("My ears have not yet drunk a hundred words.");
    await juliet.keyboard.press("Enter");
    await said(page, "a hundred words").last().waitFor();

    // A reload asks for nothing, though what the page did to JSON is in the way.
    await page.reload();
    if (mode === "page") await page.getByRole("button", { name: /juliet/ }).click();
    await said(page, "a hundred words").last().waitFor();
    const { added, pressed } = await page.evaluate(() => {
      const { before, pressed } = window as unknown as { before: string[]; pressed: string[] };
      return { added: Object.keys(window).filter((name) => !before.includes(name)), pressed };
    });
    expect(added.filter((name) => !/^(lit|reactive)/.test(name))).toEqual([]);
    await page.getByRole("textbox", { name: "Message to juliet" }).click();
    await page.keyboard.type("s");
    expect(await page.evaluate(() => (window as unknown as { pressed: string[] }).pressed)).toEqual(pressed);
    expect(await page.evaluate(() => [document.documentElement.attributes.length, document.body.attributes.length, document.body.children.length, document.head.querySelectorAll("style,link").length])).toEqual([1, 0, 2, 1]);
    await juliet.context().close();
    await context.close();
    expect(errors).toEqual([]);
  });
});
