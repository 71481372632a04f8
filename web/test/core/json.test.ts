// SPDX-License-Identifier: MIT
//
// JSON in pages whose libraries change it.

import { afterEach, expect, it } from "vitest";

import { jsonOf } from "../../src/core/json.js";

const values: readonly unknown[] = [null, true, 1.5, Number.NaN, "a \"quoted\"\n\u2028 text", [], [1, [undefined, "x"]], {}, { a: undefined, b: [{ c: null }], "d e": "f" }];

afterEach(() => {
  delete (Array.prototype as { toJSON?: unknown }).toJSON;
});

it("is what JSON.stringify makes", () => {
  for (const value of values) expect(jsonOf(value)).toBe(JSON.stringify(value));
});

it("is so whatever arrays become elsewhere", () => {
  const wanted = values.map((value) => JSON.stringify(value));
  Object.defineProperty(Array.prototype, "toJSON", { value: () => "broken", configurable: true });
  const found = values.map((value) => jsonOf(value));
  for (const [i, text] of found.entries()) expect(text === wanted[i]).toBe(true);
});
