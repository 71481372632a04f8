// SPDX-License-Identifier: MIT
//
// Parts of a text that are for clients which do not know better: XEP-0428 0.2.1 section 2.2.

import { count } from "../core/plain.js";
import { elements, xml, type Xml } from "../core/xml.js";
import { charactersAt, unitsAt } from "./xep0426.js";

export const NS_FALLBACK = "urn:xmpp:fallback:0";

/** UTF-16 units of the body. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const RANGES_MAX = 10;

/** The parts of the body that stand for one of those specifications, in their order, without overlaps. */
export function fallbacksFor(namespaces: readonly string[], stanza: Xml, body: string): Range[] {
  const ranges: Range[] = [];
  for (const fallback of elements(stanza, "fallback", NS_FALLBACK).slice(0, RANGES_MAX)) {
    if (!namespaces.includes(fallback.attrs.for ?? "")) continue;
    const parts = elements(fallback, "body", NS_FALLBACK).slice(0, RANGES_MAX);
    if (fallback.children.length === 0) ranges.push({ start: 0, end: body.length });
    for (const { attrs } of parts) {
      if (attrs.start === undefined && attrs.end === undefined) ranges.push({ start: 0, end: body.length });
      const start = unitsAt(body, count(attrs.start) ?? Infinity);
      const end = unitsAt(body, count(attrs.end) ?? Infinity);
      if (start !== undefined && end !== undefined && start < end) ranges.push({ start, end });
    }
  }
  ranges.sort((a, b) => a.start - b.start);
  let after = 0;
  return ranges.flatMap(({ start, end }) => {
    const from = Math.max(start, after);
    after = Math.max(after, end);
    return from < end ? [{ start: from, end }] : [];
  });
}

export function without(body: string, ranges: readonly Range[]): string {
  let out = "";
  let at = 0;
  for (const { start, end } of ranges) {
    out += body.slice(at, start);
    at = end;
  }
  return out + body.slice(at);
}

/** Says that the body up to there stands for that specification. */
export function fallbackUpTo(end: number, namespace: string, body: string): Xml {
  return xml("fallback", NS_FALLBACK, { for: namespace }, xml("body", NS_FALLBACK, { start: 0, end: charactersAt(body, end) }));
}
