// SPDX-License-Identifier: MIT
//
// The client's own tours, in the client: every step of each is shown, with what it is about in sight, in the page and
// on a phone, in English and French.

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { clientTours } from "../../src/elements/tours/client_tours.js";
import type { Tour } from "../../src/elements/tours/tour.js";
import { PHONE, errors, launch, openContext, openPage, picture, signIn } from "./browser.js";
import { Server } from "./server.js";

/** Of what is not in the list, but in a conversation. */
const IN_CONVERSATION = ["composer", "log", "attach"];

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(errors.splice(0)).toEqual([]);
});

async function openConversation(page: Page): Promise<void> {
  await page.getByRole("tab", { name: /People|Personnes/ }).click();
  await page.locator("jaseur-people").getByRole("button", { name: "juliet" }).first().click();
  await page.locator("jaseur-composer textarea").waitFor();
}

/** Goes through a tour, of which these steps are to be seen. */
async function walk(page: Page, { name }: Tour, steps: Tour["steps"], language: "en" | "fr"): Promise<void> {
  await page.evaluate((tour) => {
    (window as unknown as { ended: Promise<boolean> }).ended = jaseur.api.startTour(tour);
  }, name);
  const dialog = page.getByRole("dialog");
  const light = dialog.locator(".light");
  const { width, height } = page.viewportSize()!;
  for (const { title, text, part } of steps) {
    const [heading, words] = [title, text].map((said) => (typeof said === "string" ? said : said[language]));
    await dialog.getByRole("heading", { name: heading!, exact: true }).waitFor();
    await dialog.getByText(words!, { exact: true }).waitFor();
    if (part === undefined) await light.and(page.locator(".none")).waitFor({ state: "attached" });
    else
      await expect
        .poll(async () => {
          const box = await light.boundingBox();
          return box && box.width > 24 && box.height > 24 && box.x < width && box.y < height && box.x + box.width > 0 && box.y + box.height > 0;
        }, { message: `what ${heading} is about is in sight`, timeout: 30_000 })
        .toBe(true);
    const card = await dialog.locator("section").boundingBox();
    expect(card!.x).toBeGreaterThanOrEqual(0);
    expect(card!.x + card!.width).toBeLessThanOrEqual(width);
    await page.keyboard.press("ArrowRight");
  }
  expect(await page.evaluate(() => (window as unknown as { ended: Promise<boolean> }).ended)).toBe(true);
  await dialog.waitFor({ state: "detached" });
}

describe.each(["en", "fr"] as const)("in %s", (language) => {
  async function signedIn(): Promise<Page> {
    const page = await openPage(await openContext(browser, language), server.site);
    await signIn(page, "romeo");
    await page.getByRole("tab", { name: /People|Personnes/ }).waitFor();
    return page;
  }

  it("every step of every tour is shown, beside a conversation", async () => {
    const page = await signedIn();
    await openConversation(page);
    for (const tour of clientTours) await walk(page, tour, tour.steps, language);
    await picture(page, `toured-${language}`);
  });

  it("and on a phone, where either the list or a conversation is in sight", async () => {
    const page = await signedIn();
    await page.setViewportSize(PHONE);
    const isInConversation = ({ part }: Tour["steps"][number]): boolean => IN_CONVERSATION.includes(part ?? "");
    for (const tour of clientTours) await walk(page, tour, tour.steps.filter((step) => !isInConversation(step)), language);
    await openConversation(page);
    for (const tour of clientTours.filter(({ steps }) => steps.some(isInConversation)))
      await walk(page, tour, tour.steps.filter((step) => step.part === undefined || isInConversation(step)), language);
    await picture(page, `toured-phone-${language}`);
  });
});
