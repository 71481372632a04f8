// SPDX-License-Identifier: MIT
//
// Being in a room: XEP-0045 1.35.5 sections 7 and 8.1. What its owners and moderators do is in
// xep0045_owner.ts and xep0045_admin.ts, what it says of itself in xep0045_info.ts.

import { bareOf, resourceOf } from "../core/jid.js";
import { NS_CLIENT } from "../core/ns.js";
import { bounded, compact, count } from "../core/plain.js";
import { child, childText, elements, xml, type Xml } from "../core/xml.js";
import { readPresence, type Availability } from "./rfc6121_presence.js";
import { formIn, submission, valueIn } from "./xep0004.js";
import type { Invitation } from "./xep0249.js";
import { hatsIn, type Hat } from "./xep0317.js";
import { occupantIdIn } from "./xep0421.js";

export const NS_MUC = "http://jabber.org/protocol/muc";
export const NS_MUC_USER = "http://jabber.org/protocol/muc#user";
const VOICE_REQUEST = "http://jabber.org/protocol/muc#request";

export type Affiliation = "owner" | "admin" | "member" | "none" | "outcast";
export type Role = "moderator" | "participant" | "visitor" | "none";

/** Section 15.6: what codes say. */
export const CODE = {
  seesAddresses: 100,
  ownPresence: 110,
  archived: 170,
  unarchived: 171,
  open: 172,
  halfOpen: 173,
  closed: 174,
  created: 201,
  nickChosen: 210,
  configured: 104,
  banned: 301,
  nickChanged: 303,
  kicked: 307,
  affiliationLost: 321,
  membersOnlyNow: 322,
  shutDown: 332,
  broken: 333,
} as const;

export interface Occupant {
  readonly nick: string;
  /** Bare; "" where the room does not tell. */
  readonly jid: string;
  readonly affiliation: Affiliation;
  readonly role: Role;
  readonly availability: Availability;
  readonly status: string;
  readonly hats: readonly Hat[];
  /** In rooms that give such ids. */
  readonly occupantId?: string;
  readonly idleSince?: number;
  readonly avatarHash?: string;
}

/** Somebody came, changed, or went. */
export interface RoomPresence {
  readonly room: string;
  /** Of who went: as he was. */
  readonly occupant: Occupant;
  readonly isThere: boolean;
  readonly isOwn: boolean;
  readonly codes: readonly number[];
  /** He is there under that name from now on. */
  readonly newNick?: string;
  /** Of a moderator's doing: the moderator's nickname, and what he said. */
  readonly actor?: string;
  readonly reason?: string;
  /** There is no room any more; another is at `next`. */
  readonly destroyed?: { readonly next: string; readonly reason: string };
}

const REASON_MAX = 500;
const CODES_MAX = 20;

const AFFILIATIONS: readonly string[] = ["owner", "admin", "member", "none", "outcast"];
const ROLES: readonly string[] = ["moderator", "participant", "visitor", "none"];

export function affiliationOf(said: string | undefined): Affiliation {
  return AFFILIATIONS.includes(said ?? "") ? (said as Affiliation) : "none";
}

export function roleOf(said: string | undefined): Role {
  return ROLES.includes(said ?? "") ? (said as Role) : "none";
}

// --- entering and leaving ---------------------------------------------------------------------------

/** Section 7.2. Nothing of what was said: the room's archive tells it. */
export function entering(room: string, nick: string, { password, show, status }: { password?: string; show?: string; status?: string } = {}): Xml {
  const history = xml("history", NS_MUC, { maxstanzas: 0 });
  return xml(
    "presence",
    NS_CLIENT,
    { to: `${room}/${nick}` },
    xml("x", NS_MUC, {}, password === undefined ? undefined : xml("password", NS_MUC, {}, password), history),
    show ? xml("show", NS_CLIENT, {}, show) : undefined,
    status ? xml("status", NS_CLIENT, {}, status) : undefined,
  );
}

/** Section 7.6, 7.7: another name, another availability. */
export function roomPresence(room: string, nick: string, { show, status }: { show?: string; status?: string } = {}): Xml {
  return xml(
    "presence",
    NS_CLIENT,
    { to: `${room}/${nick}` },
    show ? xml("show", NS_CLIENT, {}, show) : undefined,
    status ? xml("status", NS_CLIENT, {}, status) : undefined,
  );
}

/** Section 7.14. */
export function leaving(room: string, nick: string): Xml {
  return xml("presence", NS_CLIENT, { to: `${room}/${nick}`, type: "unavailable" });
}

function codesIn(x: Xml): number[] {
  return elements(x, "status", NS_MUC_USER)
    .slice(0, CODES_MAX)
    .flatMap(({ attrs }) => count(attrs.code) ?? []);
}

