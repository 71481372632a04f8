// SPDX-License-Identifier: MIT
//
// The colours of somebody (XEP-0392): --tint, a ground for dark letters, and --author, letters that can
// be read on all grounds of messages. Pages that want no colours set --jaseur-author and --jaseur-tint.

import { ref } from "lit/directives/ref.js";
import type { DirectiveResult } from "lit/directive.js";

import { colorOf } from "../protocol/xep0392.js";

/** Lightness: of letters by day and by night, and of a ground. */
export const LETTERS = { light: 38, dark: 78 } as const;
const TINT = 86;
const SATURATION = { letters: 85, tint: 45 } as const;
const KEPT_MAX = 2000;

interface Colors {
  readonly tint: string;
  readonly author: string;
}

const kept = new Map<string, Colors>();

function colorsOf(id: string): Colors {
  const known = kept.get(id);
  if (known) return known;
  if (kept.size >= KEPT_MAX) kept.clear();
  const letters = (lightness: number): string => colorOf(id, SATURATION.letters, lightness);
  const made = { tint: colorOf(id, SATURATION.tint, TINT), author: `light-dark(${letters(LETTERS.light)}, ${letters(LETTERS.dark)})` };
  kept.set(id, made);
  return made;
}

/** In a tag. By the object model: the site's policy allows no style attributes. id: an address or a nickname */
export function paint(id: string): DirectiveResult {
  return ref((el?: Element) => {
    if (!el) return;
    const { tint, author } = colorsOf(id);
    (el as HTMLElement).style.setProperty("--tint", tint);
    (el as HTMLElement).style.setProperty("--author", author);
  });
}
