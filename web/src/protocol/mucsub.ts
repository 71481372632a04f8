// SPDX-License-Identifier: MIT
//
// What is said in a room, without being there: the part of ProcessOne's MUC/Sub that docs/rooms.md
// describes.

import { descend, xml, type Xml } from "../core/xml.js";

export const NS_MUCSUB = "urn:xmpp:mucsub:0";
const MESSAGES = "urn:xmpp:mucsub:nodes:messages";

export function roomSubscription(nick: string, password?: string): Xml {
  return xml("subscribe", NS_MUCSUB, { nick, password }, xml("event", NS_MUCSUB, { node: MESSAGES }));
}

export function roomUnsubscription(): Xml {
  return xml("unsubscribe", NS_MUCSUB);
}

/** Whether what a room sent is such an event, also when nothing can be read of it. */
export function isRoomEvent(stanza: Xml): boolean {
  return descend(stanza, ["event", "http://jabber.org/protocol/pubsub#event"], ["items"])?.attrs.node === MESSAGES;
}
