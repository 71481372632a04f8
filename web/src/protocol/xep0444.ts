// SPDX-License-Identifier: MIT
//
// Reactions: XEP-0444 0.2.1.

import { child, elements, text, xml, type Xml } from "../core/xml.js";

export const NS_REACTIONS = "urn:xmpp:reactions:0";

export interface Reactions {
  /** The message's id: in rooms that of the archive (section 4.2). */
  readonly to: string;
  /** All of the sender: none takes them back (section 3.1). */
  readonly emojis: readonly string[];
}

/** Of one sender to one message; and of each, UTF-16 units. Emojis of families are long. */
const REACTIONS_MAX = 20;
const REACTION_MAX = 40;

export function readReactions(stanza: Xml): Reactions | undefined {
  const reactions = child(stanza, "reactions", NS_REACTIONS);
  if (!reactions?.attrs.id) return undefined;
  const emojis = elements(reactions, "reaction", NS_REACTIONS)
    .map((one) => text(one).trim())
    .filter((emoji) => emoji && emoji.length <= REACTION_MAX);
  return { to: reactions.attrs.id, emojis: [...new Set(emojis)].slice(0, REACTIONS_MAX) };
}

export function reactions({ to, emojis }: Reactions): Xml {
  return xml("reactions", NS_REACTIONS, { id: to }, ...emojis.map((emoji) => xml("reaction", NS_REACTIONS, {}, emoji)));
}
