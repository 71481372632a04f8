// SPDX-License-Identifier: MIT
//
// Which words of a message mean the reader, and that nothing else is marked.

import { expect, it } from "vitest";

import { meant, wordsFor } from "../../src/elements/message/meant.js";
import type { ChatMessage } from "../../src/model/types.js";

const ROOM = { nick: "Ann", ownId: "o1" };
const message = (text: string, more: Partial<ChatMessage> = {}): ChatMessage => ({ key: "1", with: "r@x", isOwn: false, text, time: 1, isMention: true, ...more });
const drawn = (text: string, words: readonly string[]): string =>
  meant(text, words).map((piece) => (typeof piece === "string" ? piece : `[${String(piece.values[0])}]`)).join("");
const marked = (one: ChatMessage): string => drawn(one.text, wordsFor(one, ROOM, "ann@x"));

it.each([
  ["Ann, are you there?", "[Ann], are you there?"],
  ["@ann: @Anna and Joann are", "[@ann]: @Anna and Joann are"],
  ["nobody", "nobody"],
])("the own name: %s", (text, wanted) => expect(marked(message(text))).toBe(wanted));

it("what was said to mean the reader, by address, by id, and as one of all", () => {
  const mentions = [{ start: 0, end: 5, jid: "ann@x" }, { start: 10, end: 14, jid: "bob@x" }, { start: 19, end: 22, occupantId: "o1" }, { start: 24, end: 28, isEverybody: true as const }];
  expect(marked(message("@Anny and @Bob and me, @all", { mentions: mentions.slice(0, 2) }))).toBe("[@Anny] and @Bob and me, @all");
  expect(marked(message("@Anny and @Bob and you, @all", { mentions }))).toBe("[@Anny] and @Bob and [you], [@all]");
});

it("nothing where nobody is meant, and in no end of marks", () => {
  expect(marked(message("Ann", { isMention: undefined as never }))).toBe("Ann");
  expect(wordsFor(message("Ann"), undefined, "ann@x")).toEqual([]);
  expect(wordsFor(message("x", { mentions: [{ jid: "ann@x" }] }), { nick: "", ownId: "" }, "ann@x")).toEqual([]);
  expect(drawn("Ann ".repeat(1000), ["Ann"]).match(/\[/g)).toHaveLength(50);
  expect(drawn("a.b (x) a+b", ["a.b", "(x)", "a+b"])).toBe("[a.b] [(x)] [a+b]");
});
