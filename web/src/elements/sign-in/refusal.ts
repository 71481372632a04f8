// SPDX-License-Identifier: MIT
//
// Why nobody is signed in, in words for people (RFC 6120 sections 4.9.3 and 6.5, and what the client finds itself).

import type { PlainTextName, Texts } from "../texts/texts.js";

const WORDS: Readonly<Record<string, PlainTextName>> = {
  "not-authorized": "wrongSecret",
  "account-disabled": "accountDisabled",
  "no-storage": "noStorage",
  insecure: "insecure",
  "no-mechanism": "noMechanism",
};

/** isProtected: the server was reached by https; else it lets nobody sign in */
export function refusalText(texts: Texts, condition: string, isProtected = true): string {
  if (condition === "no-mechanism" && !isProtected) return texts.of("insecure");
  const words = WORDS[condition];
  return words ? texts.of(words) : texts.of("refused", { condition });
}
