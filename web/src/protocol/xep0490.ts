// SPDX-License-Identifier: MIT
//
// What was displayed, on all of the owner's devices: XEP-0490 1.0.1.

import { xml, type Xml } from "../core/xml.js";
import { itemsQuery, PRIVATE_NODE, publication, readEvent, readItems, within, type Items } from "./xep0060.js";
import { NS_SID } from "./xep0359.js";

export { isEvent } from "./xep0060.js";

export const NS_DISPLAYED_SYNC = "urn:xmpp:mds:displayed:0";

export interface Displayed {
  /** The conversation: somebody's bare address, or a room. */
  readonly jid: string;
  /** The last message that was displayed, in the archive. */
  readonly id: string;
}

function displayedOf(items: Items | undefined): Displayed[] {
  if (items?.node !== NS_DISPLAYED_SYNC) return [];
  return items.items.flatMap((item) => {
    const id = within(item, ["displayed", NS_DISPLAYED_SYNC], ["stanza-id", NS_SID])?.attrs.id;
    return item.id && id ? { jid: item.id, id } : [];
  });
}

/** All of them. */
export function displayedQuery(): Xml {
  return itemsQuery(NS_DISPLAYED_SYNC);
}

export function readDisplayed(iq: Xml): Displayed[] {
  return displayedOf(readItems(iq));
}

/** Of another device. Only the account's own node is believed. */
export function readDisplayedEvent(stanza: Xml, account: string): Displayed[] {
  if (stanza.attrs.from !== undefined && stanza.attrs.from !== account) return [];
  return displayedOf(readEvent(stanza));
}

/** Section 3: the node is made as it has to be. by: whose archive gave the id */
export function displayedPublication({ jid, id }: Displayed, by: string): Xml {
  const displayed = xml("displayed", NS_DISPLAYED_SYNC, {}, xml("stanza-id", NS_SID, { by, id }));
  return publication(NS_DISPLAYED_SYNC, displayed, { id: jid, options: PRIVATE_NODE });
}
