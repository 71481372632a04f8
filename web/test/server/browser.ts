// SPDX-License-Identifier: MIT
//
// Chromium, for tests with the real page: contexts, pages whose errors are kept, signing in, and
// looking: a picture in build-logs/web/, and what axe says about it.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { chromium, type Browser, type BrowserContext, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";

const PICTURES = fileURLToPath(new URL("../../../build-logs/web/", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** What the pages' consoles said, warnings and errors. */
export const errors: string[] = [];

/** more: arguments of Chromium's */
export function launch(...more: string[]): Promise<Browser> {
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    // A worker's script is not among what a context forgives a certificate for. Root has no sandbox; the rest keeps it from asking the world for things.
    args: ["--ignore-certificate-errors", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
  });
}

/** Without motion: what fades in has no contrast yet. Of somebody who has been shown around. */
export async function openContext(browser: Browser, language = "en", colorScheme: "light" | "dark" = "light"): Promise<BrowserContext> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: language, colorScheme, reducedMotion: "reduce", viewport: DESKTOP });
  // Of the page itself: frames of others may have no storage.
  await context.addInitScript(() => (window === top ? localStorage.setItem("jaseur:tours", "welcome") : undefined));
  return context;
}

export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") errors.push(line.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(url);
  return page;
}

export async function signIn(page: Page, user: string, password = `secret of ${user}`): Promise<void> {
  await page.locator("input[name=account]").fill(user);
  await page.locator("input[name=password]").fill(password);
  await page.locator("jaseur-sign-in button.first").click();
}

export function picture(page: Page, name: string): Promise<Buffer> {
  return page.screenshot({ path: `${PICTURES}${name}.png` });
}

/** Takes a picture, and lets axe look. */
export async function look(page: Page, name: string): Promise<void> {
  await picture(page, name);
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe: auditor } = globalThis as unknown as { axe: typeof import("axe-core") };
    return (await auditor.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
  expect(found).toEqual([]);
}

/** The text of a message. */
export function said(page: Page, text: string): Locator {
  return page.locator("article p", { hasText: text });
}
