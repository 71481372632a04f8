// SPDX-License-Identifier: MIT
//
// Ids of messages: XEP-0359 0.7.0.

import { elements, type Xml } from "../core/xml.js";

export const NS_SID = "urn:xmpp:sid:0";

/** The id that this archive gave: what others say about it counts for nothing (section 4). */
export function stanzaIdBy(stanza: Xml, archive: string): string | undefined {
  return elements(stanza, "stanza-id", NS_SID).find(({ attrs }) => attrs.by === archive)?.attrs.id;
}
