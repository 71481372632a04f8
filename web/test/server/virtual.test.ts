// SPDX-License-Identifier: MIT
//
// The list of 100,000 rows in Chromium: what is being read stays where it is.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import { errors, launch, look, openContext } from "./browser.js";
import { openHarness } from "./harness.js";
import type { TestList, row } from "./harness/virtual.js";

declare const makeRow: typeof row;

let browser: Browser;
let page: Page;

beforeAll(async () => (browser = await launch()));

afterAll(() => browser.close());

beforeEach(async () => {
  errors.length = 0;
  page = await openHarness(await openContext(browser), "virtual");
  await page.getByText("99999.0").waitFor();
  return async () => {
    expect(errors).toEqual([]);
    await page.context().close();
  };
});

/** Where rows are whose first line is in sight, in pixels from the top. */
async function seen(): Promise<Record<string, number>> {
  await settled();
  return page.evaluate(() => {
    const { list } = document.querySelector("test-list") as TestList;
    const box = list.getBoundingClientRect();
    const found: Record<string, number> = {};
    for (const article of list.querySelectorAll("article")) {
      const { top, bottom } = article.getBoundingClientRect();
      if (bottom > box.top && top < box.bottom) found[article.getAttribute("aria-label") ?? ""] = Math.round(top);
    }
    return found;
  });
}

/** Nothing has moved or been drawn for some frames. */
function settled(): Promise<void> {
  return page.evaluate(async () => {
    const element = document.querySelector("test-list") as TestList;
    const state = (): string => `${element.list.scrollTop} ${element.list.scrollHeight} ${element.drawn}`;
    for (let calm = 0, before = ""; calm < 20; calm = state() === before ? calm + 1 : 0) {
      before = state();
      await new Promise(requestAnimationFrame);
    }
  });
}

function change(how: "append" | "prepend" | "trim", count: number): Promise<void> {
  return page.evaluate(
    ([kind, n]) => {
      const element = document.querySelector("test-list") as TestList;
      const { length } = element.rows;
      if (kind === "trim") element.rows = element.rows.slice(n);
      else if (kind === "append") element.rows = [...element.rows, ...Array.from({ length: n }, (_, i) => makeRow(length + i))];
      else element.rows = [...Array.from({ length: n }, (_, i) => makeRow(1e6 + i)), ...element.rows];
    },
    [how, count] as const,
  );
}

const wheel = async (y: number): Promise<void> => {
  await page.mouse.move(300, 300);
  await page.mouse.wheel(0, y);
};

it("begins at the end and stays there, whatever is added or changes its size", async () => {
  const isAtEnd = async (last: string): Promise<void> => {
    const rows = await seen();
    expect(Object.keys(rows).at(-1)).toBe(last);
    const gap = await page.evaluate(() => {
      const { list } = document.querySelector("test-list") as TestList;
      return list.scrollHeight - list.clientHeight - list.scrollTop;
    });
    expect(gap).toBeLessThan(2);
  };
  await isAtEnd("row 99999");
  await change("append", 3);
  await isAtEnd("row 100002");
  await change("prepend", 1000);
  await isAtEnd("row 100002");
  await change("trim", 50_000);
  await isAtEnd("row 100002");
  await page.setViewportSize({ width: 500, height: 300 });
  await isAtEnd("row 100002");
  expect(await page.locator("article").count()).toBeLessThan(150);
  await look(page, "virtual");
});

it("stays at the end when rows are lower than was guessed, one after the other", async () => {
  const last = await page.evaluate(async () => {
    const element = document.querySelector("test-list") as TestList;
    element.guessed = 900;
    for (let i = 0; i < 12; i++) {
      element.rows = [...element.rows, makeRow(element.rows.length)];
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    }
    return element.rows.at(-1)?.key;
  });
  expect(Object.keys(await seen()).at(-1)).toBe(last);
  expect(await page.evaluate(() => (document.querySelector("test-list") as TestList).told)).not.toContain("left end");
});

