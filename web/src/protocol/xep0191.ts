// SPDX-License-Identifier: MIT
//
// Blocking: XEP-0191 1.3, with a report of why (XEP-0377 0.4.1 section 4).

import { elements, xml, type Xml } from "../core/xml.js";
import { report, type Report } from "./xep0377.js";

export const NS_BLOCKING = "urn:xmpp:blocking";

/** Addresses of a list, or of a push. */
export function readBlocked(list: Xml): string[] {
  return elements(list, "item", NS_BLOCKING).flatMap(({ attrs }) => attrs.jid ?? []);
}

export function blockListQuery(): Xml {
  return xml("blocklist", NS_BLOCKING);
}

/** Unblocking nobody means everybody: refused here. */
export function blocking(what: "block" | "unblock", jids: readonly [string, ...string[]], why?: Report): Xml {
  return xml(what, NS_BLOCKING, {}, ...jids.map((jid) => xml("item", NS_BLOCKING, { jid }, why && report(why))));
}
