// SPDX-License-Identifier: MIT
//
// A call rings on all devices before there is a session: XEP-0353 0.7.0.

import { NS_CLIENT } from "../core/ns.js";
import { elements, xml, type Xml } from "../core/xml.js";
import { NS_RINGING, NS_RTP } from "./call_features.js";
import { SID_MAX, readReason, reasonElement, type JingleReason } from "./xep0166_reason.js";
import type { MediaKind } from "./xep0167_parameters.js";

const NS_HINTS = "urn:xmpp:hints"; // XEP-0334

const KINDS = ["propose", "ringing", "proceed", "reject", "retract", "finish"] as const;

export interface Ringing {
  readonly kind: (typeof KINDS)[number];
  /** Of the session that is to come. */
  readonly id: string;
  /** Of a proposal. */
  readonly media: readonly MediaKind[];
  readonly reason?: JingleReason;
}

/** Undefined: the message is about no call, or about none of this kind. */
export function readRinging(message: Xml): Ringing | undefined {
  const el = elements(message, undefined, NS_RINGING)[0];
  const kind = KINDS.find((name) => name === el?.name);
  const id = el?.attrs.id ?? "";
  if (!el || !kind || !id || id.length > SID_MAX) return undefined;
  const said = elements(el, "description", NS_RTP).map(({ attrs }) => attrs.media);
  const media = (["audio", "video"] as const).filter((one) => said.includes(one));
  if (kind === "propose" && !media.length) return undefined;
  const reason = readReason(el)?.condition;
  return { kind, id, media, ...(reason && { reason }) };
}

/** Kept by archives (section 7), so that devices that were away know of it. */
export function ringing(to: string, { kind, id, media, reason }: Ringing): Xml {
  return xml(
    "message",
    NS_CLIENT,
    { type: "chat", to, id: `${kind}-${id}` },
    xml(
      kind,
      NS_RINGING,
      { id },
      ...media.map((one) => xml("description", NS_RTP, { media: one })),
      reason && reasonElement({ condition: reason, text: "" }),
    ),
    xml("store", NS_HINTS),
  );
}
