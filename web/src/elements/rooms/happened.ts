// SPDX-License-Identifier: MIT
//
// What happened in a room between two messages, as one quiet line: those to whom the same was done are named
// together, and many are a number.

import type { Client } from "../../model/client.js";
import type { Happening } from "../../model/types.js";
import type { Texts } from "../texts/texts.js";

const NAMES_MAX = 3;
const TEXT_MAX = 120; // characters of a topic or a reason

/** What is told of somebody, and has a word for all of whom it is told. */
const OF_PEOPLE: readonly Happening["what"][] = [
  ...(["came", "left", "kicked", "banned", "removed"] as const),
  ...(["owner", "moderator", "demoted", "member", "guest", "speaker", "listener"] as const),
];

/** happenings: oldest first. Returns "" when there is nothing to tell */
export function happenedText(client: Client, texts: Texts, happenings: readonly Happening[]): string {
  const lines = new Map<string, { readonly one: Happening; readonly names: Set<string> }>();
  for (const one of happenings) {
    const { what, by, text } = one;
    if (what === "destroyed" || (one.isOwn && what === "left")) continue;
    const key = OF_PEOPLE.includes(what) ? JSON.stringify([what, by, text]) : `${one.time}`;
    const line = lines.get(key) ?? { one, names: new Set<string>() };
    lines.set(key, line);
    line.names.add(one.isOwn ? texts.of("yourself") : client.rooms.nameOfOccupant(one));
  }
  const of = (what: Happening["what"]): Set<string> => lines.get(JSON.stringify([what, "", ""]))?.names ?? new Set();
  // Who came and went is no news.
  for (const name of [...of("came")]) if (of("left").delete(name)) of("came").delete(name);
  return [...lines.values()].flatMap(({ one, names }) => (names.size ? lineOf(client, texts, one, [...names]) : [])).join(" · ");
}

function lineOf(client: Client, texts: Texts, { room, what, nick, by, text }: Happening, names: readonly string[]): string {
  const said = text.slice(0, TEXT_MAX);
  const nameOf = (one: string): string => client.rooms.nameOfOccupant(client.rooms.occupant(room, one) ?? { nick: one });
  // Who did it himself knows.
  const signed = (line: string): string => (by && by !== client.rooms.of(room)?.nick ? texts.of("happenedBy", { line, by: nameOf(by) }) : line);
  if (OF_PEOPLE.includes(what)) {
    const who = names.length > NAMES_MAX ? texts.of("somePeople", { count: names.length }) : texts.list(names);
    const line = signed(texts.of("happenedTo", { what, who }));
    return said ? `${line} — ${said}` : line;
  }
  if (what === "renamed") return texts.of("nowCalled", { who: nick, name: said });
  if (what === "subject") return signed(said ? texts.of("newTopic", { topic: said }) : texts.of("noTopic"));
  return what === "named" ? texts.of("newRoomName", { name: said }) : texts.of("happenedIn", { what });
}
