// SPDX-License-Identifier: MIT
//
// Whether one is still in a room: XEP-0410 1.1.0 section 3, by asking oneself through it.

import { NS_PING } from "../core/ns.js";
import { xml, type Xml } from "../core/xml.js";

/** To room/nick. */
export function selfPing(): Xml {
  return xml("ping", NS_PING);
}

/** condition: of the error that came back; undefined for a result. Undefined: nobody knows, ask later */
export function isStillThere(condition: string | undefined): boolean | undefined {
  if (condition === undefined) return true;
  // These are of the own client, which the room asked; of the client that the room found under another nickname.
  if (["service-unavailable", "feature-not-implemented", "item-not-found"].includes(condition)) return true;
  if (["remote-server-not-found", "remote-server-timeout", "timeout", "disconnected"].includes(condition)) return undefined;
  return false;
}
