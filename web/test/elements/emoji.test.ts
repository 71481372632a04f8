// SPDX-License-Identifier: MIT
//
// Emoji: what is found, what tones of skin make of them, what is remembered.

import enData from "emojibase-data/en/data.json";
import { beforeAll, describe, expect, it } from "vitest";

import { PageMemory } from "../../src/core/memory.js";
import { TONES, findEmoji, loadEmoji, toned, type EmojiEntry } from "../../src/elements/emoji/data.js";
import { RecentEmoji } from "../../src/elements/emoji/recent.js";

describe("search", () => {
  let en: readonly EmojiEntry[];
  let fr: readonly EmojiEntry[];
  beforeAll(async () => {
    [en, fr] = await Promise.all([loadEmoji("en-GB"), loadEmoji("fr")]);
  });

  const first = (all: readonly EmojiEntry[], typed: string): string | undefined => findEmoji(all, typed)[0]?.emoji;

  it("is by the beginnings of words, in the reader's language", () => {
    expect(first(en, "thumbs u")).toBe("👍️");
    expect(findEmoji(en, "birthday").map(({ emoji }) => emoji)).toContain("🎂");
    expect(findEmoji(fr, "cœur rouge").map(({ emoji }) => emoji)).toContain("❤️");
    expect(first(fr, "chat")).toMatch(/🐈|😺|🐱/u);
  });

  it("knows no accents and no case, and finds what is pasted", () => {
    expect(first(fr, "ETOILE")).toBe(first(fr, "étoile"));
    expect(first(en, "🎂")).toBe("🎂");
    expect(findEmoji(en, "xyzzy")).toEqual([]);
    expect(findEmoji(en, "☎☎☎☎")).toEqual([]);
  });
});

it("a tone makes one of Unicode's own of every emoji that has tones", () => {
  const wrong = enData.filter(({ skins }) => skins).flatMap(({ emoji, skins }) =>
    TONES.slice(1)
      .map((tone) => toned(emoji, tone))
      .filter((one) => !skins?.some((skin) => skin.emoji === one)),
  );
  expect(wrong).toEqual([]);
  expect(toned("👍️", "")).toBe("👍️");
});

it("what was picked last is first, once, and bounded; what else is in the store does not matter", () => {
  const memory = new PageMemory();
  const recent = new RecentEmoji(memory);
  expect(recent.all).toEqual([]);
  for (const emoji of ["😀", "👋", "😀"]) recent.add(emoji);
  expect(recent.all).toEqual(["😀", "👋"]);
  for (let i = 0; i < 50; i++) recent.add(String.fromCodePoint(0x1f400 + i));
  expect(recent.all.length).toBe(24);
  expect(new RecentEmoji(memory).all).toEqual(recent.all);
  memory.set("recent", `  ${"x".repeat(100)} 😀`);
  memory.set("tone", "red");
  expect([recent.all, recent.tone]).toEqual([["😀"], ""]);
});
