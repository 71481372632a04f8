// SPDX-License-Identifier: MIT
//
// The windows of the dock: their order and state, over reloads, and which of them there is room for.

import { describe, expect, it } from "vitest";

import { PageMemory } from "../../src/core/memory.js";
import { Windows, fit, type DockWindow } from "../../src/elements/dock/windows.js";

const jids = (all: readonly DockWindow[]): string => all.map(({ jid, isMinimised }) => (isMinimised ? `(${jid})` : jid)).join(" ");

it("windows keep their place and state, also in the next page", () => {
  const memory = new PageMemory();
  const windows = new Windows(memory);
  for (const jid of ["a", "b", "c"]) windows.open(jid);
  expect(jids(windows.all)).toBe("c b a");
  windows.minimise("b");
  windows.open("a");
  expect(jids(windows.all)).toBe("c (b) a");
  windows.open("a", true);
  windows.close("c");
  windows.isFolded = false;
  const next = new Windows(memory);
  expect(jids(next.all)).toBe("a (b)");
  expect(next.isFolded).toBe(false);
  next.open("b");
  next.isFolded = true;
  expect(jids(new Windows(memory).all)).toBe("a b");
  expect(new Windows(memory).isFolded).toBe(true);
  next.minimiseAll();
  expect(jids(next.all)).toBe("(a) (b)");
  for (let i = 0; i < 40; i++) windows.open(`x${i}`);
  expect(windows.all.length).toBe(12);
});

it.each(["", "{", "+", "-", "\n\n", "romeo@verona.example", `+${"x".repeat(5000)}`])("what is no list of windows is none: %s", (kept) => {
  const memory = new PageMemory();
  memory.set("dock-windows", kept);
  expect(new Windows(memory).all).toEqual([]);
});

describe("there is room for", () => {
  const all = ["a", "(b)", "c", "d"].map((one) => ({ jid: one.replace(/[()]/g, ""), isMinimised: one.startsWith("(") }));
  it.each([
    [100, "a (b) c d", ""],
    [40, "a (b) c", "d"],
    [30, "a (b)", "c d"],
    [20, "a", "(b) c d"],
    [5, "a", "(b) c d"],
  ])("%d em: %s", (room, shown, rest) => {
    const found = fit(all, { room, open: 15, minimised: 10 });
    expect([jids(found.shown), jids(found.rest)]).toEqual([shown, rest]);
  });
});
