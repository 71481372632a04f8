// SPDX-License-Identifier: MIT
//
// What floats is beside its anchor, and in the window.

import { expect, it } from "vitest";

import { place, type Box, type Wish } from "../../src/elements/popover/place.js";

const view = { width: 400, height: 300 };
const button = (left: number, top: number): Box => ({ left, top, width: 40, height: 30 });
const size = (width: number, height: number): Pick<Box, "width" | "height"> => ({ width, height });

it.each<[string, Box, Pick<Box, "width" | "height">, Wish, number, number]>([
  ["below, at the left edge", button(100, 50), size(120, 80), { side: "below", edge: "left" }, 100, 84],
  ["at the right edge", button(200, 50), size(120, 80), { side: "below", edge: "right" }, 120, 84],
  ["in the middle", button(200, 50), size(120, 80), { side: "below", edge: "middle" }, 160, 84],
  ["above", button(100, 200), size(120, 80), { side: "above", edge: "left" }, 100, 116],
  ["above, as there is no room below", button(100, 250), size(120, 80), { side: "below", edge: "left" }, 100, 166],
  ["below, as there is no room above", button(100, 20), size(120, 80), { side: "above", edge: "left" }, 100, 54],
  ["moved in from the right", button(350, 50), size(120, 80), { side: "below", edge: "left" }, 272, 84],
  ["moved in from the left", button(10, 50), size(120, 80), { side: "below", edge: "right" }, 8, 84],
])("%s", (_name, anchor, floating, wish, left, top) => {
  expect(place(anchor, floating, view, wish)).toMatchObject({ left, top });
});

it("what is too high for either side gets the larger one, and its height", () => {
  expect(place(button(0, 200), size(100, 900), view, { side: "below", edge: "left" })).toEqual({ left: 8, top: 8, maxHeight: 188 });
  expect(place(button(0, 50), size(100, 900), view, { side: "above", edge: "left" })).toEqual({ left: 8, top: 84, maxHeight: 208 });
});
