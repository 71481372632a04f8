// SPDX-License-Identifier: MIT
//
// What kinds of media there are, and the named values by which XEP-0167 and XEP-0339 tell more of them.

import { elements, xml, type Xml } from "../core/xml.js";
import { restOfLine, word } from "./sdp_words.js";

export type MediaKind = "audio" | "video";

export interface Parameter {
  /** "" for one that is a value alone. */
  readonly name: string;
  readonly value: string;
}

const PARAMETERS_MAX = 32; // of each

/** Of a payload type or a source. */
export function readParameters(el: Xml): Parameter[] {
  const found: Parameter[] = [];
  for (const { attrs } of elements(el, "parameter", el.ns).slice(0, PARAMETERS_MAX)) {
    const name = attrs.name ? word(attrs.name) : "";
    const value = restOfLine(attrs.value ?? "");
    if (name !== undefined && value !== undefined && !/[;=:]/.test(name)) found.push({ name, value });
  }
  return found;
}

export function parameter(ns: string, { name, value }: Parameter): Xml {
  return xml("parameter", ns, { name: name || undefined, value });
}
