// SPDX-License-Identifier: MIT
//
// A piece of a text around the words that were looked for, with those marked.

import { html, type TemplateResult } from "lit";

const BEFORE = 40; // UTF-16 units before the first of them
const PIECE_MAX = 180;

function fold(text: string): string {
  return text.toLocaleLowerCase();
}

/** Where words stand, in their order. Of a text that is another length in small letters, nothing is marked. */
function placesOf(text: string, words: string): { start: number; end: number }[] {
  const folded = fold(text);
  const wanted = fold(words).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (folded.length !== text.length) return [];
  const places: { start: number; end: number }[] = [];
  for (const word of new Set(wanted))
    for (let start = folded.indexOf(word); start >= 0; start = folded.indexOf(word, start + word.length)) {
      // As the server does: from the beginning of a word.
      if (!/[\p{L}\p{N}]/u.test(folded[start - 1] ?? "")) places.push({ start, end: start + word.length });
    }
  return places.sort((a, b) => a.start - b.start || b.end - a.end);
}

export function marked(text: string, words: string): (string | TemplateResult)[] {
  const places = placesOf(text, words);
  const from = Math.max(0, (places[0]?.start ?? 0) - BEFORE);
  const to = Math.min(text.length, from + PIECE_MAX);
  const out: (string | TemplateResult)[] = from > 0 ? ["…"] : [];
  let at = from;
  for (const { start, end } of places) {
    if (start < at || end > to) continue;
    out.push(text.slice(at, start), html`<mark>${text.slice(start, end)}</mark>`);
    at = end;
  }
  out.push(text.slice(at, to), to < text.length ? "…" : "");
  return out;
}
