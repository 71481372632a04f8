// SPDX-License-Identifier: MIT
//
// What has passed, as it is listed: the latest entries, and those that a filter wants.

import { isElement, write, type Xml } from "../../core/xml.js";
import { NS_CLIENT } from "../../core/ns.js";
import type { Passed } from "../../model/developer.js";

export const ENTRIES_MAX = 2_000;
/** Of all entries together: large stanzas push others out earlier. */
const CHARS_MAX = 8 * 1024 * 1024;

export type Kind = "message" | "presence" | "iq" | "stream" | "event";

export interface Entry {
  readonly number: number;
  readonly time: number;
  readonly direction: "in" | "out" | "event";
  readonly kind: Kind;
  /** "get", "chat", an event's name; "" */
  readonly type: string;
  /** Whom it is to, or from. */
  readonly address: string;
  /** Names of what is in it. */
  readonly content: string;
  /** On one line. */
  readonly text: string;
  readonly namespaces: ReadonlySet<string>;
  readonly el: Xml | undefined;
  readonly value: unknown;
}

export interface Filter {
  /** Anywhere in it, upper or lower case. */
  readonly text: string;
  readonly kind: Kind | "";
  readonly ns: string;
}

function namespacesIn(el: Xml, found = new Set<string>()): Set<string> {
  found.add(el.ns);
  for (const child of el.children) if (isElement(child)) namespacesIn(child, found);
  return found;
}

function kindOf({ name, ns }: Xml): Kind {
  return ns === NS_CLIENT && (name === "message" || name === "presence" || name === "iq") ? name : "stream";
}

function entryOf(passed: Passed, number: number): Entry {
  const { time, direction } = passed;
  if (direction === "event") {
    const text = JSON.stringify(passed.value) as string | undefined;
    return { number, time, direction, kind: "event", type: passed.name, address: "", content: "", text: text ?? "", namespaces: new Set(), el: undefined, value: passed.value };
  }
  const { el } = passed;
  const kind = kindOf(el);
  return {
    number,
    time,
    direction,
    kind,
    type: kind === "stream" ? el.name : (el.attrs.type ?? ""),
    address: (direction === "in" ? el.attrs.from : el.attrs.to) ?? "",
    content: [...new Set(el.children.filter(isElement).map(({ name }) => name))].join(" "),
    text: write(el, NS_CLIENT),
    namespaces: namespacesIn(el),
    el,
    value: undefined,
  };
}

export class TrafficLog {
  #entries: Entry[] = [];
  #chars = 0;
  #last = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Sorted, for choosing. */
  get namespaces(): string[] {
    return [...new Set(this.#entries.flatMap(({ namespaces }) => [...namespaces]))].sort();
  }

  add(passed: Passed): void {
    const entry = entryOf(passed, ++this.#last);
    this.#entries.push(entry);
    this.#chars += entry.text.length;
    while (this.#entries.length > ENTRIES_MAX || (this.#chars > CHARS_MAX && this.#entries.length > 1)) this.#chars -= this.#entries.shift()?.text.length ?? 0;
  }

  clear(): void {
    this.#entries = [];
    this.#chars = 0;
  }

  /** until: a number, behind which nothing is wanted */
  matching({ text, kind, ns }: Filter, until = Infinity): Entry[] {
    const sought = text.toLowerCase();
    return this.#entries.filter(
      (entry) =>
        entry.number <= until &&
        (!kind || entry.kind === kind) &&
        (!ns || entry.namespaces.has(ns)) &&
        (!sought || entry.text.toLowerCase().includes(sought) || entry.type.toLowerCase().includes(sought)),
    );
  }

  /** Of the latest. */
  get last(): number {
    return this.#last;
  }
}
