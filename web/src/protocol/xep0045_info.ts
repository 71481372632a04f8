// SPDX-License-Identifier: MIT
//
// What a room says of itself: XEP-0045 1.35.5 sections 6.4 and 15.5.4, with its picture (XEP-0486 0.1.0
// section 4) and slow mode (XEP-0500 0.1.1).

import { bounded, compact, count } from "../core/plain.js";
import { valueIn } from "./xep0004.js";
import type { DiscoInfo } from "./xep0030.js";
import { NS_MUC } from "./xep0045.js";
import { NS_MAM } from "./xep0313.js";
import { NS_OCCUPANT_ID } from "./xep0421.js";
import { NS_MODERATION } from "./xep0425.js";
import { NS_MUCSUB } from "./mucsub.js";

export const ROOM_INFO = "http://jabber.org/protocol/muc#roominfo";

export interface RoomInfo {
  /** "" without. */
  readonly name: string;
  readonly description: string;
  readonly subject: string;
  readonly language: string;
  readonly occupants?: number;
  readonly isPublic: boolean;
  readonly isPersistent: boolean;
  readonly isMembersOnly: boolean;
  readonly isModerated: boolean;
  readonly needsPassword: boolean;
  /** Everybody sees who people are. */
  readonly showsAddresses: boolean;
  readonly hasArchive: boolean;
  readonly hasOccupantIds: boolean;
  /** What is said there can be had without being there. */
  readonly canSubscribe: boolean;
  readonly canModerate: boolean;
  /** Not only moderators may change the subject. */
  readonly canAllSetSubject: boolean;
  /** Seconds between two messages of one person (XEP-0500); 0: none. */
  readonly slowMode: number;
  /** SHA-1 in hex of its pictures, which are in its vCard. */
  readonly avatarHashes: readonly string[];
}

const NAME_MAX = 200;
const DESCRIPTION_MAX = 2000;

/** Undefined: it is no room. */
export function readRoomInfo(info: DiscoInfo): RoomInfo | undefined {
  const identity = info.identities.find(({ category }) => category === "conference");
  if (!identity || !info.features.includes(NS_MUC)) return undefined;
  const form = info.forms.find(({ formType }) => formType === ROOM_INFO);
  const has = (feature: string): boolean => info.features.includes(feature);
  const hashes = form?.fields.find(({ name }) => name === "muc#roominfo_avatarhash")?.values ?? [];
  return compact({
    name: bounded(identity.name, NAME_MAX),
    description: bounded(valueIn(form, "muc#roominfo_description"), DESCRIPTION_MAX),
    subject: bounded(valueIn(form, "muc#roominfo_subject"), DESCRIPTION_MAX),
    language: bounded(valueIn(form, "muc#roominfo_lang"), 35),
    occupants: count(valueIn(form, "muc#roominfo_occupants")),
    isPublic: has("muc_public"),
    isPersistent: has("muc_persistent"),
    isMembersOnly: has("muc_membersonly"),
    isModerated: has("muc_moderated"),
    needsPassword: has("muc_passwordprotected"),
    showsAddresses: has("muc_nonanonymous"),
    hasArchive: has(NS_MAM),
    hasOccupantIds: has(NS_OCCUPANT_ID),
    canSubscribe: has(NS_MUCSUB),
    canModerate: has(NS_MODERATION),
    canAllSetSubject: ["1", "true"].includes(valueIn(form, "muc#roominfo_subjectmod") ?? ""),
    slowMode: count(valueIn(form, "muc#roominfo_slow_mode_duration")) ?? 0,
    avatarHashes: hashes.filter((hash) => /^[0-9a-f]{40}$/i.test(hash)).slice(0, 10).map((hash) => hash.toLowerCase()),
  });
}
