// SPDX-License-Identifier: MIT
//
// Why a session ends (XEP-0166 section 7.4), or does not begin (XEP-0353).

import { bounded } from "../core/plain.js";
import { child, childText, xml, type Xml } from "../core/xml.js";
import { NS_JINGLE } from "./call_features.js";

export const SID_MAX = 128; // UTF-16 units, of a session's name
const TEXT_MAX = 300;

const REASONS = [
  ...(["success", "busy", "decline", "cancel", "expired", "gone", "timeout", "connectivity-error", "media-error"] as const),
  ...(["failed-application", "failed-transport", "general-error", "incompatible-parameters", "security-error"] as const),
  ...(["unsupported-applications", "unsupported-transports", "alternative-session"] as const),
] as const;
export type JingleReason = (typeof REASONS)[number];

export interface Reason {
  readonly condition: JingleReason;
  /** What a person may read; "" without. */
  readonly text: string;
}

export function readReason(el: Xml | undefined): Reason | undefined {
  const reason = child(el, "reason", NS_JINGLE);
  const condition = REASONS.find((name) => child(reason, name, NS_JINGLE));
  return condition && { condition, text: bounded(childText(reason, "text"), TEXT_MAX) };
}

export function reasonElement({ condition, text }: Reason): Xml {
  return xml("reason", NS_JINGLE, {}, xml(condition, NS_JINGLE), text ? xml("text", NS_JINGLE, {}, text) : undefined);
}
