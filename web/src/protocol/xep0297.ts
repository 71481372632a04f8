// SPDX-License-Identifier: MIT
//
// A message within another, with the time at which it was said: XEP-0297 1.0, XEP-0203 2.0.

import { NS_CLIENT } from "../core/ns.js";
import { child, type Xml } from "../core/xml.js";

export const NS_FORWARD = "urn:xmpp:forward:0";
export const NS_DELAY = "urn:xmpp:delay";

export interface Forwarded {
  readonly message: Xml;
  /** Milliseconds of the epoch. */
  readonly time?: number;
}

/** XEP-0082, with the microseconds that Date leaves out: two messages may be of one millisecond. */
function timeOf(stamp: string): number {
  const beyond = /\.\d{3}(\d{1,3})/.exec(stamp)?.[1] ?? "";
  return Date.parse(stamp) + Number(beyond.padEnd(3, "0")) / 1000;
}

/** Milliseconds of the epoch: when it was said, as whoever kept it tells. */
export function delayIn(el: Xml): number | undefined {
  const time = timeOf(child(el, "delay", NS_DELAY)?.attrs.stamp ?? "");
  return Number.isNaN(time) ? undefined : time;
}

export function forwardedIn(el: Xml | undefined): Forwarded | undefined {
  const forwarded = child(el, "forwarded", NS_FORWARD);
  const message = child(forwarded, "message", NS_CLIENT);
  if (!forwarded || !message) return undefined;
  const time = delayIn(forwarded);
  return { message, ...(time === undefined ? {} : { time }) };
}
