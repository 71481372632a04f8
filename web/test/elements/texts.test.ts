// SPDX-License-Identifier: MIT
//
// Texts: every language has the same names and arguments; what stands in them is read as another
// implementation of ICU's message format reads it; elements have no texts of their own.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { IntlMessageFormat } from "intl-messageformat";
import { JSDOM } from "jsdom";
import ts from "typescript";
import { describe, expect, expectTypeOf, it } from "vitest";

import type { ArgumentsOf } from "../../src/elements/texts/arguments.js";
import { en } from "../../src/elements/texts/en.js";
import { fr } from "../../src/elements/texts/fr.js";
import { MessageFormat, type Values } from "../../src/elements/texts/icu.js";
import { Texts, loadTexts, readersTag, type Language, type TextName } from "../../src/elements/texts/texts.js";

const ELEMENTS = fileURLToPath(new URL("../../src/elements", import.meta.url));
const languages: Readonly<Record<string, Language>> = { en, fr };
const names = Object.keys(en) as TextName[];

// Of the other implementation's syntax tree.
const [TEXT, PLAIN, SELECT, POUND] = ["0", "1", "5", "7"];

/** Names and kinds of a text's arguments, as the other implementation sees them. */
function argumentsOf(text: string, locale: string): string[] {
  const found = new Set<string>();
  const look = (parts: readonly unknown[]): void => {
    for (const part of parts as { type: number; value: string; options?: Record<string, { value: unknown[] }> }[]) {
      if (![TEXT, POUND].includes(String(part.type))) found.add(`${part.value} ${part.type}`);
      for (const { value } of Object.values(part.options ?? {})) look(value);
    }
  };
  look(new IntlMessageFormat(text, locale).getAst());
  return [...found].sort();
}

function both(text: string, locale: string, values: Values): [string, unknown] {
  return [new MessageFormat(locale).fill(text, values), new IntlMessageFormat(text, locale).format(values)];
}

describe("languages", () => {
  it("dates are as in the country of the reader, in the language that is wanted", () => {
    expect(readersTag("en", ["fr", "en-GB", "en-US"])).toBe("en-GB");
    expect(readersTag("fr_FR", ["fr-CA"])).toBe("fr-FR");
    expect(readersTag("fr", ["en-GB"])).toBe("fr");
  });

  it.each(Object.keys(languages))("%s has all names, with the same arguments, and nothing else", (locale) => {
    const language = languages[locale]!;
    expect(Object.keys(language).sort()).toEqual([...names].sort());
    for (const name of names) expect([name, argumentsOf(language[name], locale)]).toEqual([name, argumentsOf(en[name], "en")]);
  });

  it.each(Object.keys(languages))("no name of %s is in two subjects", async (locale) => {
    const files = readdirSync(join(ELEMENTS, "texts")).filter((file) => file.endsWith(`.${locale}.ts`));
    const subjects: unknown[] = await Promise.all(files.map((file) => import(join(ELEMENTS, "texts", file)) as Promise<unknown>));
    const all = subjects.flatMap((subject) => Object.values(subject as object).flatMap((texts) => Object.keys(texts as object)));
    expect(all.sort()).toEqual([...names].sort());
  });

  it.each(Object.keys(languages))("every text of %s is read as the other implementation reads it", (locale) => {
    for (const name of names) {
      for (const count of [0, 1, 2, 5, 21, 100]) {
        const values: Record<string, string | number> = {};
        for (const [argument = "", kind] of argumentsOf(languages[locale]![name], locale).map((one) => one.split(" ")))
          values[argument] = kind === PLAIN || kind === SELECT ? `x${count}` : count;
        const [ours, theirs] = both(languages[locale]![name], locale, values);
        expect(ours).toBe(theirs);
      }
    }
  });
});

describe("ICU's message format", () => {
  const moment = Date.UTC(2025, 1, 14, 18, 5);
  it.each<[string, Values]>([
    ["a {b} c", { b: "d" }],
    ["it''s 'quoted {b}' isn't '{'{b}'}'", { b: "x" }],
    ["{n, plural, =0 {none} one {# one} other {#, '#' and {who}}}", { n: 1, who: "R" }],
    ["{n, plural, =0 {none} one {# one} other {#, '#' and {who}}}", { n: 0, who: "R" }],
    ["{n, plural, =0 {none} one {# one} other {#, '#' and {who}}}", { n: 3, who: "R" }],
    ["{n, plural, offset:1 =1 {{who}} one {{who} and one} other {{who} and # others}}", { n: 4, who: "R" }],
    ["{n, plural, offset:1 =1 {{who}} one {{who} and one} other {{who} and # others}}", { n: 2, who: "R" }],
    ["{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", { n: 22 }],
    ["{how, select, a {A {n, plural, one {# x} other {# xs}}} other {B}}", { how: "a", n: 7 }],
    ["{how, select, a {A} other {B}}", { how: "z" }],
    ["{n, number} {n, number, integer} {p, number, percent}", { n: 1234.5, p: 0.25 }],
    ["{t, date, long} {t, date, full} {t, time, short}", { t: moment }],
  ])("%s", (text, values) => {
    for (const locale of ["en", "fr", "de", "ar"]) {
      const [ours, theirs] = both(text, locale, values);
      expect(ours).toBe(theirs);
    }
  });

  it.each(["{", "}", "{a", "{a, colour}", "{a, plural, one {x}}", "{a, number, ::x}", "{a b}", "{}"])("%s is refused", (text) => {
    expect(() => new MessageFormat("en").fill(text, { a: 1 })).toThrow(SyntaxError);
  });

  it("its arguments are types", () => {
    expectTypeOf<ArgumentsOf<"nothing">>().toEqualTypeOf<Record<never, never>>();
    expectTypeOf<ArgumentsOf<"{who} has {n, plural, one {# of {whom}} other {#}} at {t, time, short}">>().toEqualTypeOf<{
      readonly who: string | number;
      readonly n: number;
      readonly whom: string | number;
      readonly t: number;
    }>();
    expectTypeOf<ArgumentsOf<"{how, select, a {A} other {B {n}}} {m}">>().toEqualTypeOf<{
      readonly how: string;
      readonly n: string | number;
      readonly m: string | number;
    }>();
  });
});

