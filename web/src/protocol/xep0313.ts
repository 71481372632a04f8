// SPDX-License-Identifier: MIT
//
// The archive: XEP-0313 1.1.3.

import { child, xml, type Xml } from "../core/xml.js";
import { pageWish, readPageEnds, type PageEnds, type PageWish } from "./xep0059.js";
import { forwardedIn, type Forwarded } from "./xep0297.js";

export const NS_MAM = "urn:xmpp:mam:2";
export const NS_FORMS = "jabber:x:data";

export interface ArchiveQuery extends PageWish {
  /** Tells the results of one query from those of another. */
  readonly queryId: string;
  /** With whom; undefined: with anybody. */
  readonly with?: string;
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
  const field = (name: string, value: string, type?: string): Xml =>
    xml("field", NS_FORMS, { var: name, type }, xml("value", NS_FORMS, {}, value));
  const form =
    query.with === undefined
      ? undefined
      : xml("x", NS_FORMS, { type: "submit" }, field("FORM_TYPE", NS_MAM, "hidden"), field("with", query.with));
  return xml("query", NS_MAM, { queryid: query.queryId }, form, pageWish(query));
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
