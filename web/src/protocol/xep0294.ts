// SPDX-License-Identifier: MIT
//
// Extensions of the headers of packets: XEP-0294 1.1.1.

import { elements, xml, type Xml } from "../core/xml.js";
import { numberUpTo, word } from "./sdp_words.js";

export const NS_HEADER_EXTENSIONS = "urn:xmpp:jingle:apps:rtp:rtp-hdrext:0";

export interface HeaderExtension {
  readonly id: number;
  readonly uri: string;
}

const EXTENSIONS_MAX = 32;
const ID_MAX = 255; // RFC 8285 section 4.3

/** Of a description. Those for one direction alone are left out: no browser asks for such. */
export function readExtensions(el: Xml): HeaderExtension[] {
  const found: HeaderExtension[] = [];
  for (const { attrs } of elements(el, "rtp-hdrext", NS_HEADER_EXTENSIONS).slice(0, EXTENSIONS_MAX)) {
    const id = numberUpTo(ID_MAX, attrs.id);
    const uri = word(attrs.uri);
    const isForBoth = (attrs.senders ?? "both") === "both";
    if (id && uri !== undefined && isForBoth && !found.some((one) => one.id === id)) found.push({ id, uri });
  }
  return found;
}

export function extension({ id, uri }: HeaderExtension): Xml {
  return xml("rtp-hdrext", NS_HEADER_EXTENSIONS, { id, uri });
}
