// SPDX-License-Identifier: MIT
//
// What a long and a busy conversation cost in Chromium, as figures; nothing is asserted:
//
//     node bench/run.mjs [SECONDS [MINUTES]]      (in web/)
//
// Frames a second while somebody goes through 100,000 messages, and while 10,000 a minute are said
// at the end; the longest frame; the heap, after collection, before and after the latter. With MINUTES
// that is said for so long as well, and the heap is told after each of them.

import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { heapOf, launch, line } from "./chromium.mjs";

const seconds = Number(process.argv[2] ?? 10);
const minutes = Number(process.argv[3] ?? 0);
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
  bundle: true,
  splitting: false,
  format: "esm",
  target: "es2022",
  minify: true,
  write: false,
});
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.on("pageerror", (error) => {
  throw error;
});
await page.route("https://bench.test/**", (route) =>
  route.request().url().endsWith(".js")
    ? route.fulfill({ contentType: "text/javascript", body: outputFiles[0].text })
    : route.fulfill({ contentType: "text/html", body: "<!DOCTYPE html><title>bench</title><script type=module src=/page.js></script>" }),
);
await page.goto("https://bench.test/");
await page.waitForFunction(() => "scroll" in globalThis && "say" in globalThis);

line("through 100,000 messages", await page.evaluate((ms) => scroll(100_000, ms), seconds * 1000));
line("10,000 messages/min, first", await page.evaluate((ms) => say(10_000, ms), 2000));
const before = await heapOf(page);
line("10,000 messages/min", await page.evaluate((ms) => say(10_000, ms), seconds * 1000));
console.log(`heap: ${before.toFixed(1)} MiB before, ${(await heapOf(page)).toFixed(1)} MiB after`);

if (minutes) {
  const heaps = [];
  for (let minute = 1; minute <= minutes; minute++) {
    const { perSecond } = await page.evaluate((ms) => sayOn(10_000, ms), 60_000);
    heaps.push(await heapOf(page));
    console.log(`minute ${minute}: ${heaps.at(-1).toFixed(2)} MiB, ${perSecond.toFixed(1)} frames/s`);
  }
  const sorted = [...heaps].sort((a, b) => a - b);
  const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].map((heap) => heap.toFixed(2));
  console.log(`heap: least ${least}, median ${median}, most ${most} MiB; first ${heaps[0].toFixed(2)}, last ${heaps.at(-1).toFixed(2)}`);
}
await browser.close();
