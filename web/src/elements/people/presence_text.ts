// SPDX-License-Identifier: MIT
//
// What is said beside somebody's name: what he wrote himself, or how present he is.

import type { SeenPresence } from "../../model/types.js";
import type { Texts } from "../texts/texts.js";

const LATELY_MS = 60_000;

/** "Away, active 5 minutes ago"; "" until it is known. now: milliseconds of the epoch */
export function presenceText(texts: Texts, { availability, idleSince }: SeenPresence, now = Date.now()): string {
  if (availability === undefined) return "";
  if (availability === "offline") return texts.of("offlinePerson");
  const said = texts.of(availability);
  return idleSince === undefined || now - idleSince < LATELY_MS ? said : texts.of("activeAgo", { presence: said, ago: texts.ago(idleSince, now) });
}
