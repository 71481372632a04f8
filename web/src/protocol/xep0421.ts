// SPDX-License-Identifier: MIT
//
// Who somebody in a room is, whatever his nickname: XEP-0421 1.0.1.

import { child, xml, type Xml } from "../core/xml.js";

export const NS_OCCUPANT_ID = "urn:xmpp:occupant-id:0";

/** Only of rooms that say they give them: others pass on what anybody claims (section 3). */
export function occupantIdIn(el: Xml | undefined): string | undefined {
  return child(el, "occupant-id", NS_OCCUPANT_ID)?.attrs.id?.slice(0, 500) || undefined;
}

export function occupantId(id: string): Xml {
  return xml("occupant-id", NS_OCCUPANT_ID, { id });
}