it("leaves nothing behind of rows that are no elements any more", async () => {
  const [elements, nodes] = await page.evaluate(async () => {
    const element = document.querySelector("test-list") as TestList;
    for (let i = 0; i < 30; i++) {
      element.rows = [...element.rows, ...Array.from({ length: 20 }, (_, n) => makeRow(element.rows.length + n))];
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    }
    const rows = element.list.querySelector(".virtual-rows") as HTMLElement;
    return [rows.children.length, rows.childNodes.length];
  });
  // Of each row the element and the comments of Lit on both sides.
  expect(nodes).toBeLessThan(4 * elements);
});

it("moves nothing that is being read when rows come above or below, or go", async () => {
  await wheel(-5000);
  const before = await seen();
  expect(Object.keys(before).length).toBeGreaterThan(2);
  await change("append", 10);
  expect(await seen()).toEqual(before);
  await change("prepend", 777);
  expect(await seen()).toEqual(before);
  await change("trim", 40_000);
  expect(await seen()).toEqual(before);
  expect(await page.evaluate(() => (document.querySelector("test-list") as TestList).told.filter((one) => one.includes("end")))).toContain("left end");
});

it("scrolls up as far as somebody scrolls, however rows were guessed", async () => {
  for (let i = 0; i < 5; i++) {
    const before = await seen();
    await wheel(-400);
    const after = await seen();
    const moved = Object.entries(before).flatMap(([key, top]) => (after[key] === undefined ? [] : after[key] - top));
    expect(new Set(moved)).toEqual(new Set([400]));
  }
});

it("jumps to a row, and to the beginning without a gap", async () => {
  await page.evaluate(() => (document.querySelector("test-list") as TestList).list.scrollToRow("row 51234"));
  const rows = await seen();
  const top = rows["row 51234"] ?? 0;
  expect(top).toBeGreaterThan(150);
  expect(top).toBeLessThan(500);
  await page.evaluate(() => ((document.querySelector("test-list") as TestList).list.scrollTop = 0));
  expect(Object.entries(await seen())[0]).toEqual(["row 0", 3]);
  expect(await page.evaluate(() => (document.querySelector("test-list") as TestList).told)).toContain("near start");
  await page.evaluate(() => (document.querySelector("test-list") as TestList).list.scrollToEnd());
  expect(Object.keys(await seen()).at(-1)).toBe("row 99999");
});

it("jumps to a row and gives it the focus", async () => {
  await page.evaluate(() => {
    const element = document.querySelector("test-list") as TestList;
    element.rows = element.rows.slice(0, 300);
  });
  await settled();
  await page.mouse.click(900, 5);
  for (const key of ["row 20", "row 250", "row 3"]) {
    expect(await page.evaluate((wanted) => (document.querySelector("test-list") as TestList).list.focusRow(wanted), key)).toBe(true);
    expect(Object.keys(await seen())).toContain(key);
    expect(await page.evaluate(() => (document.querySelector("test-list") as TestList).shadowRoot?.activeElement?.getAttribute("aria-label"))).toBe(key);
  }
});

it("does not follow the end when it shall not", async () => {
  await page.evaluate(() => ((document.querySelector("test-list") as TestList).sticks = false));
  const before = await seen();
  await change("append", 5);
  expect(await seen()).toEqual(before);
});

it("is walked through by keys, and keeps the focus", async () => {
  await page.keyboard.press("Tab");
  const focused = (): Promise<string | null> =>
    page.evaluate(() => (document.querySelector("test-list") as TestList).shadowRoot?.activeElement?.getAttribute("aria-label") ?? null);
  expect(await focused()).toBe("row 99999");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await settled();
  expect(await focused()).toBe("row 99997");
  await page.keyboard.press("Home");
  await settled();
  expect(await focused()).toBe("row 0");
  expect(await seen()).toHaveProperty("row 0");
  await page.keyboard.press("PageDown");
  await settled();
  expect(Number((await focused())?.slice(4))).toBeGreaterThan(1);
  await page.keyboard.press("End");
  await settled();
  expect(await focused()).toBe("row 99999");
  // Scrolled out of sight, the row is no element any more; the list has the focus.
  await page.evaluate(() => ((document.querySelector("test-list") as TestList).list.scrollTop = 0));
  await settled();
  expect(await focused()).toBe("Rows");
  await page.keyboard.press("ArrowUp");
  await settled();
  expect(await focused()).toMatch(/^row \d$/);
});
