// SPDX-License-Identifier: MIT
//
// What a receiver wants to tell of what comes: XEP-0293 1.0.1.

import { elements, xml, type Xml } from "../core/xml.js";
import { numberUpTo, word } from "./sdp_words.js";

export const NS_RTCP_FEEDBACK = "urn:xmpp:jingle:apps:rtp:rtcp-fb:0";

export interface Feedback {
  readonly type: string;
  /** "" for none. */
  readonly subtype: string;
  /** Milliseconds: <rtcp-fb-trr-int/>, of which there is no type. */
  readonly interval?: number;
}

const FEEDBACK_MAX = 32;
const INTERVAL_MAX = 3_600_000;

/** Of a description or a payload type. */
export function readFeedback(el: Xml): Feedback[] {
  const found: Feedback[] = [];
  for (const one of elements(el, undefined, NS_RTCP_FEEDBACK).slice(0, FEEDBACK_MAX)) {
    const interval = one.name === "rtcp-fb-trr-int" ? numberUpTo(INTERVAL_MAX, one.attrs.value) : undefined;
    const type = one.name === "rtcp-fb" ? word(one.attrs.type) : undefined;
    const subtype = one.attrs.subtype ? word(one.attrs.subtype) : "";
    if (interval !== undefined) found.push({ type: "trr-int", subtype: "", interval });
    else if (type !== undefined && subtype !== undefined) found.push({ type, subtype });
  }
  return found;
}

export function feedback({ type, subtype, interval }: Feedback): Xml {
  if (interval !== undefined) return xml("rtcp-fb-trr-int", NS_RTCP_FEEDBACK, { value: interval });
  return xml("rtcp-fb", NS_RTCP_FEEDBACK, { type, subtype: subtype || undefined });
}
