// SPDX-License-Identifier: MIT
//
// What owners of a room do: XEP-0045 1.35.5 sections 10.1, 10.2 and 10.9.

import { child, xml, type Xml } from "../core/xml.js";
import { cancellation, formIn, submission, type Answers, type Form } from "./xep0004.js";

export const NS_MUC_OWNER = "http://jabber.org/protocol/muc#owner";
export const ROOM_CONFIG = "http://jabber.org/protocol/muc#roomconfig";

export function roomConfigQuery(): Xml {
  return xml("query", NS_MUC_OWNER);
}

export function readRoomConfig(iq: Xml): Form | undefined {
  return formIn(child(iq, "query", NS_MUC_OWNER), ROOM_CONFIG);
}

/** Of a new room also what opens it; without answers as the service makes rooms (section 10.1.2). */
export function roomConfig(answers: Answers): Xml {
  const form = Object.keys(answers).length ? submission(ROOM_CONFIG, answers) : submission("", {});
  return xml("query", NS_MUC_OWNER, {}, form);
}

/** Of a new room: it is given up (section 10.1.3). */
export function roomConfigCancellation(): Xml {
  return xml("query", NS_MUC_OWNER, {}, cancellation());
}

/** next: where people are to go; "" for nowhere */
export function roomEnd(reason = "", next = ""): Xml {
  const why = reason ? xml("reason", NS_MUC_OWNER, {}, reason) : undefined;
  return xml("query", NS_MUC_OWNER, {}, xml("destroy", NS_MUC_OWNER, { jid: next || undefined }, why));
}
