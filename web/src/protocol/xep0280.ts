// SPDX-License-Identifier: MIT
//
// Copies of what other clients of the account send and get: XEP-0280 1.0.1.

import { bareOf } from "../core/jid.js";
import { NS_CARBONS } from "../core/ns.js";
import { child, type Xml } from "../core/xml.js";
import { forwardedIn, type Forwarded } from "./xep0297.js";

export interface Carbon extends Forwarded {
  readonly direction: "sent" | "received";
}

/**
 * Undefined: it is no copy. Only the account itself sends copies; others who say that they do
 * are not believed (section 11).
 */
export function readCarbon(stanza: Xml, account: string): Carbon | undefined {
  if (stanza.attrs.from !== account) return undefined;
  for (const direction of ["sent", "received"] as const) {
    const forwarded = forwardedIn(child(stanza, direction, NS_CARBONS));
    if (!forwarded) continue;
    const own = direction === "sent" ? forwarded.message.attrs.from : forwarded.message.attrs.to;
    if (own !== undefined && bareOf(own) === account) return { direction, ...forwarded };
  }
  return undefined;
}
