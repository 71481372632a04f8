// SPDX-License-Identifier: MIT
//
// Who may do what to whom in a room (XEP-0045 sections 5, 8 and 9): what one may not do is not offered.

import type { Room } from "../../model/types.js";
import type { Affiliation, Role } from "../../protocol/xep0045.js";

/** Somebody in a room, or one of its lists. */
export interface Member {
  /** Bare; "" where the room does not tell. */
  readonly jid: string;
  /** "": is not there. */
  readonly nick: string;
  readonly affiliation: Affiliation;
  readonly role: Role;
}

export type Deed = "speakAlone" | "makeOwner" | "makeModerator" | "makeMember" | "giveVoice" | "takeVoice" | "putOut" | "remove" | "ban" | "unban";

const RANK: readonly Affiliation[] = ["outcast", "none", "member", "admin", "owner"];

export function deedsOf({ affiliation, role }: Pick<Room, "affiliation" | "role">, member: Member): Deed[] {
  const own = RANK.indexOf(affiliation);
  const its = RANK.indexOf(member.affiliation);
  const isOwner = affiliation === "owner";
  const rules = isOwner || (affiliation === "admin" && its < own);
  const knows = member.jid !== "";
  const mayMove = role === "moderator" && member.nick !== "" && its <= own && !["admin", "owner"].includes(member.affiliation);
  const deeds: readonly (readonly [Deed, boolean])[] = [
    ["speakAlone", role !== "none" && member.nick !== ""],
    ["makeOwner", isOwner && knows && !["owner", "outcast"].includes(member.affiliation)],
    ["makeModerator", isOwner && knows && !["admin", "outcast"].includes(member.affiliation)],
    ["makeMember", rules && knows && !["member", "outcast"].includes(member.affiliation)],
    ["giveVoice", mayMove && member.role === "visitor"],
    ["takeVoice", mayMove && member.role === "participant"],
    ["putOut", mayMove],
    ["remove", rules && knows && its > RANK.indexOf("none")],
    ["ban", rules && knows && member.affiliation !== "outcast" && member.affiliation !== "owner"],
    ["unban", rules && knows && member.affiliation === "outcast"],
  ];
  return deeds.flatMap(([deed, may]) => (may ? deed : []));
}
