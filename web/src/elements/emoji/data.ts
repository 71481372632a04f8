// SPDX-License-Identifier: MIT
//
// Emoji with their names, in the reader's language where there are any; loaded when somebody
// picks one. Order and groups are Unicode's.

import type { Emoji } from "emojibase";

export interface EmojiEntry {
  readonly emoji: string;
  /** "waving hand" */
  readonly label: string;
  readonly category: Category;
  readonly hasTones: boolean;
  /** Words that it is found by, folded. */
  readonly words: readonly string[];
}

/** In the order of the groups; 2 is of what is no emoji by itself. */
const GROUPS = ["smileys", "gestures", undefined, "animals", "food", "travel", "activities", "objects", "symbols", "flags"] as const;
export type Category = Exclude<(typeof GROUPS)[number], undefined>;
export const CATEGORIES: readonly Category[] = GROUPS.filter((group) => group !== undefined);

/** Unicode's skin tones, light to dark; "" for none. */
export const TONES = ["", "\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"] as const;

const NAMES: Readonly<Record<string, () => Promise<{ default: readonly Emoji[] }>>> = {
  en: () => import("emojibase-data/en/data.json"),
  fr: () => import("emojibase-data/fr/data.json"),
};

/** language: a tag */
export async function loadEmoji(language: string): Promise<readonly EmojiEntry[]> {
  const load = NAMES[language.split("-", 1)[0] ?? ""] ?? NAMES.en;
  const { default: all } = (await load?.()) ?? { default: [] };
  return all.flatMap(({ emoji, label, tags = [], group = 2, skins }) => {
    const category = GROUPS[group];
    const words = [label, ...tags].flatMap((word) => fold(word).split(/[^\p{L}\p{N}]+/u)).filter(Boolean);
    return category ? [{ emoji, label, category, hasTones: skins !== undefined, words }] : [];
  });
}

/** Those of which each word that was typed begins one of the words; the best first. */
export function findEmoji(all: readonly EmojiEntry[], typed: string): EmojiEntry[] {
  const wanted = fold(typed).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (wanted.length === 0) return all.filter(({ emoji }) => emoji === typed.trim());
  const rank = ({ label, words }: EmojiEntry): number => (fold(label).startsWith(wanted.join(" ")) ? 0 : words.includes(wanted[0] ?? "") ? 1 : 2);
  return all
    .filter(({ words }) => wanted.every((one) => words.some((word) => word.startsWith(one))))
    .map((entry, order) => ({ entry, order, rank: rank(entry) }))
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .map(({ entry }) => entry);
}

/** The same with a tone of skin: all people in it get it, two hands that shake between them do not. */
export function toned(emoji: string, tone: string): string {
  return tone ? emoji.replace(/(?<!\u200D(?=\u{1F91D}))\p{Emoji_Modifier_Base}\uFE0F?/gu, (base) => base.replace("\uFE0F", "") + tone) : emoji;
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
