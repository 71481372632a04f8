// SPDX-License-Identifier: MIT
//
// A text with its styles (XEP-0393) and links, as text nodes in elements of ours.

import { html, type TemplateResult } from "lit";

import { readStyled, type Block, type Span } from "../../protocol/xep0393.js";
import { linked } from "./linked.js";

type Piece = string | TemplateResult | readonly Piece[];

function span(one: Span, words: readonly string[]): Piece {
  const within = (spans: readonly Span[]): Piece[] => spans.map((inner) => span(inner, words));
  if (typeof one === "string") return linked(one, words);
  switch (one.style) {
    case "strong":
      return html`<strong>${within(one.spans)}</strong>`;
    case "emphasis":
      return html`<em>${within(one.spans)}</em>`;
    case "strike":
      return html`<s>${within(one.spans)}</s>`;
    case "code":
      // Nothing within it is a link or has a style.
      return html`<code>${one.spans.filter((inner) => typeof inner === "string")}</code>`;
  }
}

/** Lines that follow one another are one paragraph: the direction of its first letter is that of all. */
function blocks(all: readonly Block[], words: readonly string[]): TemplateResult[] {
  const out: TemplateResult[] = [];
  let lines: Piece[] = [];
  const endLines = (): void => {
    if (lines.length) out.push(html`<p dir="auto">${lines}</p>`);
    lines = [];
  };
  for (const block of all) {
    if (block.kind === "line") {
      if (lines.length) lines.push("\n");
      lines.push(block.spans.map((one) => span(one, words)));
      continue;
    }
    endLines();
    out.push(
      block.kind === "code"
        ? html`<pre dir="auto"><code>${block.text}</code></pre>`
        : html`<blockquote>${blocks(block.blocks, words)}</blockquote>`,
    );
  }
  endLines();
  return out;
}

/** words: those that mean the reader */
export function styled(text: string, words: readonly string[] = []): TemplateResult[] {
  return blocks(readStyled(text), words);
}
