// SPDX-License-Identifier: MIT
//
// What a long and a busy conversation cost in Chromium, as figures; nothing is asserted:
//
//     node bench/run.mjs [SECONDS]      (in web/)
//
// Frames a second while somebody goes through 100,000 messages, and while 10,000 a minute are said
// at the end; the longest frame; the heap, after collection, before and after the latter.

import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { chromium } from "playwright-core";

const seconds = Number(process.argv[2] ?? 10);
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
  bundle: true,
  splitting: false,
  format: "esm",
  target: "es2022",
  minify: true,
  write: false,
});
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.on("pageerror", (error) => console.error(error));
await page.route("https://bench.test/**", (route) =>
  route.request().url().endsWith(".js")
    ? route.fulfill({ contentType: "text/javascript", body: outputFiles[0].text })
    : route.fulfill({ contentType: "text/html", body: "<!DOCTYPE html><title>bench</title><script type=module src=/page.js></script>" }),
);
await page.goto("https://bench.test/");
await page.waitForFunction(() => "scroll" in globalThis && "say" in globalThis);

const heap = () =>
  page.evaluate(() => {
    globalThis.gc();
    return performance.memory.usedJSHeapSize / 2 ** 20;
  });
const line = (what, { perSecond, longestMs }) => console.log(`${what}: ${perSecond.toFixed(1)} frames/s, longest ${longestMs.toFixed(0)} ms`);

line("through 100,000 messages", await page.evaluate((ms) => scroll(100_000, ms), seconds * 1000));
line("10,000 messages/min, first", await page.evaluate((ms) => say(10_000, ms), 2000));
const before = await heap();
line("10,000 messages/min", await page.evaluate((ms) => say(10_000, ms), seconds * 1000));
console.log(`heap: ${before.toFixed(1)} MiB before, ${(await heap()).toFixed(1)} MiB after`);
await browser.close();
