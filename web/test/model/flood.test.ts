// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { Flood } from "../../src/model/calls/flood.js";

it("who calls again and again is not heard for a minute, and others are", () => {
  const flood = new Flood();
  for (let i = 0; i < 5; i++) expect(flood.isTooMuch("tybalt@localhost", i)).toBe(false);
  for (let i = 0; i < 1000; i++) expect(flood.isTooMuch("tybalt@localhost", 5)).toBe(true);
  expect(flood.isTooMuch("nurse@localhost", 5)).toBe(false);
  expect(flood.isTooMuch("tybalt@localhost", 60_001)).toBe(false);
});

it("many who call once each are not all heard", () => {
  const flood = new Flood();
  const heard = Array.from({ length: 1000 }, (_, i) => flood.isTooMuch(`${i}@localhost`, 0)).filter((isTooMuch) => !isTooMuch);
  expect(heard.length).toBe(30);
});
