// SPDX-License-Identifier: MIT
//
// What people in a room are there: XEP-0317 0.3.1 section 3.1.

import { bounded } from "../core/plain.js";
import { child, elements, type Xml } from "../core/xml.js";

export const NS_HATS = "urn:xmpp:hats:0";

export interface Hat {
  readonly uri: string;
  readonly title: string;
  /** Degrees of a colour circle (XEP-0392). */
  readonly hue?: number;
}

const HATS_MAX = 10;
const TITLE_MAX = 100;

export function hatsIn(presence: Xml): Hat[] {
  const hats = child(presence, "hats", NS_HATS);
  if (!hats) return [];
  return elements(hats, "hat", NS_HATS)
    .slice(0, HATS_MAX)
    .flatMap(({ attrs }) => {
      const title = bounded(attrs.title, TITLE_MAX);
      const hue = Number.parseFloat(attrs.hue ?? "");
      return title && attrs.uri ? { uri: attrs.uri.slice(0, 500), title, ...(hue >= 0 && hue <= 360 ? { hue } : {}) } : [];
    });
}
