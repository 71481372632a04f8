// SPDX-License-Identifier: MIT
//
// Replies: XEP-0461 0.2.1, with what other clients show instead (section 3.1).

import { bounded } from "../core/plain.js";
import { child, xml, type Xml } from "../core/xml.js";

export const NS_REPLY = "urn:xmpp:reply:0";

export interface Reply {
  /** The message's id: in rooms that of the archive, else that of its sender (section 4.1). */
  readonly to: string;
  /** Full, in rooms with the nickname; "" when it is not said. */
  readonly author: string;
  /** What stands in the body before the answer, as lines that begin with ">". */
  readonly quote?: string;
}

const QUOTED_MAX = 300;
const QUOTED_LINES_MAX = 4;

/** Undefined: it answers nothing. */
export function readReply(stanza: Xml): Reply | undefined {
  const { id, to = "" } = child(stanza, "reply", NS_REPLY)?.attrs ?? {};
  return id ? { to: id, author: to } : undefined;
}

export function reply({ to, author }: Reply): Xml {
  return xml("reply", NS_REPLY, { to: author || undefined, id: to });
}

/** For clients without replies: "> Anna:\n> We should bake a cake\n". */
export function quoteOf(who: string, said: string): string {
  const lines = bounded(said, QUOTED_MAX)
    .split("\n")
    .filter((line) => line.trim() && !line.startsWith(">"))
    .slice(0, QUOTED_LINES_MAX);
  return [`${bounded(who, QUOTED_MAX).replace(/\s/g, " ")}:`, ...lines].map((line) => `> ${line}\n`).join("");
}

/** What a quote quotes. */
export function quoted(quote: string): string {
  return quote
    .split("\n")
    .map((line) => line.replace(/^\s*>\s?/, ""))
    .join("\n")
    .trim();
}
