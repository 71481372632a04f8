// SPDX-License-Identifier: MIT
//
// Why something with a room was not done, in words for people (XEP-0045 section 7.2).

import type { PlainTextName, Texts } from "../texts/texts.js";

const WORDS: Readonly<Record<string, PlainTextName>> = {
  "registration-required": "roomMembersOnly",
  forbidden: "roomForbidden",
  banned: "roomForbidden",
  "not-authorized": "roomPassword",
  "service-unavailable": "roomFull",
  conflict: "roomNickTaken",
  "jid-malformed": "roomNickNot",
  "item-not-found": "roomNotThere",
  gone: "roomNotThere",
  "not-allowed": "roomNotAllowed",
  "remote-server-not-found": "roomUnreachable",
  "remote-server-timeout": "roomUnreachable",
  timeout: "roomUnreachable",
  disconnected: "roomUnreachable",
  kicked: "roomKicked",
  removed: "roomRemoved",
  destroyed: "roomDestroyed",
};

/** problem: of Room.problem, or what a wish was rejected with */
export function problemText(texts: Texts, problem: unknown): string {
  const said = problem instanceof Error ? problem.message : String(problem);
  return texts.of(WORDS[said.split(":")[0] ?? ""] ?? "roomRefused");
}
