// SPDX-License-Identifier: MIT
//
// What happened in a room, as one quiet line: many who came are one number.

import type { Client } from "../../model/client.js";
import type { Happening } from "../../model/types.js";
import type { Texts } from "../texts/texts.js";

const NAMES_MAX = 3;
const TEXT_MAX = 120; // characters of a topic or a reason

/** happenings: oldest first */
export function happenedText(client: Client, texts: Texts, happenings: readonly Happening[]): string {
  const of = (what: Happening["what"]): Happening[] => happenings.filter((one) => one.what === what && !one.isOwn);
  const name = (one: Happening): string => client.rooms.nameOfOccupant(one);
  // Who came and went is no news.
  const passed = new Set(of("came").map(({ nick }) => nick).filter((nick) => of("left").some((one) => one.nick === nick)));
  const folded = (what: "came" | "left"): string[] => {
    const all = of(what).filter(({ nick }) => !passed.has(nick));
    if (all.length > NAMES_MAX) return [texts.of(what === "came" ? "peopleCame" : "peopleLeft", { count: all.length })];
    return all.map((one) => texts.of(what === "came" ? "personCame" : "personLeft", { who: name(one) }));
  };
  const put = ["kicked", "banned", "removed"].flatMap((what) => of(what as Happening["what"]));
  return [
    ...folded("came"),
    ...folded("left"),
    ...put.map((one) => (one.by ? texts.of("putOutBy", { who: name(one), by: one.by }) : texts.of("wasPutOut", { who: name(one) }))),
    ...of("renamed").map((one) => texts.of("nowCalled", { who: one.nick, name: one.text })),
    ...happenings.filter(({ what, text }) => what === "subject" && text).map((one) => texts.of("newTopic", { who: one.by, topic: one.text.slice(0, TEXT_MAX) })),
  ].join(" · ");
}
