// SPDX-License-Identifier: MIT
//
// Texts that come with what they belong to: with a part that is loaded on demand, or from a
// portal. The texts of the client itself are in texts/.

import type { Words } from "../api/jaseur.js";

export type { Words };

/** language: a tag such as "fr-CA". Without words in it: those of its first part, English, any. */
export function inLanguage(words: Words, language: string): string {
  if (typeof words === "string") return words;
  const tag = language.toLowerCase();
  const known = new Map(Object.entries(words).map(([key, text]) => [key.toLowerCase(), text]));
  return known.get(tag) ?? known.get(tag.split("-")[0] ?? "") ?? known.get("en") ?? [...known.values()][0] ?? "";
}

/** Fills in {name}. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
}
