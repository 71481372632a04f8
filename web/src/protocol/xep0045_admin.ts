// SPDX-License-Identifier: MIT
//
// What moderators and administrators of a room do: XEP-0045 1.35.5 sections 8.2 to 8.5, 9 and 10.3 to
// 10.8.

import { bareOf } from "../core/jid.js";
import { bounded, compact } from "../core/plain.js";
import { child, childText, elements, xml, type Xml } from "../core/xml.js";
import { affiliationOf, roleOf, type Affiliation, type Role } from "./xep0045.js";

export const NS_MUC_ADMIN = "http://jabber.org/protocol/muc#admin";

/** Somebody of a list. */
export interface Affiliate {
  /** "" in lists of roles where addresses are not told. */
  readonly jid: string;
  readonly affiliation: Affiliation;
  readonly nick?: string;
  readonly role?: Role;
  readonly reason?: string;
}

const LIST_MAX = 20_000;
const REASON_MAX = 500;

export function affiliatesQuery(affiliation: Affiliation): Xml {
  return xml("query", NS_MUC_ADMIN, {}, xml("item", NS_MUC_ADMIN, { affiliation }));
}

export function readAffiliates(iq: Xml): Affiliate[] {
  const query = child(iq, "query", NS_MUC_ADMIN);
  if (!query) return [];
  return elements(query, "item", NS_MUC_ADMIN)
    .slice(0, LIST_MAX)
    .map((item) =>
      compact({
        jid: bareOf(item.attrs.jid ?? ""),
        affiliation: affiliationOf(item.attrs.affiliation),
        nick: item.attrs.nick || undefined,
        role: item.attrs.role === undefined ? undefined : roleOf(item.attrs.role),
        reason: bounded(childText(item, "reason"), REASON_MAX) || undefined,
      }),
    );
}

function item(attrs: Readonly<Record<string, string | undefined>>, reason: string): Xml {
  const why = reason ? xml("reason", NS_MUC_ADMIN, {}, reason) : undefined;
  return xml("query", NS_MUC_ADMIN, {}, xml("item", NS_MUC_ADMIN, attrs, why));
}

/** Who stays outside is an outcast. */
export function affiliation(jid: string, to: Affiliation, reason = ""): Xml {
  return item({ affiliation: to, jid }, reason);
}

/** Who is put out for now has no role. */
export function role(nick: string, to: Role, reason = ""): Xml {
  return item({ nick, role: to }, reason);
}
