// SPDX-License-Identifier: MIT
//
// Finding rooms: XEP-0433 0.1.0 sections 4 and 5.

import { bounded, compact, count, flag } from "../core/plain.js";
import { child, childText, elements, xml, type Xml } from "../core/xml.js";
import { submission } from "./xep0004.js";
import { pageWish, readPageEnds, type PageEnds, type PageWish } from "./xep0059.js";

export const NS_CHANNEL_SEARCH = "urn:xmpp:channel-search:0:search";
const PARAMETERS = "urn:xmpp:channel-search:0:search-params";

export interface FoundRoom {
  readonly jid: string;
  /** "" without. */
  readonly name: string;
  readonly description: string;
  readonly language: string;
  readonly occupants?: number;
  /** Everybody may enter. */
  readonly isOpen: boolean;
}

export interface FoundRooms extends PageEnds {
  readonly rooms: readonly FoundRoom[];
}

const ROOMS_MAX = 200;
const NAME_MAX = 200;
const DESCRIPTION_MAX = 1000;

/** words: "" for all of them */
export function roomsQuery(words: string, page: PageWish): Xml {
  const wanted = words.trim() ? { q: words.trim() } : { all: true };
  return xml("search", NS_CHANNEL_SEARCH, {}, submission(PARAMETERS, wanted), pageWish(page));
}

export function readRooms(iq: Xml): FoundRooms | undefined {
  const result = child(iq, "result", NS_CHANNEL_SEARCH);
  if (!result) return undefined;
  const rooms = elements(result, "item", NS_CHANNEL_SEARCH)
    .slice(0, ROOMS_MAX)
    .flatMap((item) => {
      const jid = item.attrs.address ?? "";
      const kind = childText(item, "service-type")?.trim() ?? "xep-0045";
      if (!jid.includes("@") || kind !== "xep-0045") return [];
      return compact({
        jid,
        name: bounded(childText(item, "name"), NAME_MAX),
        description: bounded(childText(item, "description"), DESCRIPTION_MAX),
        language: bounded(childText(item, "language"), 35),
        occupants: count(childText(item, "nusers")),
        isOpen: flag(childText(item, "is-open")?.trim()),
      });
    });
  return { rooms, ...readPageEnds(result) };
}
