// SPDX-License-Identifier: MIT
//
// Contents that share one transport: XEP-0338 1.0.0, of which browsers know "BUNDLE".

import { elements, xml, type Xml } from "../core/xml.js";
import { word } from "./sdp_words.js";

export const NS_GROUPING = "urn:xmpp:jingle:apps:grouping:0";

const NAMES_MAX = 8;

/** Names of contents; none: each has its own. */
export function readGroup(jingle: Xml): string[] {
  const bundle = elements(jingle, "group", NS_GROUPING).find(({ attrs }) => attrs.semantics === "BUNDLE");
  const names = bundle ? elements(bundle, "content", NS_GROUPING).slice(0, NAMES_MAX) : [];
  return names.map(({ attrs }) => word(attrs.name)).filter((name) => name !== undefined);
}

export function group(names: readonly string[]): Xml {
  return xml("group", NS_GROUPING, { semantics: "BUNDLE" }, ...names.map((name) => xml("content", NS_GROUPING, { name })));
}
