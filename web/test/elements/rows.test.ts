// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { rowsOf } from "../../src/elements/log/rows.js";
import type { ChatMessage, Happening } from "../../src/model/types.js";

const message = (time: number): ChatMessage => ({ key: `at ${time}`, with: "ball@rooms.verona", isOwn: false, text: "", time });
const happening = (time: number, text = `${time}`): Happening => ({ room: "ball@rooms.verona", what: "named", nick: "", isOwn: false, by: "", time, text });
const tell = (some: readonly Happening[]): string => some.map(({ text }) => text).join("+");

function shown(times: readonly number[], happened: readonly Happening[], { isComplete = false, isAway = false } = {}): (string | number)[] {
  const rows = rowsOf({ messages: times.map(message), isComplete, isAway }, happened, tell);
  return rows.map((row) => ("happened" in row ? row.happened : row.time));
}

it("what happened is between messages, together, and nowhere when there is nothing to tell", () => {
  const happened = [2, 3, 5, 6, 8].map((time) => happening(time));
  expect(shown([1, 4, 7], happened)).toEqual([1, "2+3", 4, "5+6", 7, "8"]);
  expect(shown([1, 4], [happening(2, "")])).toEqual([1, 4]);
  expect(shown([], [happening(2)])).toEqual(["2"]);
});

it("what happened where nothing was read yet is left out", () => {
  const happened = [2, 6, 9].map((time) => happening(time));
  expect(shown([4, 7], happened)).toEqual([4, "6", 7, "9"]);
  expect(shown([4, 7], happened, { isComplete: true })).toEqual(["2", 4, "6", 7, "9"]);
  expect(shown([4, 7], happened, { isAway: true })).toEqual([4, "6", 7]);
});

it("a day has its own", () => {
  const [evening, night] = [new Date(2026, 10, 29, 23, 59).getTime(), new Date(2026, 10, 30, 0, 1).getTime()];
  expect(shown([1], [happening(evening, "a"), happening(night, "b")])).toEqual([1, "a", "b"]);
});

it("the same list stands for messages among which nothing happened", () => {
  const messages = [message(1), message(2)];
  expect(rowsOf({ messages, isComplete: true, isAway: false }, [], tell)).toBe(messages);
});
