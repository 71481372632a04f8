// SPDX-License-Identifier: MIT
//
// Of which messages somebody is told: XEP-0492 0.2.0 section 3. Here one setting for all devices; what
// others say for some of them is kept.

import { elements, xml, type Xml } from "../core/xml.js";

export const NS_NOTIFY = "urn:xmpp:notification-settings:1";

export type NotifyWhen = "always" | "on-mention" | "never";

const WHEN: readonly string[] = ["always", "on-mention", "never"];

/** Of all clients; undefined: nothing is said. */
export function readNotify(notify: Xml | undefined): NotifyWhen | undefined {
  if (notify?.name !== "notify" || notify.ns !== NS_NOTIFY) return undefined;
  const found = elements(notify, undefined, NS_NOTIFY).find(({ name, attrs }) => WHEN.includes(name) && attrs["identity-category"] === undefined);
  return found?.name as NotifyWhen | undefined;
}

/** old: what stood there, of which what is for some clients stays */
export function notify(when: NotifyWhen, old?: Xml): Xml {
  const others = old ? elements(old).filter(({ name, ns, attrs }) => ns !== NS_NOTIFY || !WHEN.includes(name) || attrs["identity-category"] !== undefined) : [];
  return xml("notify", NS_NOTIFY, {}, ...others, xml(when, NS_NOTIFY));
}
