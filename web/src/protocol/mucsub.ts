// SPDX-License-Identifier: MIT
//
// What is said in a room, without being there: the part of ProcessOne's MUC/Sub that docs/rooms.md
// describes.

import { bareOf } from "../core/jid.js";
import { NS_CLIENT } from "../core/ns.js";
import { child, descend, elements, xml, type Xml } from "../core/xml.js";
import { isEvent, readEvent } from "./xep0060.js";

export const NS_MUCSUB = "urn:xmpp:mucsub:0";
const MESSAGES = "urn:xmpp:mucsub:nodes:messages";

const SUBSCRIPTIONS_MAX = 10_000;

export function roomSubscription(nick: string, password?: string): Xml {
  return xml("subscribe", NS_MUCSUB, { nick, password }, xml("event", NS_MUCSUB, { node: MESSAGES }));
}

export function roomUnsubscription(): Xml {
  return xml("unsubscribe", NS_MUCSUB);
}

/** Of a service: in which of its rooms the account has subscribed. */
export function roomSubscriptionsQuery(): Xml {
  return xml("subscriptions", NS_MUCSUB);
}

export function readRoomSubscriptions(iq: Xml): string[] {
  const subscriptions = child(iq, "subscriptions", NS_MUCSUB);
  if (!subscriptions) return [];
  return elements(subscriptions, "subscription", NS_MUCSUB)
    .slice(0, SUBSCRIPTIONS_MAX)
    .flatMap(({ attrs }) => attrs.jid ?? []);
}

/** The message of a room that such an event holds. Only the room itself is believed. */
export function readRoomEvent(stanza: Xml): Xml | undefined {
  const room = stanza.attrs.from;
  if (!room || !isEvent(stanza)) return undefined;
  const event = readEvent(stanza);
  const payload = event?.node === MESSAGES ? event.items[0]?.payload : undefined;
  if (payload?.name !== "message" || payload.ns !== NS_CLIENT) return undefined;
  return bareOf(payload.attrs.from ?? "") === bareOf(room) && room === bareOf(room) ? payload : undefined;
}

/** Whether what a room sent is such an event, also when nothing can be read of it. */
export function isRoomEvent(stanza: Xml): boolean {
  return descend(stanza, ["event", "http://jabber.org/protocol/pubsub#event"], ["items"])?.attrs.node === MESSAGES;
}
