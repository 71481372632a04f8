// SPDX-License-Identifier: MIT
//
// Presence: RFC 6121 section 4, with the time of the last activity (XEP-0319 1.0.2) and the
// hash of the avatar (XEP-0153 1.1.1 section 4).

import { NS_CLIENT } from "../core/ns.js";
import { child, childText, xml, type Xml } from "../core/xml.js";
import { preauth } from "./xep0445.js";

export const NS_IDLE = "urn:xmpp:idle:1";
export const NS_AVATAR_UPDATE = "vcard-temp:x:update";

/** In the order in which they are shown. */
export type Availability = "chat" | "online" | "away" | "xa" | "dnd" | "offline";

export interface Presence {
  /** Full. */
  readonly from: string;
  readonly availability: Availability;
  /** What the person wrote; "" without. */
  readonly status: string;
  readonly priority: number;
  /** Milliseconds of the epoch. */
  readonly idleSince?: number;
  /** "": has none. Undefined: not said. */
  readonly avatarHash?: string;
}

const SHOWN: readonly string[] = ["chat", "away", "xa", "dnd"];

/** Undefined for requests, answers to them, and errors. */
export function readPresence(stanza: Xml): Presence | undefined {
  const { type, from } = stanza.attrs;
  if (!from || (type !== undefined && type !== "unavailable")) return undefined;
  const show = childText(stanza, "show")?.trim() ?? "";
  const priority = Number.parseInt(childText(stanza, "priority") ?? "0", 10);
  const idle = Date.parse(child(stanza, "idle", NS_IDLE)?.attrs.since ?? "");
  const avatarHash = childText(child(stanza, "x", NS_AVATAR_UPDATE), "photo")?.trim();
  return {
    from,
    availability: type === "unavailable" ? "offline" : SHOWN.includes(show) ? (show as Availability) : "online",
    status: childText(stanza, "status") ?? "",
    priority: Math.max(-128, Math.min(127, Number.isNaN(priority) ? 0 : priority)),
    ...(Number.isNaN(idle) ? {} : { idleSince: idle }),
    ...(avatarHash === undefined ? {} : { avatarHash }),
  };
}

export function presence(
  availability: Availability = "online",
  { status = "", idleSince }: { readonly status?: string; readonly idleSince?: number } = {},
): Xml {
  return xml(
    "presence",
    NS_CLIENT,
    { type: availability === "offline" ? "unavailable" : undefined },
    SHOWN.includes(availability) ? xml("show", NS_CLIENT, {}, availability) : undefined,
    status ? xml("status", NS_CLIENT, {}, status) : undefined,
    idleSince === undefined ? undefined : xml("idle", NS_IDLE, { since: new Date(idleSince).toISOString() }),
  );
}

/** RFC 6121 section 3. token: of an invitation by who is asked, which grants it at once (XEP-0379 0.3.3 section 3.4) */
export function subscription(type: "subscribe" | "subscribed" | "unsubscribe" | "unsubscribed", to: string, token?: string): Xml {
  return xml("presence", NS_CLIENT, { type, to }, token === undefined ? undefined : preauth(token));
}
