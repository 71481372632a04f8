// SPDX-License-Identifier: MIT
//
// Elements as plain values: they can be compared, stored, sent to another tab. Nothing of a
// document is kept, so nothing that came from the network can become a part of a page.
//
// Names are local names; the namespace is beside them. Of the attributes with a prefix only
// xml:lang is kept, as "xml:lang": no protocol of ours has others.

export interface Xml {
  readonly name: string;
  readonly ns: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (Xml | string)[];
}

export class XmlError extends Error {}

/** What a stanza may have, at most. The server's own bounds are narrower. */
export const XML_MAX = { chars: 4 * 1024 * 1024, depth: 64, elements: 120_000 } as const;

type Attrs = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Xml | string | undefined;

/** An element. What is undefined is left out. */
export function xml(name: string, ns: string, attrs: Attrs = {}, ...children: Child[]): Xml {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(attrs)) if (value !== undefined) kept[key] = String(value);
  return { name, ns, attrs: kept, children: children.filter((child) => child !== undefined && child !== "") as (Xml | string)[] };
}

/** The same element with other attributes beside its own. */
export function withAttrs(el: Xml, attrs: Attrs): Xml {
  return xml(el.name, el.ns, { ...el.attrs, ...attrs }, ...el.children);
}

export function isElement(child: Xml | string): child is Xml {
  return typeof child !== "string";
}

/** The element's children, those of a namespace or name only when given. */
export function elements(el: Xml, name?: string, ns?: string): Xml[] {
  return el.children
    .filter(isElement)
    .filter((child) => (name === undefined || child.name === name) && (ns === undefined || child.ns === ns));
}

/** The first such child; of the parent's own namespace when none is given. */
export function child(el: Xml | undefined, name: string, ns?: string): Xml | undefined {
  const wanted = ns ?? el?.ns;
  return el?.children.filter(isElement).find((one) => one.name === name && one.ns === wanted);
}

/** Walks down: `descend(el, ["pubsub", NS], ["items", NS])`. */
export function descend(el: Xml | undefined, ...path: readonly (readonly [name: string, ns?: string])[]): Xml | undefined {
  return path.reduce<Xml | undefined>((at, [name, ns]) => child(at, name, ns), el);
}

/** The text directly in the element; "" without one. */
export function text(el: Xml | undefined): string {
  return el ? el.children.filter((one): one is string => !isElement(one)).join("") : "";
}

/** The text of such a child; undefined without that child. */
export function childText(el: Xml | undefined, name: string, ns?: string): string | undefined {
  const found = child(el, name, ns);
  return found && text(found);
}

// --- writing --------------------------------------------------------------------------------

// XML 1.0 section 2.2: other control characters cannot be sent at all, nor halves of pairs.
const UNSENDABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&apos;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};

export function escapeText(value: string): string {
  return value.replace(UNSENDABLE, "\uFFFD").replace(/[&<>\r]/g, (c) => ESCAPES[c] ?? c);
}

export function escapeAttribute(value: string): string {
  return value.replace(UNSENDABLE, "\uFFFD").replace(/[&<>'\r\n\t]/g, (c) => ESCAPES[c] ?? c);
}

/** As text that stands where `parentNs` is the default namespace. */
export function write(el: Xml, parentNs = ""): string {
  let out = `<${el.name}`;
  if (el.ns !== parentNs) out += ` xmlns='${escapeAttribute(el.ns)}'`;
  for (const [key, value] of Object.entries(el.attrs)) out += ` ${key}='${escapeAttribute(value)}'`;
  if (el.children.length === 0) return `${out}/>`;
  out += ">";
  for (const one of el.children) out += isElement(one) ? write(one, el.ns) : escapeText(one);
  return `${out}</${el.name}>`;
}

// --- reading --------------------------------------------------------------------------------

/** The part of a DOM that reading needs: a browser's own, or jsdom's. */
export type ParserMaker = new () => Pick<DOMParser, "parseFromString">;

/**
 * Browsers put an element <parsererror> where a text is broken. Somebody could send such an
 * element to make his message look like broken XML, so a text that says that word is judged
 * with another word in its place.
 */
function isBroken(source: string, Parser: ParserMaker, parsed: Document): boolean {
  const judged = source.includes("parsererror")
    ? new Parser().parseFromString(source.replaceAll("parsererror", "no-error-word"), "application/xml")
    : parsed;
  return judged.getElementsByTagNameNS("*", "parsererror").length > 0;
}

/**
 * Reads one element.
 *
 * XmlError  it is broken, larger than XML_MAX, or has a document type
 */
export function parse(source: string, Parser: ParserMaker = DOMParser): Xml {
  if (source.length > XML_MAX.chars) throw new XmlError("too long");
  let parsed: Document;
  try {
    parsed = new Parser().parseFromString(source, "application/xml");
  } catch {
    throw new XmlError("not well-formed");
  }
  const root = parsed.documentElement as Element | null;
  if (!root || isBroken(source, Parser, parsed)) throw new XmlError("not well-formed");
  if (parsed.doctype) throw new XmlError("has a document type");
  return new Reader().read(root, 1);
}

class Reader {
  #left: number = XML_MAX.elements;

  read(node: Element, depth: number): Xml {
    if (depth > XML_MAX.depth) throw new XmlError("too deep");
    if (this.#left-- <= 0) throw new XmlError("too many elements");
    const attrs: Record<string, string> = {};
    // Without its node, which a browser would make for each: a roster has a hundred thousand.
    for (const name of node.getAttributeNames())
      if (name === "xml:lang" || (name !== "xmlns" && !name.includes(":"))) attrs[name] = node.getAttribute(name) ?? "";
    const children: (Xml | string)[] = [];
    for (let one = node.firstChild; one; one = one.nextSibling) {
      if (one.nodeType === 1) children.push(this.read(one as Element, depth + 1));
      else if ((one.nodeType === 3 || one.nodeType === 4) && one.nodeValue) {
        const before = children.at(-1);
        if (typeof before === "string") children[children.length - 1] = before + one.nodeValue;
        else children.push(one.nodeValue);
      }
    }
    return { name: node.localName, ns: node.namespaceURI ?? "", attrs, children };
  }
}
