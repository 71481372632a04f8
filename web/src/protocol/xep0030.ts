// SPDX-License-Identifier: MIT
//
// Service discovery: XEP-0030 2.5.0 sections 3 and 4.

import { elements, xml, type Xml } from "../core/xml.js";

export const NS_DISCO_INFO = "http://jabber.org/protocol/disco#info";
export const NS_DISCO_ITEMS = "http://jabber.org/protocol/disco#items";

export interface DiscoInfo {
  readonly identities: readonly { readonly category: string; readonly type: string; readonly name: string }[];
  readonly features: readonly string[];
}

export interface DiscoItem {
  readonly jid: string;
  readonly name: string;
}

export function discoInfoQuery(node?: string): Xml {
  return xml("query", NS_DISCO_INFO, { node });
}

export function readDiscoInfo(query: Xml): DiscoInfo {
  return {
    identities: elements(query, "identity", NS_DISCO_INFO).map(({ attrs }) => ({
      category: attrs.category ?? "",
      type: attrs.type ?? "",
      name: attrs.name ?? "",
    })),
    features: elements(query, "feature", NS_DISCO_INFO).flatMap(({ attrs }) => attrs.var ?? []),
  };
}

/** What this client answers. */
export function discoInfo({ identities, features }: DiscoInfo): Xml {
  return xml(
    "query",
    NS_DISCO_INFO,
    {},
    ...identities.map((identity) => xml("identity", NS_DISCO_INFO, { ...identity })),
    ...features.map((feature) => xml("feature", NS_DISCO_INFO, { var: feature })),
  );
}

export function discoItemsQuery(): Xml {
  return xml("query", NS_DISCO_ITEMS);
}

export function readDiscoItems(query: Xml): DiscoItem[] {
  return elements(query, "item", NS_DISCO_ITEMS).flatMap(({ attrs }) => (attrs.jid ? { jid: attrs.jid, name: attrs.name ?? "" } : []));
}
