// SPDX-License-Identifier: MIT
//
// What moderators take back, and what is left of what was taken back: XEP-0425 0.3.0 sections 3 and
// 5, XEP-0424 0.4.2 section 5.

import { bounded, compact } from "../core/plain.js";
import { child, childText, xml, type Xml } from "../core/xml.js";
import { occupantId, occupantIdIn } from "./xep0421.js";

export const NS_MODERATION = "urn:xmpp:message-moderate:1";
export const NS_RETRACTION = "urn:xmpp:message-retract:1";

export interface Moderation {
  /** The moderator's address in the room; "" when nobody is to know. */
  readonly by: string;
  readonly occupantId?: string;
  readonly reason: string;
}

export interface Tombstone {
  /** Milliseconds of the epoch. */
  readonly time?: number;
  readonly moderated?: Moderation;
}

const REASON_MAX = 500;

/** retract: <retract/> or <retracted/>. Whether the room itself says so is for the caller to see. */
function moderationIn(retract: Xml): Moderation | undefined {
  const moderated = child(retract, "moderated", NS_MODERATION);
  return (
    moderated &&
    compact({ by: moderated.attrs.by ?? "", occupantId: occupantIdIn(moderated), reason: bounded(childText(retract, "reason"), REASON_MAX) })
  );
}

/** A room's own word (section 3.1): `retract` came from its bare address. */
export function readModeration(stanza: Xml): Moderation | undefined {
  const retract = child(stanza, "retract", NS_RETRACTION);
  const isOfRoom = stanza.attrs.type === "groupchat" && stanza.attrs.from?.includes("/") === false;
  return retract && isOfRoom ? moderationIn(retract) : undefined;
}

export function moderated({ by, occupantId: id, reason }: Moderation): Xml[] {
  return [
    xml("moderated", NS_MODERATION, { by: by || undefined }, id === undefined ? undefined : occupantId(id)),
    ...(reason ? [xml("reason", NS_RETRACTION, {}, reason)] : []),
  ];
}

/** Of an archive or a room's history only: nobody else has a say in what was taken back. */
export function readTombstone(stanza: Xml): Tombstone | undefined {
  const retracted = child(stanza, "retracted", NS_RETRACTION);
  if (!retracted) return undefined;
  const time = Date.parse(retracted.attrs.stamp ?? "");
  return compact({ time: Number.isNaN(time) ? undefined : time, moderated: moderationIn(retracted) });
}

/** id: of the message in the room's archive (section 3) */
export function moderation(id: string, reason = ""): Xml {
  return xml(
    "moderate",
    NS_MODERATION,
    { id },
    xml("retract", NS_RETRACTION),
    reason ? xml("reason", NS_MODERATION, {}, reason) : undefined,
  );
}
