// SPDX-License-Identifier: MIT
//
// Chromium as the benchmarks run it, and what they read of it.

import { chromium } from "playwright-core";

const ARGS = ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc", "--enable-precise-memory-info"];

export function launch() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGS });
}

/** What the page's script holds, in MiB, after collection. */
export function heapOf(page) {
  return page.evaluate(() => {
    globalThis.gc();
    return performance.memory.usedJSHeapSize / 2 ** 20;
  });
}

export const line = (what, { perSecond, longestMs }) => console.log(`${what}: ${perSecond.toFixed(1)} frames/s, longest ${longestMs.toFixed(0)} ms`);
