// SPDX-License-Identifier: MIT
//
// The lines of a list of people, one below the other: groups with who is in them, or what was found. Of
// tens of thousands only those in sight are drawn, so each knows its height.

import type { Contact } from "../../model/types.js";
import type { FoundPerson } from "../../protocol/xep0055.js";
import { ROW_HEIGHT } from "./row.js";

const NAME_HEIGHT = 40; // of a group

export type Line =
  | { readonly kind: "group"; readonly name: string; readonly count: number; readonly isFolded: boolean }
  /** group: below which; "" for none */
  | { readonly kind: "contact"; readonly jid: string; readonly group: string }
  | { readonly kind: "directory" }
  | { readonly kind: "found"; readonly person: FoundPerson };

/** Lowercase, without accents: as somebody types who seeks. */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** contacts: in their order. Who is in no group comes last; where there are no groups, nobody is below one. */
export function grouped(contacts: readonly Contact[], groups: readonly string[], folded: ReadonlySet<string>): Line[] {
  if (groups.length === 0) return contacts.map(({ jid }) => ({ kind: "contact", jid, group: "" }));
  const members = new Map<string, string[]>([...groups, ""].map((name) => [name, []]));
  for (const { jid, groups: of } of contacts) for (const name of of.length ? of : [""]) members.get(name)?.push(jid);
  return [...members].flatMap(([name, jids]): Line[] => {
    if (jids.length === 0) return [];
    const isFolded = folded.has(name);
    const below: Line[] = isFolded ? [] : jids.map((jid) => ({ kind: "contact", jid, group: name }));
    return [{ kind: "group", name, count: jids.length, isFolded }, ...below];
  });
}

/** What stays the same as long as a line is that line. */
export function keyOf(line: Line): string {
  switch (line.kind) {
    case "group":
      return `group ${line.name}`;
    case "contact":
      return `contact ${line.jid} ${line.group}`;
    case "directory":
      return "directory";
    case "found":
      return `found ${line.person.jid}`;
  }
}

export function heightOf(line: Line): number {
  return line.kind === "group" || line.kind === "directory" ? NAME_HEIGHT : ROW_HEIGHT;
}

/** Where each line begins, in pixels, and where the last one ends. */
export function topsOf(lines: readonly Line[]): number[] {
  const tops = [0];
  for (const line of lines) tops.push((tops.at(-1) ?? 0) + heightOf(line));
  return tops;
}

/** The line at that place. */
export function lineAt(tops: readonly number[], y: number): number {
  let low = 0;
  for (let high = tops.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
