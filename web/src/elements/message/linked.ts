// SPDX-License-Identifier: MIT
//
// A text with its web addresses as links. Everything is text nodes and href attributes; nothing
// of the address is asked for before somebody clicks.

import { html, type TemplateResult } from "lit";

import { webAddress } from "../../protocol/message.js";

/** Not the full stop or bracket behind an address. */
const ADDRESS = /https?:\/\/[^\s<>"'\u202A-\u202E\u2066-\u2069]+[^\s<>"'.,;:!?)\]}\u202A-\u202E\u2066-\u2069]/giu;

export function linked(text: string): (string | TemplateResult)[] {
  const out: (string | TemplateResult)[] = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = webAddress(found[0]);
    if (!address) continue;
    out.push(text.slice(at, found.index), html`<a href=${address} target="_blank" rel="noopener noreferrer nofollow">${address}</a>`);
    at = found.index + found[0].length;
  }
  out.push(text.slice(at));
  return out;
}
