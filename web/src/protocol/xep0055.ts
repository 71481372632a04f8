// SPDX-License-Identifier: MIT
//
// Finding people: XEP-0055 1.3 section 3, by the form of our server's directory (docs/search.md), in pages
// (XEP-0059).

import { bounded } from "../core/plain.js";
import { child, xml, type Xml } from "../core/xml.js";
import { formIn, submission } from "./xep0004.js";
import { pageWish, readPageEnds, type PageEnds, type PageWish } from "./xep0059.js";

export const NS_SEARCH = "jabber:iq:search";

export interface FoundPerson {
  readonly jid: string;
  /** The best of what the card says; "" when it says nothing. */
  readonly name: string;
  readonly organisation: string;
  readonly title: string;
  readonly email: string;
}

export interface FoundPeople extends PageEnds {
  readonly people: readonly FoundPerson[];
}

const PEOPLE_MAX = 200;
const FIELD_MAX = 200;

/** Anything of a card that has words which begin like these. */
export function peopleQuery(words: string, page: PageWish): Xml {
  return xml("query", NS_SEARCH, {}, submission(NS_SEARCH, { "x-any": words }), pageWish(page));
}

export function readPeople(iq: Xml): FoundPeople | undefined {
  const query = child(iq, "query", NS_SEARCH);
  const form = formIn(query, NS_SEARCH) ?? formIn(query);
  if (!query || !form) return undefined;
  const people = form.rows.slice(0, PEOPLE_MAX).flatMap((row) => {
    const one = (name: string): string => bounded(row[name]?.[0], FIELD_MAX);
    const jid = one("jid");
    if (!jid.includes("@")) return [];
    const name = one("fn") || `${one("first")} ${one("last")}`.trim() || one("nick");
    return [{ jid, name, organisation: one("orgname"), title: one("title"), email: one("email") }];
  });
  return { people, ...readPageEnds(query) };
}
