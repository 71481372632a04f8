// SPDX-License-Identifier: MIT
//
// When somebody was last there: XEP-0012 2.0 sections 2 and 3.

import { bounded, count } from "../core/plain.js";
import { child, text, xml, type Xml } from "../core/xml.js";

export const NS_LAST = "jabber:iq:last";

export interface LastActivity {
  /** Before now; 0 for who is there. */
  readonly seconds: number;
  /** What he said as he left. */
  readonly status: string;
}

const STATUS_MAX = 500;

export function lastActivityQuery(): Xml {
  return xml("query", NS_LAST);
}

export function readLastActivity(iq: Xml): LastActivity | undefined {
  const query = child(iq, "query", NS_LAST);
  const seconds = count(query?.attrs.seconds);
  return seconds === undefined ? undefined : { seconds, status: bounded(text(query), STATUS_MAX) };
}
