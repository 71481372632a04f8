// SPDX-License-Identifier: MIT
//
// Styles within texts: the examples of XEP-0393 sections 5.1 and 5.2, and what holds for any text.

import { describe, expect, it } from "vitest";

import { readSpans, readStyled, STYLED_MAX, unstyled, type Block, type Span } from "../../src/protocol/xep0393.js";

/** <strong> as [strong ...]: short to compare. */
function drawn(spans: readonly Span[]): string {
  return spans.map((span) => (typeof span === "string" ? span : `[${span.style} ${drawn(span.spans)}]`)).join("");
}

function source(spans: readonly Span[]): string {
  return spans.map((span) => (typeof span === "string" ? span : span.directive + source(span.spans) + span.directive)).join("");
}

describe("spans (section 5.2)", () => {
  it.each([
    ["plain span", "plain span"],
    ["*strong span*", "[strong strong span]"],
    ["plain _emphasis_ plain", "plain [emphasis emphasis] plain"],
    ["`pre` plain *strong*", "[code pre] plain [strong strong]"],
    ["*strong*plain*", "[strong strong]plain*"],
    ["* plain *strong*", "* plain [strong strong]"],
    ["not strong*", "not strong*"],
    ["*not strong", "*not strong"],
    ["*not *strong", "*not *strong"],
    ["**", "**"],
    ["***", "***"],
    ["****", "****"],
    ["Everyone ~dis~likes cake.", "Everyone [strike dis]likes cake."],
    ["This is `*monospace*`", "This is [code *monospace*]"],
    ["This is *`monospace and bold`*", "This is [strong [code monospace and bold]]"],
    ["*_~all~_*", "[strong [emphasis [strike all]]]"],
    ["a*b*c snake_case_name", "a*b*c snake_case_name"],
    ["*a* *b*", "[strong a] [strong b]"],
    ["", ""],
  ])("%s", (line, expected) => expect(drawn(readSpans(line))).toBe(expected));
});

describe("blocks (section 5.1)", () => {
  it.each<[string, Block[]]>([
    ["one\n*not\nstrong*", ["one", "*not", "strong*"].map((line) => ({ kind: "line", spans: [line] }))],
    ["```js\nlet *a*;\n```\nafter", [{ kind: "code", note: "js", text: "let *a*;" }, { kind: "line", spans: ["after"] }]],
    ["> ```\n> open\nplain", [{ kind: "quote", blocks: [{ kind: "code", note: "", text: "open" }] }, { kind: "line", spans: ["plain"] }]],
    [
      ">> That that is, is.\n> Said the old hermit of Prague.\nWho?",
      [
        { kind: "quote", blocks: [{ kind: "quote", blocks: [{ kind: "line", spans: ["That that is, is."] }] }, { kind: "line", spans: ["Said the old hermit of Prague."] }] },
        { kind: "line", spans: ["Who?"] },
      ],
    ],
  ])("%j", (text, expected) => expect(readStyled(text)).toEqual(expected));
});

describe("any text", () => {
  // The same texts in each run: a generator after D. H. Lehmer.
  let seed = 20261129;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const pieces = ["*", "_", "~", "`", " ", "a", "é", "🎂", "*", "_", "\u00a0", "word"];
  const line = (length: number): string => Array.from({ length }, () => pieces[random(pieces.length)]).join("");

  it("is shown whole: spans have all of a line, in its order", () => {
    for (let i = 0; i < 3000; i++) {
      const text = line(random(30));
      expect(source(readSpans(text))).toBe(text);
    }
  });

  it("is read alike line by line, wherever it is cut into lines", () => {
    const text = line(60);
    for (let at = 0; at <= text.length; at++) {
      const [a, b] = [text.slice(0, at), text.slice(at)];
      expect(readStyled(`${a}\n${b}`)).toEqual([{ kind: "line", spans: readSpans(a) }, { kind: "line", spans: readSpans(b) }]);
    }
  });

  it("has a bounded depth and number of blocks", () => {
    const depth = (blocks: readonly Block[]): number =>
      Math.max(0, ...blocks.map((block) => (block.kind === "quote" ? 1 + depth(block.blocks) : 0)));
    expect(depth(readStyled(">".repeat(5000)))).toBe(STYLED_MAX.depth);
    expect(readStyled("*a*\n".repeat(STYLED_MAX.lines + 1))).toHaveLength(1);
    expect(readStyled("*a* ".repeat(STYLED_MAX.units))).toHaveLength(1);
  });

  it.each(["*a ", "*", "_*", "`a* ", "~ *_"])("costs no more than its length: %j", (piece) => {
    const text = piece.repeat(5000);
    const spans = readSpans(text);
    expect(source(spans)).toBe(text);
  });
});

it.each([
  ["It is *excellent* to _have_", "It is excellent to have"],
  ["*a _b `c`_*", "a b c"],
  ["2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"],
  ["> they *said*\n> this\nno", "they said\nthis\nno"],
  ["```js\n*as it is*\n```\nso", "*as it is*\nso"],
])("reads without marks: %j", (text, plain) => {
  expect(unstyled(text)).toBe(plain);
});
