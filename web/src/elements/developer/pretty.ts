// SPDX-License-Identifier: MIT
//
// XML as a person reads it: an element on a line, two spaces for each step in. Elements that have
// text in them stay on one line, since spaces would be part of it.

import { escapeAttribute, escapeText, isElement, type Xml } from "../../core/xml.js";

export interface Token {
  readonly kind: "mark" | "name" | "attribute" | "value" | "text";
  readonly text: string;
}

function open(el: Xml, parentNs: string, end: string, out: Token[]): void {
  out.push({ kind: "mark", text: "<" }, { kind: "name", text: el.name });
  const attrs: [string, string][] = el.ns === parentNs ? [] : [["xmlns", el.ns]];
  for (const [name, value] of [...attrs, ...Object.entries(el.attrs)])
    out.push({ kind: "attribute", text: ` ${name}=` }, { kind: "value", text: `'${escapeAttribute(value)}'` });
  out.push({ kind: "mark", text: end });
}

function print(el: Xml, parentNs: string, indent: string | undefined, out: Token[]): void {
  if (!el.children.length) {
    open(el, parentNs, "/>", out);
    return;
  }
  open(el, parentNs, ">", out);
  const inner = indent === undefined || el.children.some((one) => !isElement(one)) ? undefined : `${indent}  `;
  for (const one of el.children) {
    if (inner !== undefined) out.push({ kind: "mark", text: inner });
    if (isElement(one)) print(one, el.ns, inner, out);
    else out.push({ kind: "text", text: escapeText(one) });
  }
  if (inner !== undefined) out.push({ kind: "mark", text: indent ?? "" });
  out.push({ kind: "mark", text: "</" }, { kind: "name", text: el.name }, { kind: "mark", text: ">" });
}

/** Joined, it is the same XML. */
export function pretty(el: Xml): Token[] {
  const out: Token[] = [];
  print(el, "", "\n", out);
  return out;
}
