// SPDX-License-Identifier: MIT
//
// Archives of accounts and of rooms: XEP-0313 1.1.3, with words to look for (XEP-0431 0.2.0).

import { child, xml, type Xml } from "../core/xml.js";
import { submission } from "./xep0004.js";
import { pageWish, readPageEnds, type PageEnds, type PageWish } from "./xep0059.js";
import { forwardedIn, type Forwarded } from "./xep0297.js";

export const NS_MAM = "urn:xmpp:mam:2";

export interface ArchiveQuery extends PageWish {
  /** Tells the results of one query from those of another. */
  readonly queryId: string;
  /** With whom; undefined: with anybody. */
  readonly with?: string;
  /** Milliseconds of the epoch (section 4.1.2). */
  readonly start?: number;
  readonly end?: number;
  /** Ids of the archive, beside the page (section 4.1.3). */
  readonly afterId?: string;
  readonly beforeId?: string;
  /** These messages, all of which must be there. */
  readonly ids?: readonly string[];
  /** Words that are in it. */
  readonly text?: string;
  /** Those of rooms, too, where the account's archive has them (section 4.1.4). */
  readonly withRooms?: boolean;
  /** The newest of the page first (section 4.2.2). */
  readonly isFlipped?: boolean;
}

export interface ArchiveResult extends Forwarded {
  readonly queryId: string | undefined;
  /** Of the archive, the same as that of a stanza-id (XEP-0359). */
  readonly id: string;
}

export interface ArchiveEnd extends PageEnds {
  /** Nothing is further in that direction. */
  readonly complete: boolean;
}

export function archiveQuery(query: ArchiveQuery): Xml {
  const stamp = (time: number | undefined): string | undefined => (time === undefined ? undefined : new Date(time).toISOString());
  const fields = {
    with: query.with,
    start: stamp(query.start),
    end: stamp(query.end),
    "after-id": query.afterId,
    "before-id": query.beforeId,
    ids: query.ids,
    withtext: query.text,
    "include-groupchat": query.withRooms,
  };
  const isFiltered = Object.values(fields).some((one) => one !== undefined);
  return xml(
    "query",
    NS_MAM,
    { queryid: query.queryId },
    isFiltered ? submission(NS_MAM, fields) : undefined,
    pageWish(query),
    query.isFlipped ? xml("flip-page", NS_MAM) : undefined,
  );
}

/** from: whose archive was asked; a result of anybody else is none (section 4.2) */
export function readArchiveResult(stanza: Xml, from: string): ArchiveResult | undefined {
  const result = child(stanza, "result", NS_MAM);
  const forwarded = forwardedIn(result);
  if (!result?.attrs.id || !forwarded || (stanza.attrs.from !== undefined && stanza.attrs.from !== from)) return undefined;
  return { queryId: result.attrs.queryid, id: result.attrs.id, ...forwarded };
}

export function readArchiveEnd(iq: Xml): ArchiveEnd | undefined {
  const fin = child(iq, "fin", NS_MAM);
  return fin && { complete: fin.attrs.complete === "true", ...readPageEnds(fin) };
}
