// SPDX-License-Identifier: MIT
//
// What was displayed, on all of the owner's devices: XEP-0490 1.0.1.

import { child, descend, elements, xml, type Xml } from "../core/xml.js";
import { NS_SID } from "./xep0359.js";

export const NS_DISPLAYED_SYNC = "urn:xmpp:mds:displayed:0";
export const NS_PUBSUB = "http://jabber.org/protocol/pubsub";
export const NS_PUBSUB_EVENT = "http://jabber.org/protocol/pubsub#event";
const NS_PUBLISH_OPTIONS = "http://jabber.org/protocol/pubsub#publish-options";
const NS_FORMS = "jabber:x:data";

export interface Displayed {
  /** The conversation: somebody's bare address, or a room. */
  readonly jid: string;
  /** The last message that was displayed, in the archive. */
  readonly id: string;
}

function readItems(items: Xml | undefined): Displayed[] {
  if (items?.attrs.node !== NS_DISPLAYED_SYNC) return [];
  return elements(items, "item").flatMap((item) => {
    const id = descend(item, ["displayed", NS_DISPLAYED_SYNC], ["stanza-id", NS_SID])?.attrs.id;
    return item.attrs.id && id ? { jid: item.attrs.id, id } : [];
  });
}

/** All of them. */
export function displayedQuery(): Xml {
  return xml("pubsub", NS_PUBSUB, {}, xml("items", NS_PUBSUB, { node: NS_DISPLAYED_SYNC }));
}

export function readDisplayed(iq: Xml): Displayed[] {
  return readItems(descend(iq, ["pubsub", NS_PUBSUB], ["items"]));
}

/** Of another device. Only the account's own node is believed. */
export function readDisplayedEvent(stanza: Xml, account: string): Displayed[] {
  if (stanza.attrs.from !== undefined && stanza.attrs.from !== account) return [];
  return readItems(descend(stanza, ["event", NS_PUBSUB_EVENT], ["items"]));
}

/** Section 3: the node is made as it has to be. by: whose archive gave the id */
export function displayedPublication({ jid, id }: Displayed, by: string): Xml {
  const field = (name: string, value: string, type?: string): Xml =>
    xml("field", NS_FORMS, { var: name, type }, xml("value", NS_FORMS, {}, value));
  const displayed = xml("displayed", NS_DISPLAYED_SYNC, {}, xml("stanza-id", NS_SID, { by, id }));
  return xml(
    "pubsub",
    NS_PUBSUB,
    {},
    xml("publish", NS_PUBSUB, { node: NS_DISPLAYED_SYNC }, xml("item", NS_PUBSUB, { id: jid }, displayed)),
    xml(
      "publish-options",
      NS_PUBSUB,
      {},
      xml(
        "x",
        NS_FORMS,
        { type: "submit" },
        field("FORM_TYPE", NS_PUBLISH_OPTIONS, "hidden"),
        field("pubsub#persist_items", "true"),
        field("pubsub#max_items", "max"),
        field("pubsub#send_last_published_item", "never"),
        field("pubsub#access_model", "whitelist"),
      ),
    ),
  );
}

/** Whether it is a notification at all, which no message is made of. */
export function isEvent(stanza: Xml): boolean {
  return child(stanza, "event", NS_PUBSUB_EVENT) !== undefined;
}
