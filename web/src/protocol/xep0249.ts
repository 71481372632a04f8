// SPDX-License-Identifier: MIT
//
// Invitations from one to another: XEP-0249 1.2 section 2.

import { bareOf } from "../core/jid.js";
import { NS_CLIENT } from "../core/ns.js";
import { bounded, compact, flag } from "../core/plain.js";
import { child, xml, type Xml } from "../core/xml.js";

export const NS_CONFERENCE = "jabber:x:conference";

export interface Invitation {
  readonly room: string;
  readonly from: string;
  readonly reason: string;
  readonly password?: string;
  /** A conversation of two goes on there, with more people. */
  readonly thread?: string;
}

const REASON_MAX = 500;

export function readInvitation(stanza: Xml): Invitation | undefined {
  const { jid, reason, password, thread, ...rest } = child(stanza, "x", NS_CONFERENCE)?.attrs ?? {};
  const { from, type } = stanza.attrs;
  if (!jid?.includes("@") || jid.includes("/") || !from || type === "error" || type === "groupchat") return undefined;
  return compact({ room: bareOf(jid), from, reason: bounded(reason, REASON_MAX), password, thread: flag(rest.continue) ? (thread ?? "") : undefined });
}

/** body: for clients that cannot */
export function invitation(to: string, { room, reason, password, thread }: Omit<Invitation, "from">, body?: string): Xml {
  const goesOn = thread === undefined ? {} : { continue: "true", thread: thread || undefined };
  return xml(
    "message",
    NS_CLIENT,
    { to },
    xml("x", NS_CONFERENCE, { jid: room, password, reason: reason || undefined, ...goesOn }),
    body === undefined ? undefined : xml("body", NS_CLIENT, {}, body),
  );
}
