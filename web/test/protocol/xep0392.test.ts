// SPDX-License-Identifier: MIT
//
// Colours: the vectors of XEP-0392 section 12.1, SHA-1 as the browser has it, and that letters of any
// hue can be read on every ground of a message.

import { expect, it } from "vitest";

import { sha1 } from "../../src/core/sha1.js";
import { LETTERS } from "../../src/elements/paint.js";
import { hueOf, rgbOf } from "../../src/protocol/xep0392.js";

it.each([
  ["Romeo", 327.255249, 0.865, 0, 0.686],
  ["juliet@capulet.lit", 209.4104, 0, 0.515, 0.573],
  ["😺", 331.199341, 0.872, 0, 0.659],
  ["council", 359.994507, 0.918, 0, 0.394],
  ["Board", 171.430664, 0, 0.527, 0.457],
])("%s has its colour", (text, hue, red, green, blue) => {
  expect(hueOf(text)).toBeCloseTo(hue, 5);
  for (const [i, part] of rgbOf(hueOf(text), 100, 50).entries()) expect(part).toBeCloseTo([red, green, blue][i] ?? -1, 3);
});

it("makes the digests that the browser makes, of texts of any length", async () => {
  for (let length = 0; length < 200; length++) {
    const text = "é".repeat(length % 7) + "a".repeat(length);
    const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
    expect(sha1(text)).toEqual(new Uint8Array(digest));
  }
});

/** WCAG 2.2, relative luminance. */
function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const parsed = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);

/** Of elements/style.ts: --card, --own, --chosen; and with 7 % of the ink, as what is answered is shown. */
const GROUNDS = {
  light: { ink: "#23201d", grounds: ["#ffffff", "#f6ddd4", "#f3e4dd"] },
  dark: { ink: "#f3efe9", grounds: ["#24211e", "#54291d", "#382722"] },
} as const;

it.each(["light", "dark"] as const)("letters of any hue have a contrast of 4.5:1 (%s)", (scheme) => {
  const { ink, grounds } = GROUNDS[scheme];
  for (const hex of grounds)
    for (const share of [0, 0.07]) {
      const ground = luminance(parsed(hex).map((part, i) => part * (1 - share) + (parsed(ink)[i] ?? 0) * share));
      for (let hue = 0; hue < 360; hue++) {
        const letters = luminance(rgbOf(hue, 85, LETTERS[scheme]));
        expect((Math.max(letters, ground) + 0.05) / (Math.min(letters, ground) + 0.05)).toBeGreaterThanOrEqual(4.5);
      }
    }
});
