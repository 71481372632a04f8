// SPDX-License-Identifier: MIT
//
// The text of a message, whatever it is: giant ones are folded, a few emoji alone are large, and
// "/me" is what somebody does.

import { html, type TemplateResult } from "lit";

import type { ChatMessage } from "../../model/types.js";
import { actionIn } from "../../protocol/xep0245.js";
import type { Texts } from "../texts/texts.js";
import { linked } from "./linked.js";
import { styled } from "./styled.js";

const FOLDED = { units: 2000, lines: 30 } as const;
const LARGE_MAX = 6; // emoji
const LARGE_UNITS_MAX = 80;

/** Of a sequence that is one emoji, or what belongs to one. */
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[#*0-9]\uFE0F?\u20E3|[\p{Emoji_Modifier}\uFE0F\u200D\u{E0020}-\u{E007F}]|\s)+$/u;

export function isEmojiOnly(text: string): boolean {
  if (text.length > LARGE_UNITS_MAX || !EMOJI.test(text) || !/[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3]/u.test(text)) return false;
  const parts = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)];
  return parts.filter(({ segment }) => segment.trim()).length <= LARGE_MAX;
}

/** The beginning of a text that is too long to be shown at once; undefined when it is not. */
export function beginningOf(text: string): string | undefined {
  let end = text.length > FOLDED.units ? FOLDED.units : -1;
  let line = -1;
  for (let lines = 0; lines < FOLDED.lines; lines++) {
    line = text.indexOf("\n", line + 1);
    if (line < 0) break;
  }
  if (line >= 0) end = end < 0 ? line : Math.min(end, line);
  if (end < 0) return undefined;
  const code = text.charCodeAt(end - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? end - 1 : end); // not half a character
}

export interface Body {
  readonly message: ChatMessage;
  /** The name of whoever says what he does. */
  readonly doer: string;
  /** All of a giant text. */
  readonly isUnfolded: boolean;
  /** Those that mean the reader. */
  readonly words: readonly string[];
}

export function body({ message, doer, isUnfolded, words }: Body, texts: Texts): TemplateResult {
  const action = actionIn(message.text);
  const all = action ?? message.text;
  const beginning = isUnfolded ? undefined : beginningOf(all);
  const text = beginning ?? all;
  const more =
    beginning === undefined
      ? ""
      : html`<button class="all" data-do="unfold" tabindex="-1">${texts.of("showAll", { count: texts.number(all.length) })}</button>`;
  if (action !== undefined) return html`<p class="action" dir="auto"><bdi>${doer}</bdi> ${linked(text, words)}</p>${more}`;
  if (isEmojiOnly(text)) return html`<p class="large">${text}</p>`;
  return html`${message.isUnstyled ? html`<p dir="auto">${linked(text, words)}</p>` : styled(text, words)}${more}`;
}
