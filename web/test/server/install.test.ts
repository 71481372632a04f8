// SPDX-License-Identifier: MIT
//
// The server's page as an app: it can be installed, opens without a network, and lets nothing act
// that is not ours.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { errors, launch, openContext, openPage } from "./browser.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;
let site: string;

beforeAll(async () => {
  // Chromium gives no service worker to who has a certificate of his own, but does on this machine.
  server = await Server.start("http.require_tls=no", "modules.web.title=The “Globe”", "modules.web.embedded=video.example");
  site = server.site.replace("https:", "http:");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** When the worker answers for the page. */
async function controlled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/service_worker.js");
    const { active } = await navigator.serviceWorker.ready;
    const urls = performance.getEntriesByType("resource").map(({ name }) => name);
    active?.postMessage({ kind: "keep", urls: [location.href, ...urls] });
  });
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

it("can be installed, with a name and icons (W3C Web Application Manifest)", async () => {
  const page = await openPage(await openContext(browser), site);
  await controlled(page);
  const session = await page.context().newCDPSession(page);
  const { data, errors: faults } = await session.send("Page.getAppManifest");
  expect(faults).toEqual([]);
  const manifest = JSON.parse(data ?? "{}") as { name: string; icons: { src: string; sizes: string }[] };
  expect(manifest.name).toBe("The “Globe”");
  expect(await page.title()).toBe("The “Globe”");
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // A context of Playwright is a private window, in which nothing is installed.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== "any") expect(size).toBe(sizes);
  }
  expect(errors).toEqual([]);
  await page.context().close();
});

it("opens without a network", async () => {
  const context = await openContext(browser);
  const page = await openPage(context, site);
  await controlled(page);
  await page.locator("input[name=password]").waitFor();
  await page.waitForFunction(async () => (await caches.match("/first/style.css")) !== undefined);
  await context.setOffline(true);
  await page.reload();
  await page.locator("input[name=password]").waitFor();
  await page.getByRole("heading", { name: "The “Globe”" }).waitFor();
  await context.close();
});

it("runs no script and shows no frame of others, but those that were said (decision 118)", async () => {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(site);
  // Pictures and films of other hosts are let in over https, for who asks for one.
  await page.evaluate(() => {
    const seen: string[] = ((window as unknown as { seen: string[] }).seen = []);
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => seen.push(`${effectiveDirective} ${blockedURI}`));
    const put = (name: string, attributes: Record<string, string>, text = ""): void => {
      const el = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
      el.textContent = text;
      document.body.append(el);
    };
    put("script", {}, "window.acted = true");
    put("style", {}, "* { color: red }");
    put("p", { style: "color: red" });
    put("img", { src: "http://spy.example/pixel" });
    put("img", { src: "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=" });
    put("iframe", { src: "https://elsewhere.example/" });
    put("iframe", { src: "https://video.example/embed/1" });
    put("video", { src: "http://spy.example/film" });
    fetch("https://spy.example/").catch(() => undefined);
  });
  const seen = await page.waitForFunction(() => {
    const { seen } = window as unknown as { seen: string[] };
    return seen.length >= 7 && seen;
  });
  expect([...((await seen.jsonValue()) as string[])].sort()).toEqual([
    "connect-src https://spy.example/",
    "frame-src https://elsewhere.example",
    "img-src http://spy.example/pixel",
    "media-src http://spy.example/film",
    "script-src-elem inline",
    "style-src-attr inline",
    "style-src-elem inline",
  ]);
  expect(await page.evaluate(() => "acted" in window)).toBe(false);
  await context.close();
});
