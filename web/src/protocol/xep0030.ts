// SPDX-License-Identifier: MIT
//
// Service discovery: XEP-0030 2.5.0 sections 3 and 4, with forms (XEP-0128 1.0.1).

import { bounded } from "../core/plain.js";
import { elements, xml, type Xml } from "../core/xml.js";
import { NS_FORMS, readForm, type Form } from "./xep0004.js";
import { pageWish, type PageWish } from "./xep0059.js";

export const NS_DISCO_INFO = "http://jabber.org/protocol/disco#info";
export const NS_DISCO_ITEMS = "http://jabber.org/protocol/disco#items";

export interface DiscoInfo {
  readonly identities: readonly { readonly category: string; readonly type: string; readonly name: string }[];
  readonly features: readonly string[];
  readonly forms: readonly Form[];
}

export interface DiscoItem {
  readonly jid: string;
  /** Of that address; "" for the address itself. */
  readonly node: string;
  readonly name: string;
}

/** Of one answer. */
const IDENTITIES_MAX = 50;
const FEATURES_MAX = 500;
const FORMS_MAX = 20;
const ITEMS_MAX = 5000;
const NAME_MAX = 500;

export function discoInfoQuery(node?: string): Xml {
  return xml("query", NS_DISCO_INFO, { node });
}

export function readDiscoInfo(query: Xml): DiscoInfo {
  return {
    identities: elements(query, "identity", NS_DISCO_INFO).slice(0, IDENTITIES_MAX).map(({ attrs }) => ({
      category: attrs.category ?? "",
      type: attrs.type ?? "",
      name: bounded(attrs.name, NAME_MAX),
    })),
    features: elements(query, "feature", NS_DISCO_INFO).slice(0, FEATURES_MAX).flatMap(({ attrs }) => attrs.var ?? []),
    forms: elements(query, "x", NS_FORMS).slice(0, FORMS_MAX).flatMap((x) => readForm(x) ?? []),
  };
}

/** What this client answers, with the node that was asked for (section 3.2). */
export function discoInfo({ identities, features }: Pick<DiscoInfo, "identities" | "features">, node?: string): Xml {
  return xml(
    "query",
    NS_DISCO_INFO,
    { node },
    ...identities.map((identity) => xml("identity", NS_DISCO_INFO, { ...identity })),
    ...features.map((feature) => xml("feature", NS_DISCO_INFO, { var: feature })),
  );
}

export function discoItemsQuery(node?: string, page?: PageWish): Xml {
  return xml("query", NS_DISCO_ITEMS, { node }, page && pageWish(page));
}

export function readDiscoItems(query: Xml): DiscoItem[] {
  return elements(query, "item", NS_DISCO_ITEMS)
    .slice(0, ITEMS_MAX)
    .flatMap(({ attrs }) => (attrs.jid ? { jid: attrs.jid, node: attrs.node ?? "", name: bounded(attrs.name, NAME_MAX) } : []));
}
