// SPDX-License-Identifier: MIT
//
// Pages of results: XEP-0059 1.0.

import { child, childText, xml, type Xml } from "../core/xml.js";

export const NS_RSM = "http://jabber.org/protocol/rsm";

/** before "": the last page. */
export interface PageWish {
  readonly max: number;
  readonly after?: string;
  readonly before?: string;
}

export interface PageEnds {
  readonly first?: string;
  readonly last?: string;
  readonly count?: number;
}

export function pageWish({ max, after, before }: PageWish): Xml {
  return xml(
    "set",
    NS_RSM,
    {},
    xml("max", NS_RSM, {}, String(max)),
    after === undefined ? undefined : xml("after", NS_RSM, {}, after),
    before === undefined ? undefined : xml("before", NS_RSM, {}, before),
  );
}

export function readPageEnds(within: Xml): PageEnds {
  const set = child(within, "set", NS_RSM);
  const first = childText(set, "first");
  const last = childText(set, "last");
  const count = Number(childText(set, "count") ?? Number.NaN);
  return {
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    ...(Number.isSafeInteger(count) && count >= 0 ? { count } : {}),
  };
}
