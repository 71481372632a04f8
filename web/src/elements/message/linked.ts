// SPDX-License-Identifier: MIT
//
// A text with its web addresses as links. Everything is text nodes and href attributes; nothing
// of the address is asked for before somebody clicks. An address is written from left to right by
// itself, so that no letters around it make another one of it, and a foreign alphabet in the name of
// its host is named by its title.

import { html, nothing, type TemplateResult } from "lit";

import { webAddress } from "../../protocol/message.js";
import { meant } from "./meant.js";

/** Not the full stop or bracket behind an address. */
const ADDRESS = /https?:\/\/[^\s<>"'\u200E\u200F\u202A-\u202E\u2066-\u2069]+[^\s<>"'.,;:!?)\]}\u200E\u200F\u202A-\u202E\u2066-\u2069]/giu;
const LINKS_MAX = 100;

function link(address: string): TemplateResult {
  const { hostname } = new URL(address);
  const title = hostname.includes("xn--") ? hostname : nothing;
  return html`<a href=${address} title=${title} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">${address}</a>`;
}

/** words: those that mean the reader */
export function linked(text: string, words: readonly string[] = []): (string | TemplateResult)[] {
  const out: (string | TemplateResult)[] = [];
  let at = 0;
  let links = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = webAddress(found[0]);
    if (!address || ++links > LINKS_MAX) continue;
    out.push(...meant(text.slice(at, found.index), words), link(address));
    at = found.index + found[0].length;
  }
  out.push(...meant(text.slice(at), words));
  return out;
}
