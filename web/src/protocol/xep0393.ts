// SPDX-License-Identifier: MIT
//
// Styles within a text: XEP-0393 1.1.1. First blocks (section 5.1), then spans (section 5.2); what
// fits no rule is a plain text. Time and depth are bounded whatever the text is.

export const NS_STYLING = "urn:xmpp:styling:0";

export type Style = "strong" | "emphasis" | "strike" | "code";

/** A span is shown between its directives, or without them. */
export type Span = string | { readonly style: Style; readonly directive: string; readonly spans: readonly Span[] };

export type Block =
  | { readonly kind: "line"; readonly spans: readonly Span[] }
  /** note: what is behind the first directive: the language, perhaps */
  | { readonly kind: "code"; readonly note: string; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] };

/** UTF-16 units, and lines: longer texts are shown as they are. */
export const STYLED_MAX = { units: 20_000, lines: 1000, depth: 8 } as const;

const STYLES: Readonly<Record<string, Style>> = { "*": "strong", _: "emphasis", "~": "strike", "`": "code" };
const SPACE = /[\s\p{Z}]/u;

function isSpace(c: string | undefined): boolean {
  return c === undefined || SPACE.test(c);
}

/**
 * The spans of a line. The first directive that can close a span does, so none of its kind can
 * begin within it, and four kinds bound the depth. Spans begin where a text does, also that of
 * another span, or behind a space.
 */
export function readSpans(line: string): Span[] {
  const spans: Span[] = [];
  const hopeless = new Set<string>(); // nothing further on closes these
  let plainFrom = 0;
  let i = 0;
  const plain = (until: number): void => {
    if (until > plainFrom) spans.push(line.slice(plainFrom, until));
  };
  // What can close begins at i + 2: a span has some text.
  const closing = (directive: string): number => {
    for (let j = line.indexOf(directive, i + 2); j >= 0; j = line.indexOf(directive, j + 1)) if (!isSpace(line[j - 1])) return j;
    hopeless.add(directive);
    return -1;
  };
  while (i < line.length) {
    const directive = line[i] ?? "";
    const style = STYLES[directive];
    if (!style || !isSpace(line[i - 1]) || isSpace(line[i + 1]) || hopeless.has(directive)) {
      i++;
      continue;
    }
    if (line[i + 1] === directive) {
      i += 2; // no text between them: neither is valid
      continue;
    }
    const end = closing(directive);
    if (end < 0) {
      i++;
      continue;
    }
    plain(i);
    const inner = line.slice(i + 1, end);
    spans.push({ style, directive, spans: style === "code" ? [inner] : readSpans(inner) });
    i = end + 1;
    plainFrom = i;
  }
  plain(line.length);
  return spans;
}

function readBlocks(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i] ?? "";
    if (line.startsWith("```")) {
      const end = lines.indexOf("```", i + 1);
      const until = end < 0 ? lines.length : end;
      blocks.push({ kind: "code", note: line.slice(3).trim(), text: lines.slice(i + 1, until).join("\n") });
      i = until + 1;
    } else if (line.startsWith(">") && depth < STYLED_MAX.depth) {
      let until = i;
      while (lines[until]?.startsWith(">")) until++;
      const quoted = lines.slice(i, until).map((one) => one.slice(isSpace(one[1]) ? 2 : 1));
      blocks.push({ kind: "quote", blocks: readBlocks(quoted, depth + 1) });
      i = until;
    } else {
      blocks.push({ kind: "line", spans: readSpans(line) });
      i++;
    }
  }
  return blocks;
}

export function readStyled(text: string): Block[] {
  const lines = text.length > STYLED_MAX.units ? [] : text.split("\n");
  if (lines.length === 0 || lines.length > STYLED_MAX.lines) return [{ kind: "line", spans: [text] }];
  return readBlocks(lines, 0);
}

/** The text without what only says how it looks. */
export function unstyled(text: string): string {
  const spanned = (spans: readonly Span[]): string => spans.map((one) => (typeof one === "string" ? one : spanned(one.spans))).join("");
  const lines = (blocks: readonly Block[]): string =>
    blocks.map((block) => (block.kind === "line" ? spanned(block.spans) : block.kind === "code" ? block.text : lines(block.blocks))).join("\n");
  return lines(readStyled(text));
}