/** Undefined: it is not of somebody in a room. Errors (section 7.2) are for StanzaError.of. */
export function readRoomPresence(stanza: Xml): RoomPresence | undefined {
  const presence = readPresence(stanza);
  const x = child(stanza, "x", NS_MUC_USER);
  const nick = resourceOf(presence?.from ?? "");
  if (!presence || !x || !nick) return undefined;
  const item = child(x, "item");
  const destroy = child(x, "destroy");
  const codes = codesIn(x);
  const isThere = presence.availability !== "offline";
  const { idleSince, avatarHash } = presence;
  return compact({
    room: bareOf(presence.from),
    isThere,
    isOwn: codes.includes(CODE.ownPresence),
    codes,
    newNick: codes.includes(CODE.nickChanged) ? item?.attrs.nick : undefined,
    actor: child(item, "actor")?.attrs.nick,
    reason: bounded(childText(item, "reason"), REASON_MAX) || undefined,
    destroyed: destroy && { next: bareOf(destroy.attrs.jid ?? ""), reason: bounded(childText(destroy, "reason"), REASON_MAX) },
    occupant: compact({
      nick,
      jid: bareOf(item?.attrs.jid ?? ""),
      affiliation: affiliationOf(item?.attrs.affiliation),
      role: roleOf(item?.attrs.role),
      availability: presence.availability,
      status: bounded(presence.status, REASON_MAX),
      hats: hatsIn(stanza),
      occupantId: occupantIdIn(stanza),
      idleSince,
      avatarHash,
    }),
  });
}

// --- messages ---------------------------------------------------------------------------------------

/** What the room itself says: codes of a change of its configuration or of who sees addresses (section 10.2.1). */
export function readRoomCodes(stanza: Xml): number[] {
  const x = child(stanza, "x", NS_MUC_USER);
  return x && stanza.attrs.type === "groupchat" && stanza.attrs.from && !resourceOf(stanza.attrs.from) ? codesIn(x) : [];
}

/** Section 7.5: a message of one to another in a room is marked, so that it is not taken for one of a contact. */
export function isPrivateOfRoom(stanza: Xml): boolean {
  return stanza.attrs.type !== "groupchat" && child(stanza, "x", NS_MUC_USER) !== undefined;
}

export const privateMark: Xml = xml("x", NS_MUC_USER);

// --- invitations ------------------------------------------------------------------------------------

/** Section 7.8.2, through the room, which members-only rooms need. */
export function invitationThrough(room: string, jids: readonly string[], reason = "", thread?: string): Xml {
  const why = reason ? xml("reason", NS_MUC_USER, {}, reason) : undefined;
  const goesOn = thread === undefined ? undefined : xml("continue", NS_MUC_USER, { thread });
  const invites = jids.map((to) => xml("invite", NS_MUC_USER, { to }, why, goesOn));
  return xml("message", NS_CLIENT, { to: room }, xml("x", NS_MUC_USER, {}, ...invites));
}

/** It is the room that says who invites. */
export function readInvitationThrough(stanza: Xml): Invitation | undefined {
  const x = child(stanza, "x", NS_MUC_USER);
  const invite = child(x, "invite");
  const room = stanza.attrs.from ?? "";
  if (!invite?.attrs.from || stanza.attrs.type === "error" || resourceOf(room) || !room) return undefined;
  return compact({
    room,
    from: invite.attrs.from,
    reason: bounded(childText(invite, "reason"), REASON_MAX),
    password: childText(x, "password"),
    thread: child(invite, "continue")?.attrs.thread,
  });
}

// --- voice ------------------------------------------------------------------------------------------

/** Section 7.13. */
export function voiceRequest(room: string): Xml {
  return xml("message", NS_CLIENT, { to: room }, submission(VOICE_REQUEST, { "muc#role": "participant" }));
}

/** Section 8.6: what moderators get. */
export function readVoiceRequest(stanza: Xml): { readonly room: string; readonly nick: string; readonly jid: string } | undefined {
  const form = formIn(stanza, VOICE_REQUEST);
  const nick = valueIn(form, "muc#roomnick");
  const room = stanza.attrs.from ?? "";
  if (form?.kind !== "form" || !nick || !room || resourceOf(room)) return undefined;
  return { room, nick, jid: bareOf(valueIn(form, "muc#jid") ?? "") };
}

export function voiceGrant(room: string, { nick, jid }: { readonly nick: string; readonly jid: string }): Xml {
  const answer = { "muc#role": "participant", "muc#jid": jid || undefined, "muc#roomnick": nick, "muc#request_allow": true };
  return xml("message", NS_CLIENT, { to: room }, submission(VOICE_REQUEST, answer));
}