describe("the reader's language", () => {
  it("is loaded, with the country's dates; what is unknown or no tag is English", async () => {
    const canadian = await loadTexts("fr_CA");
    expect([canadian.language, canadian.direction, canadian.of("signIn")]).toEqual(["fr-CA", "ltr", "Se connecter"]);
    for (const tag of ["de", "not a tag", ""]) expect((await loadTexts(tag)).language).toBe("en");
    expect((await loadTexts("en-GB")).day(Date.UTC(2025, 1, 14, 12))).toContain("14 February 2025");
  });

  it("may be written from right to left, and a name does not turn a sentence around", () => {
    const pseudo = Object.fromEntries(names.map((name) => [name, en[name]])) as Language;
    const hebrew = new Texts("he", pseudo);
    expect(hebrew.direction).toBe("rtl");
    expect(hebrew.of("typing", { who: "Romeo" })).toBe("\u2068Romeo\u2069 is writing…");
    const english = new Texts("en");
    expect(english.of("typing", { who: "Romeo\u202E" })).toBe("Romeo is writing…");
    expect(english.of("typing", { who: "רומאו" })).toBe("\u2068רומאו\u2069 is writing…");
  });

  it("says numbers, ages and lists", () => {
    const [english, french] = [new Texts("en"), new Texts("fr", fr)];
    expect(english.number(1234.5)).toBe("1,234.5");
    expect(english.list(["Romeo", "Juliet", "Nurse"])).toBe("Romeo, Juliet, and Nurse");
    const now = Date.UTC(2025, 1, 14, 12);
    expect([30_000, 3_600_000, 90_000_000].map((age) => english.ago(now - age, now))).toEqual(["now", "1 hour ago", "yesterday"]);
    expect(french.ago(now - 7_200_000, now)).toBe("il y a 2 heures");
    expect(english.when(now - 400 * 86_400_000, now)).toMatch(/2024/);
  });
});

/** What a person would read in a source file that is not from the texts. */
function ownTexts(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && /^(html|svg)$/.test(node.tag.getText())) {
      const { template } = node;
      const parts = ts.isNoSubstitutionTemplateLiteral(template)
        ? [template.text]
        : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
      found.push(...readable(parts.join("0")));
    }
    if (ts.isBinaryExpression(node) && ts.isPropertyAccessExpression(node.left) && ts.isStringLiteralLike(node.right)) {
      if (/^(title|textContent|innerText|placeholder|alt|label|ariaLabel)$/.test(node.left.name.text) && isReadable(node.right.text))
        found.push(node.right.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.map((text) => `${file}: ${text}`);
}

function isReadable(text: string): boolean {
  return /\p{L}/u.test(text);
}

/** Text nodes and attributes that are read, of a template. */
function readable(template: string): string[] {
  const { document } = new JSDOM(`<template>${template}</template>`).window;
  const content = document.querySelector("template")!.content;
  const found: string[] = [];
  const walk = (node: Node): void => {
    if (node.nodeType === 3 && isReadable(node.nodeValue ?? "")) found.push(node.nodeValue!.trim());
    for (const { name, value } of node.nodeType === 1 ? Array.from((node as Element).attributes) : [])
      if (/^(title|placeholder|alt|label|aria-label|aria-description|aria-roledescription|aria-valuetext)$/.test(name) && isReadable(value)) found.push(value);
    node.childNodes.forEach(walk);
  };
  walk(content);
  return found;
}

const files = readdirSync(ELEMENTS, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

it("no size is the page's", () => {
  expect(files.filter((file) => /\drem\b/.test(readFileSync(join(ELEMENTS, file), "utf8")))).toEqual([]);
});

it("elements have no texts of their own", () => {
  expect(files.length).toBeGreaterThan(5);
  expect(files.flatMap((file) => ownTexts(join(ELEMENTS, file)))).toEqual([]);
  expect(readable('<b title="Close" @click=0>Hi 0</b>')).toEqual(["Close", "Hi 0"]);
});
