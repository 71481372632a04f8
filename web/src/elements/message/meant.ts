// SPDX-License-Identifier: MIT
//
// The words of a message that mean the reader, which are marked within it: what was said to be of him
// (XEP-0513, XEP-0372), and his name in the room, as words of their own.

import { html, type TemplateResult } from "lit";

import type { ChatMessage, Room } from "../../model/types.js";

const WORDS_MAX = 10;
const MARKS_MAX = 50; // in one piece of text

/** "" is none of them. */
export function wordsFor({ isMention, text, mentions = [] }: ChatMessage, room: Pick<Room, "nick" | "ownId"> | undefined, account: string): string[] {
  if (!isMention || !room) return [];
  const isMine = (one: (typeof mentions)[number]): boolean =>
    one.isEverybody ?? (one.jid === account || (room.ownId !== "" && one.occupantId === room.ownId));
  const said = mentions.filter(isMine).map(({ start = 0, end = 0 }) => text.slice(start, end).trim());
  return [...new Set([...said, `@${room.nick}`, room.nick])].filter((word) => word !== "" && word !== "@").slice(0, WORDS_MAX);
}

/** Longer ones first: "@Ann" is more than "Ann". Undefined without any. */
function patternOf(words: readonly string[]): RegExp | undefined {
  const sorted = [...words].sort((a, b) => b.length - a.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return sorted.length ? new RegExp(`(?<![\\p{L}\\p{N}_])(?:${sorted.join("|")})(?![\\p{L}\\p{N}_])`, "giu") : undefined;
}

export function meant(text: string, words: readonly string[]): (string | TemplateResult)[] {
  const pattern = patternOf(words);
  if (!pattern) return [text];
  const out: (string | TemplateResult)[] = [];
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    if (out.length >= 2 * MARKS_MAX) break;
    out.push(text.slice(at, found.index), html`<mark>${found[0]}</mark>`);
    at = found.index + found[0].length;
  }
  out.push(text.slice(at));
  return out;
}
