// SPDX-License-Identifier: MIT
//
// What a message between people says, from all specifications at once: RFC 6121 section 5, chat
// states (XEP-0085 2.1), receipts (XEP-0184 1.4.0), markers (XEP-0333 1.0.0), corrections (XEP-0308
// 1.2.1), retractions (XEP-0424 0.4.2), reactions (XEP-0444 0.2.1), replies (XEP-0461 0.2.1), ids
// (XEP-0359 0.7.0), files by address (XEP-0066 1.5).

import { bareOf } from "../core/jid.js";
import { NS_CLIENT } from "../core/ns.js";
import { child, childText, elements, text, xml, type Xml } from "../core/xml.js";
import { NS_SID } from "./xep0359.js";

export const NS_CHAT_STATES = "http://jabber.org/protocol/chatstates";
export const NS_RECEIPTS = "urn:xmpp:receipts";
export const NS_MARKERS = "urn:xmpp:chat-markers:0";
export const NS_CORRECTION = "urn:xmpp:message-correct:0";
export const NS_RETRACTION = "urn:xmpp:message-retract:1";
export const NS_REACTIONS = "urn:xmpp:reactions:0";
export const NS_REPLY = "urn:xmpp:reply:0";
export const NS_OOB = "jabber:x:oob";
export const NS_HINTS = "urn:xmpp:hints"; // XEP-0334

export type ChatState = "active" | "composing" | "paused" | "inactive" | "gone";

export interface Message {
  readonly type: "chat" | "normal" | "groupchat" | "headline" | "error";
  readonly id?: string;
  /** Undefined in what this client sends: the server knows. */
  readonly from?: string;
  readonly to?: string;
  readonly body?: string;
  readonly state?: ChatState;
  /** Somebody wants to know that it arrived. */
  readonly wantsReceipt?: true;
  /** Of the message that arrived. */
  readonly receiptOf?: string;
  /** Somebody wants to know that it was displayed. */
  readonly isMarkable?: true;
  /** Of the last message that was displayed. */
  readonly displayed?: string;
  /** Of the message whose text this one is now. */
  readonly replaces?: string;
  /** Of the message that is taken back. */
  readonly retracts?: string;
  /** All reactions of the sender to that message: none takes them back. */
  readonly reactions?: { readonly to: string; readonly emojis: readonly string[] };
  readonly reply?: { readonly to: string; readonly author: string };
  /** Where a file is. */
  readonly url?: string;
  /** As the sender chose it, apart from id. */
  readonly originId?: string;
}

const STATES: readonly string[] = ["active", "composing", "paused", "inactive", "gone"];
const TYPES: readonly string[] = ["chat", "groupchat", "headline", "error"];

/** Of one sender to one message; and of each, UTF-16 units. Emojis of families are long. */
const REACTIONS_MAX = 20;
const REACTION_MAX = 40;

/** An address that may be shown as a link: nothing that runs. */
export function webAddress(url: string | undefined): string | undefined {
  try {
    return url && ["http:", "https:"].includes(new URL(url).protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

function readReactions(stanza: Xml): Message["reactions"] {
  const reactions = child(stanza, "reactions", NS_REACTIONS);
  if (!reactions?.attrs.id) return undefined;
  const emojis = elements(reactions, "reaction", NS_REACTIONS)
    .map((one) => text(one).trim())
    .filter((emoji) => emoji && emoji.length <= REACTION_MAX);
  return { to: reactions.attrs.id, emojis: [...new Set(emojis)].slice(0, REACTIONS_MAX) };
}

function readReply(stanza: Xml): Message["reply"] {
  const { id, to } = child(stanza, "reply", NS_REPLY)?.attrs ?? {};
  return id ? { to: id, author: to ?? "" } : undefined;
}

/** Without what is undefined. */
function compact<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

export function readMessage(stanza: Xml): Message {
  const { type = "normal", id, from, to } = stanza.attrs;
  return compact({
    type: (TYPES.includes(type) ? type : "normal") as Message["type"],
    id,
    from,
    to,
    body: childText(stanza, "body"),
    state: elements(stanza, undefined, NS_CHAT_STATES).find(({ name }) => STATES.includes(name))?.name as ChatState | undefined,
    wantsReceipt: child(stanza, "request", NS_RECEIPTS) ? (true as const) : undefined,
    receiptOf: child(stanza, "received", NS_RECEIPTS)?.attrs.id,
    isMarkable: child(stanza, "markable", NS_MARKERS) ? (true as const) : undefined,
    displayed: child(stanza, "displayed", NS_MARKERS)?.attrs.id,
    replaces: child(stanza, "replace", NS_CORRECTION)?.attrs.id,
    retracts: child(stanza, "retract", NS_RETRACTION)?.attrs.id,
    reactions: readReactions(stanza),
    reply: readReply(stanza),
    url: webAddress(childText(child(stanza, "x", NS_OOB), "url")),
    originId: child(stanza, "origin-id", NS_SID)?.attrs.id,
  }) as Message;
}

export function message(m: Message): Xml {
  const isKept = m.body !== undefined || m.reactions || m.retracts !== undefined;
  return xml(
    "message",
    NS_CLIENT,
    { type: m.type, id: m.id, to: m.to, from: m.from },
    m.body === undefined ? undefined : xml("body", NS_CLIENT, {}, m.body),
    m.state && xml(m.state, NS_CHAT_STATES),
    m.wantsReceipt && xml("request", NS_RECEIPTS),
    m.receiptOf === undefined ? undefined : xml("received", NS_RECEIPTS, { id: m.receiptOf }),
    m.isMarkable && xml("markable", NS_MARKERS),
    m.displayed === undefined ? undefined : xml("displayed", NS_MARKERS, { id: m.displayed }),
    m.replaces === undefined ? undefined : xml("replace", NS_CORRECTION, { id: m.replaces }),
    m.retracts === undefined ? undefined : xml("retract", NS_RETRACTION, { id: m.retracts }),
    m.reactions &&
      xml("reactions", NS_REACTIONS, { id: m.reactions.to }, ...m.reactions.emojis.map((emoji) => xml("reaction", NS_REACTIONS, {}, emoji))),
    m.reply && xml("reply", NS_REPLY, { to: m.reply.author || undefined, id: m.reply.to }),
    m.url === undefined ? undefined : xml("x", NS_OOB, {}, xml("url", NS_OOB, {}, m.url)),
    m.originId === undefined ? undefined : xml("origin-id", NS_SID, { id: m.originId }),
    isKept && m.body === undefined ? xml("store", NS_HINTS) : undefined,
  );
}

/** The address of the other side of a message between people; undefined when it is of neither. */
export function otherSide(stanza: Xml, account: string): string | undefined {
  const from = bareOf(stanza.attrs.from ?? account);
  const to = bareOf(stanza.attrs.to ?? account);
  return from === account ? to : to === account ? from : undefined;
}

