// SPDX-License-Identifier: MIT
//
// How somebody wants to be called: XEP-0172 1.1 sections 4.1 and 4.3.

import { bounded } from "../core/plain.js";
import { text, xml, type Xml } from "../core/xml.js";
import { payloadAs, publication, type Item } from "./xep0060.js";

export const NS_NICK = "http://jabber.org/protocol/nick";

const NICK_MAX = 200;

export function readNick(item: Item): string {
  return bounded(text(payloadAs(item, "nick", NS_NICK)), NICK_MAX);
}

export function nickPublication(nick: string): Xml {
  return publication(NS_NICK, xml("nick", NS_NICK, {}, nick));
}
