// SPDX-License-Identifier: MIT
//
// What the archive keeps: XEP-0441 0.2.0 section 2.

import { child, elements, text, xml, type Xml } from "../core/xml.js";
import { NS_MAM } from "./xep0313.js";

export interface ArchivePreferences {
  /** roster: what contacts say */
  readonly keeps: "always" | "never" | "roster";
  readonly alwaysOf: readonly string[];
  readonly neverOf: readonly string[];
}

const KEEPS: readonly string[] = ["always", "never", "roster"];
const LIST_MAX = 10_000;

export function archivePreferencesQuery(): Xml {
  return xml("prefs", NS_MAM);
}

export function readArchivePreferences(iq: Xml): ArchivePreferences | undefined {
  const prefs = child(iq, "prefs", NS_MAM);
  const keeps = prefs?.attrs.default ?? "";
  if (!KEEPS.includes(keeps)) return undefined;
  const list = (name: string): string[] => {
    const jids = child(prefs, name);
    return jids ? elements(jids, "jid", NS_MAM).slice(0, LIST_MAX).map(text) : [];
  };
  return { keeps: keeps as ArchivePreferences["keeps"], alwaysOf: list("always"), neverOf: list("never") };
}

export function archivePreferences({ keeps, alwaysOf, neverOf }: ArchivePreferences): Xml {
  const list = (name: string, jids: readonly string[]): Xml => xml(name, NS_MAM, {}, ...jids.map((jid) => xml("jid", NS_MAM, {}, jid)));
  return xml("prefs", NS_MAM, { default: keeps }, list("always", alwaysOf), list("never", neverOf));
}
