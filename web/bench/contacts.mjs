// SPDX-License-Identifier: MIT
//
// What an account with many contacts costs in Chromium, with a server of its own; nothing is asserted:
//
//     JASEUR_PROGRAM=../build/jaseur node bench/contacts.mjs [CONTACTS [TIMES]]      (in web/)
//
// Until people are seen in their list, from the click that signs in and from the beginning of a reload;
// what the first sign-in takes of a processor until then; the longest task of either; frames a second while the list is scrolled from end to end; the heap, after
// collection.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { build } from "esbuild";

import { heapOf, launch, line } from "./chromium.mjs";

const contacts = Number(process.argv[2] ?? 30_000);
const times = Number(process.argv[3] ?? 5);
const program = process.env.JASEUR_PROGRAM ?? "../build/jaseur";
const directory = mkdtempSync(join(tmpdir(), "jaseur-bench-"));
const data = ["--data", join(directory, "data")];
const ports = ["c2s", "c2s_tls", "web", "turn", "turn_tcp", "turn_tls"].map((name) => `listen.${name}.port=0`);
const settings = ["workers=2", ...ports].flatMap((one) => ["--set", one]);
const server = spawn(program, [...data, "serve", "--host", "localhost", ...settings], { stdio: ["ignore", "pipe", "ignore"] });
const ready = await new Promise((resolve, reject) => {
  createInterface(server.stdout).once("line", resolve);
  server.once("exit", () => reject(new Error("the server did not start")));
});
const site = `https://localhost:${JSON.parse(ready.replace(/^ready /, "")).listeners.find(({ name }) => name === "web").port}`;
execFileSync(program, [...data, "user", "add", "romeo@localhost", "--password", "secret"]);

const { outputFiles } = await build({
  stdin: {
    contents: `export { Connection } from "./connection.js"; export { PageMemory } from "./memory.js"; export { rosterChange } from "../protocol/rfc6121_roster.js";`,
    resolveDir: new URL("../src/core", import.meta.url).pathname,
  },
  bundle: true,
  format: "iife",
  globalName: "jaseurCore",
  write: false,
});

const browser = await launch();

/** Puts the contacts into the roster, as the account itself does. */
async function fill() {
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  await page.route(`${site}/bench`, (route) => route.fulfill({ contentType: "text/html", body: "<!DOCTYPE html>" }));
  await page.goto(`${site}/bench`);
  await page.evaluate(outputFiles[0].text.replace("var jaseurCore", "globalThis.jaseurCore"));
  await page.evaluate(
    async ([count, where]) => {
      const { Connection, PageMemory, rosterChange } = globalThis.jaseurCore;
      const connection = new Connection({ account: "romeo@localhost", site: where, memory: new PageMemory() });
      const isThere = new Promise((resolve) => connection.events.on("session", resolve));
      connection.connect({ kind: "password", password: "secret" });
      await isThere;
      const first = ["Ada", "Bérénice", "Chloé", "Dimitri", "Élodie", "Farid", "Giulia", "Hugo", "Inès", "Jürgen"];
      const last = ["Álvarez", "Bernard", "Chevalier", "Dubois", "Estève", "Fontaine", "García", "Hernández"];
      for (let n = 0; n < count; n += 200)
        await Promise.all(
          Array.from({ length: Math.min(200, count - n) }, (_, i) => {
            const who = n + i;
            const name = `${first[(who * 7) % 10]} ${last[(who * 5) % 8]} ${who}`;
            return connection.iqs.ask("set", rosterChange({ jid: `person${who}@example.org`, name, groups: [`Department ${who % 40}`] }));
          }),
        );
      connection.disconnect();
    },
    [contacts, site],
  );
  await page.close();
}

const middle = (all) => [...all].sort((a, b) => a - b)[all.length >> 1].toFixed(0);

/** From the click, or from the beginning of the page, until people are seen. */
function untilSeen(page, from) {
  return page.evaluate(async (began) => {
    const within = (root, name) => root?.shadowRoot?.querySelector(name);
    for (;;) {
      const chat = document.querySelector("jaseur-chat");
      const list = within(within(within(chat, "jaseur-page"), "jaseur-sidebar"), "jaseur-people");
      if (within(list, "li .row")) break;
      const tab = within(within(within(chat, "jaseur-page"), "jaseur-sidebar"), '[part~="people-tab"]');
      if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
      await new Promise(requestAnimationFrame);
    }
    const tasks = globalThis.tasks.filter(({ startTime }) => startTime >= began);
    return { ms: performance.now() - began, longest: Math.max(0, ...tasks.map(({ duration }) => duration)) };
  }, from);
}

/** Milliseconds of a processor that the page has taken. */
async function taken(devtools) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
}

const figures = { first: [], reload: [] };
const work = [];
const longest = { first: [], reload: [] };
try {
  const began = Date.now();
  await fill();
  console.log(`${contacts} contacts were added in ${Date.now() - began} ms`);
  for (let time = 0; time < times; time++) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 }, locale: "en" });
    await context.addInitScript(() => {
      localStorage.setItem("jaseur:tours", "welcome");
      globalThis.tasks = [];
      new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries())).observe({ type: "longtask" });
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(error));
    const devtools = await context.newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(site);
    await page.locator("input[name=account]").fill("romeo");
    await page.locator("input[name=password]").fill("secret");
    const before = await taken(devtools);
    const clicked = await page.locator("jaseur-sign-in button.first").evaluate((button) => {
      button.click();
      return performance.now();
    });
    const first = await untilSeen(page, clicked);
    work.push((await taken(devtools)) - before);
    figures.first.push(first.ms);
    longest.first.push(first.longest);
    await page.waitForTimeout(2500); // until it is written down
    await page.reload({ waitUntil: "commit" });
    const reload = await untilSeen(page, 0);
    figures.reload.push(reload.ms);
    longest.reload.push(reload.longest);
    if (time === times - 1) {
      await page.waitForTimeout(1500);
      const scrolled = await page.evaluate(async () => {
        const within = (root, name) => root.shadowRoot.querySelector(name);
        const list = within(within(within(document.querySelector("jaseur-chat"), "jaseur-page"), "jaseur-sidebar"), "jaseur-people");
        const frames = 600;
        const began = performance.now();
        let [last, longestMs] = [began, 0];
        for (let frame = 1; frame <= frames; frame++) {
          list.scrollTop = (list.scrollHeight * frame) / frames;
          const now = await new Promise(requestAnimationFrame);
          longestMs = Math.max(longestMs, now - last);
          last = now;
        }
        return { perSecond: (frames * 1000) / (performance.now() - began), longestMs };
      });
      line("the list from end to end", scrolled);
      console.log(`heap: ${(await heapOf(page)).toFixed(1)} MiB`);
    }
    await context.close();
  }
  console.log(`first: ${middle(work)} ms of a processor (${work.map((ms) => ms.toFixed(0)).join(", ")})`);
  for (const what of ["first", "reload"])
    console.log(`${what}: ${middle(figures[what])} ms until people are seen (${figures[what].map((ms) => ms.toFixed(0)).join(", ")}), longest task ${middle(longest[what])} ms`);
} finally {
  await browser.close();
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
  rmSync(directory, { recursive: true, force: true });
}
