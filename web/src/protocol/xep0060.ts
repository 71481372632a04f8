// SPDX-License-Identifier: MIT
//
// Nodes and what is published to them: XEP-0060 1.30.0 sections 6.5, 7 and 8.4; those of accounts by
// XEP-0163 1.2.2, with the options of private data (XEP-0223 1.1.1).

import { child, descend, elements, isElement, xml, type Xml } from "../core/xml.js";
import { submission, type Answers } from "./xep0004.js";
import { pageWish, readPageEnds, type PageEnds, type PageWish } from "./xep0059.js";

export const NS_PUBSUB = "http://jabber.org/protocol/pubsub";
export const NS_PUBSUB_EVENT = "http://jabber.org/protocol/pubsub#event";
const NS_PUBLISH_OPTIONS = "http://jabber.org/protocol/pubsub#publish-options";

export interface Item {
  /** "" when the service gave none. */
  readonly id: string;
  readonly payload?: Xml;
}

export interface Items extends PageEnds {
  readonly node: string;
  readonly items: readonly Item[];
  /** Ids of items that are there no more. */
  readonly retracted: readonly string[];
  /** All of them are. */
  readonly isEmptied: boolean;
}

const ITEMS_MAX = 20_000;
const ID_MAX = 3071; // of addresses

/** For the owner's eyes, and all of it (XEP-0223 section 3). */
export const PRIVATE_NODE: Answers = {
  "pubsub#persist_items": "true",
  "pubsub#max_items": "max",
  "pubsub#send_last_published_item": "never",
  "pubsub#access_model": "whitelist",
};

function readItem({ attrs, children }: Xml): Item {
  const payload = children.find(isElement);
  return { id: (attrs.id ?? "").slice(0, ID_MAX), ...(payload && { payload }) };
}

/** Of an iq's result. */
export function readItems(iq: Xml): Items | undefined {
  const pubsub = child(iq, "pubsub", NS_PUBSUB);
  const items = child(pubsub, "items");
  if (!pubsub || !items?.attrs.node) return undefined;
  return {
    node: items.attrs.node,
    items: elements(items, "item", NS_PUBSUB).slice(0, ITEMS_MAX).map(readItem),
    retracted: [],
    isEmptied: false,
    ...readPageEnds(pubsub),
  };
}

/**
 * Of a message. Whose node it is, is said by the message's `from`: contacts tell of their own
 * (XEP-0163 section 4.3), and nothing but that makes it theirs.
 */
export function readEvent(stanza: Xml): Items | undefined {
  const event = child(stanza, "event", NS_PUBSUB_EVENT);
  if (!event || stanza.attrs.type === "error") return undefined;
  for (const name of ["purge", "delete"]) {
    const node = child(event, name)?.attrs.node;
    if (node) return { node, items: [], retracted: [], isEmptied: true };
  }
  const items = child(event, "items");
  if (!items?.attrs.node) return undefined;
  return {
    node: items.attrs.node,
    items: elements(items, "item", NS_PUBSUB_EVENT).slice(0, ITEMS_MAX).map(readItem),
    retracted: elements(items, "retract", NS_PUBSUB_EVENT).slice(0, ITEMS_MAX).flatMap(({ attrs }) => attrs.id ?? []),
    isEmptied: false,
  };
}

/** Whether it is a notification at all, which no message is made of. */
export function isEvent(stanza: Xml): boolean {
  return child(stanza, "event", NS_PUBSUB_EVENT) !== undefined;
}

/** ids: those only; max: the latest ones only */
export function itemsQuery(node: string, { ids, max, page }: { ids?: readonly string[]; max?: number; page?: PageWish } = {}): Xml {
  const items = xml("items", NS_PUBSUB, { node, max_items: max }, ...(ids ?? []).map((id) => xml("item", NS_PUBSUB, { id })));
  return xml("pubsub", NS_PUBSUB, {}, items, page && pageWish(page));
}

/** options: those that the node must have, or gets if it is not there (section 7.1.5) */
export function publication(node: string, payload: Xml, { id, options }: { id?: string; options?: Answers } = {}): Xml {
  return xml(
    "pubsub",
    NS_PUBSUB,
    {},
    xml("publish", NS_PUBSUB, { node }, xml("item", NS_PUBSUB, { id }, payload)),
    options && xml("publish-options", NS_PUBSUB, {}, submission(NS_PUBLISH_OPTIONS, options)),
  );
}

/** The other devices are told. */
export function retraction(node: string, id: string): Xml {
  return xml("pubsub", NS_PUBSUB, {}, xml("retract", NS_PUBSUB, { node, notify: "true" }, xml("item", NS_PUBSUB, { id })));
}

/** The payload of an item, if it is that element. */
export function payloadAs(item: Item, name: string, ns: string): Xml | undefined {
  return item.payload?.name === name && item.payload.ns === ns ? item.payload : undefined;
}

/** The stanza-id or another child that an item's payload holds. */
export function within(item: Item, ...path: readonly (readonly [name: string, ns?: string])[]): Xml | undefined {
  const [first, ...rest] = path;
  const payload = first && payloadAs(item, first[0], first[1] ?? "");
  return payload && descend(payload, ...rest);
}
