// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { placeCard } from "../../src/elements/tours/place_card.js";

const view = { width: 1000, height: 800 };
const card = { width: 300, height: 200 };
const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });

it.each([
  ["below", box(400, 100, 100, 50), { left: 300, top: 166 }],
  ["above what stands low", box(400, 700, 100, 50), { left: 300, top: 484 }],
  ["right of what is high", box(20, 0, 100, 800), { left: 136, top: 300 }],
  ["left of it, without room there", box(900, 0, 100, 800), { left: 584, top: 300 }],
  ["within the edges", box(0, 100, 20, 20), { left: 12, top: 136 }],
  ["over the lower end of what fills the view", box(0, 0, 1000, 790), { left: 350, top: 588 }],
  ["over the upper end of what reaches below it", box(0, 20, 1000, 800), { left: 350, top: 12 }],
])("puts a card %s", (_, target, found) => expect(placeCard(target, card, view)).toEqual(found));

it("puts it in the middle without a target", () => expect(placeCard(undefined, card, view)).toEqual({ left: 350, top: 300 }));
