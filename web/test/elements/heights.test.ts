// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { Heights } from "../../src/elements/virtual/heights.js";

function some(...heights: number[]): Heights {
  const made = new Heights();
  made.reset(Float64Array.from(heights));
  return made;
}

it("finds rows by height and heights by row", () => {
  const heights = some(10, 20, 0, 30);
  expect([0, 1, 2, 3, 4, 9].map((row) => heights.before(row))).toEqual([0, 10, 30, 30, 60, 60]);
  expect([-5, 0, 9.5, 10, 29, 30, 59, 60, 1e9].map((y) => heights.at(y))).toEqual([0, 0, 0, 1, 1, 3, 3, 3, 3]);
  expect(heights.total).toBe(60);
});

it("has no rows, or one", () => {
  expect([some().total, some().at(5), some(7).at(5), some(7).before(1)]).toEqual([0, 0, 0, 7]);
});

it("agrees with sums however rows change", () => {
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  for (const count of [1, 2, 31, 32, 33, 1000]) {
    const plain = Array.from({ length: count }, () => 1 + next(100));
    const heights = some(...plain);
    for (let i = 0; i < 200; i++) {
      const row = next(count);
      heights.set(row, (plain[row] = 1 + next(100)));
      const until = next(count + 1);
      const sum = plain.slice(0, until).reduce((a, b) => a + b, 0);
      expect(heights.before(until)).toBe(sum);
      if (until < count) expect(heights.at(sum)).toBe(until);
    }
  }
});
