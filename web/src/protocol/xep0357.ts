// SPDX-License-Identifier: MIT
//
// Being told while no page is open: XEP-0357 0.4.1 sections 5 and 6, with the browser's own service
// (Web Push) as docs/push.md describes it.

import { childText, xml, type Xml } from "../core/xml.js";
import { submission } from "./xep0004.js";

export const NS_PUSH = "urn:xmpp:push:0";
export const NS_WEB_PUSH = "https://jaseur.org/ns/web-push/0";

/** Of a PushSubscription; keys are base64url without padding. */
export interface BrowserSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** To the own account: the server's key. */
export function vapidQuery(): Xml {
  return xml("vapid", NS_WEB_PUSH);
}

/** base64url of a point of P-256. */
export function readVapid(iq: Xml): string | undefined {
  const key = childText(iq, "vapid", NS_WEB_PUSH)?.trim();
  return key !== undefined && /^[A-Za-z0-9_-]{87}$/.test(key) ? key : undefined;
}

/** service: the host; node: of this browser, as it chose it */
export function pushEnabling(service: string, node: string, { endpoint, p256dh, auth }: BrowserSubscription): Xml {
  return xml("enable", NS_PUSH, { jid: service, node }, submission(NS_WEB_PUSH, { endpoint, p256dh, auth }));
}

export function pushDisabling(service: string, node: string): Xml {
  return xml("disable", NS_PUSH, { jid: service, node });
}
