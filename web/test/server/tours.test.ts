// SPDX-License-Identifier: MIT
//
// Guided tours in Chromium: of elements deep in shadow roots, in a page with styles of its own.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext } from "./browser.js";
import { openHarness } from "./harness.js";

let browser: Browser;

beforeAll(async () => (browser = await launch()));

afterAll(() => browser.close());

interface Hooks {
  start(name: string, language: string): Promise<boolean>;
  isSeen(name: string): boolean;
  names(): Promise<string[]>;
  ended?: Promise<boolean>;
}

function start(page: Page, name: string, language = "en"): Promise<void> {
  return page.evaluate(([tour, tag]) => {
    const hooks = window as unknown as Hooks;
    hooks.ended = hooks.start(tour!, tag!);
  }, [name, language]);
}

const ended = (page: Page): Promise<boolean | undefined> => page.evaluate(() => (window as unknown as Hooks).ended);

it("goes through a portal's tour: its own page, parts within shadow roots, only what is in sight", async () => {
  const page = await openHarness(await openContext(browser), "tours");
  await start(page, "portal");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: "The portal's menu" }).waitFor();
  expect(await dialog.evaluate((one) => getComputedStyle(one.querySelector("h2")!).color)).not.toBe("rgb(255, 0, 0)");
  await look(page, "tour-portal");

  await page.keyboard.press("Enter"); // the button to go on has the focus
  await dialog.getByRole("heading", { name: "Here are people" }).waitFor();
  await dialog.getByText("2 of 3").waitFor();
  await look(page, "tour-part");
  await page.keyboard.press("ArrowLeft");
  await dialog.getByRole("heading", { name: "The portal's menu" }).waitFor();
  await page.keyboard.press("ArrowRight");
  const lit = await page.getByRole("button", { name: "People", includeHidden: true }).boundingBox();
  await dialog.getByRole("heading", { name: "Here are people" }).waitFor();
  // The person presses what the step is about.
  await page.mouse.click(lit!.x + lit!.width / 2, lit!.y + lit!.height / 2);
  await dialog.getByRole("heading", { name: "The end" }).waitFor();
  await page.getByRole("button", { name: "People, pressed", includeHidden: true }).waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Done" }).click();
  expect(await ended(page)).toBe(true);
  expect(await page.getByRole("dialog").count()).toBe(0);
  // Nothing was left in the page, nor in the element.
  expect(await page.evaluate(() => [document.body.className, document.body.getAttribute("style"), document.querySelectorAll("style").length])).toEqual(["", null, 0]);
  await page.context().close();
});

it("is left by Escape, gives the focus back, and is had only once; on a phone, dark, in French", async () => {
  const page = await openHarness(await openContext(browser, "fr", "dark"), "tours");
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const field = page.getByRole("textbox", { name: "Search" });
  await field.focus();
  expect(await page.evaluate(() => (window as unknown as Hooks).isSeen("people"))).toBe(false);
  await start(page, "people", "fr");
  await page.getByRole("heading", { name: "Personnes" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("heading", { name: "Chercher et ajouter" }).waitFor();
  await look(page, "tour-phone-dark-french");
  // The focus does not leave the dialog.
  for (let i = 0; i < 5; i++) await page.keyboard.press("Tab");
  expect(await field.evaluate((one) => one.matches(":focus"))).toBe(false);
  await page.keyboard.press("Escape");
  expect(await ended(page)).toBe(false);
  expect(await field.evaluate((one) => one.matches(":focus"))).toBe(true);
  expect(await page.evaluate(() => (window as unknown as Hooks).isSeen("people"))).toBe(true);
  expect(await page.evaluate(() => (window as unknown as Hooks).names())).toContain("portal");
  expect(errors).toEqual([]);
  await page.context().close();
});
