// SPDX-License-Identifier: MIT
//
// Rosters: RFC 6121 section 2, with versions (section 2.6).

import { child, childText, elements, text, xml, type Xml } from "../core/xml.js";

export const NS_ROSTER = "jabber:iq:roster";

export interface RosterItem {
  readonly jid: string;
  /** "" when the owner gave none. */
  readonly name: string;
  readonly subscription: "none" | "to" | "from" | "both";
  /** The owner has asked to see the contact. */
  readonly asked: boolean;
  readonly groups: readonly string[];
}

export interface RosterNews {
  readonly version: string | undefined;
  readonly items: readonly RosterItem[];
  /** Addresses that are contacts no more. */
  readonly removed: readonly string[];
}

function subscriptionOf(value: string | undefined): RosterItem["subscription"] {
  return value === "to" || value === "from" || value === "both" ? value : "none";
}

/** query: of a result or a push */
export function readRoster(query: Xml): RosterNews {
  const items: RosterItem[] = [];
  const removed: string[] = [];
  for (const item of elements(query, "item", NS_ROSTER)) {
    const { attrs } = item;
    if (!attrs.jid) continue;
    if (attrs.subscription === "remove") removed.push(attrs.jid);
    else
      items.push({
        jid: attrs.jid,
        name: attrs.name ?? "",
        subscription: subscriptionOf(attrs.subscription),
        asked: attrs.ask === "subscribe",
        groups: elements(item, "group").map(text),
      });
  }
  return { version: query.attrs.ver, items, removed };
}

/** version: of what is known already; "" for nothing */
export function rosterQuery(version: string): Xml {
  return xml("query", NS_ROSTER, { ver: version });
}

export function rosterChange({ jid, name, groups }: Pick<RosterItem, "jid" | "name" | "groups">): Xml {
  const shown = groups.map((group) => xml("group", NS_ROSTER, {}, group));
  return xml("query", NS_ROSTER, {}, xml("item", NS_ROSTER, { jid, name: name || undefined }, ...shown));
}

export function rosterRemoval(jid: string): Xml {
  return xml("query", NS_ROSTER, {}, xml("item", NS_ROSTER, { jid, subscription: "remove" }));
}

/** Whether a payload is a roster, for pushes. */
export function rosterIn(stanza: Xml): RosterNews | undefined {
  const query = child(stanza, "query", NS_ROSTER);
  return query && readRoster(query);
}

/** RFC 6121 section 3.1: what somebody says who asks. */
export function requestText(presence: Xml): string {
  return childText(presence, "status") ?? "";
}
