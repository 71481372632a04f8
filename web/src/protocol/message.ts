// SPDX-License-Identifier: MIT
//
// What a message says, from all specifications at once: RFC 6121 section 5, XEP-0045 1.35.5 section 7,
// chat states (XEP-0085 2.1), receipts (XEP-0184 1.4.0), markers (XEP-0333 1.0.0), corrections
// (XEP-0308 1.2.1), retractions (XEP-0424 0.4.2), ids (XEP-0359 0.7.0), texts without styles (XEP-0393
// 1.1.1 section 6); and what the files beside this one read: reactions, replies, mentions, moderation,
// files, ids of occupants, calls.

import { bareOf } from "../core/jid.js";
import { NS_CLIENT } from "../core/ns.js";
import { bounded, compact } from "../core/plain.js";
import { child, childText, elements, xml, type Xml } from "../core/xml.js";
import { readRinging, type Ringing } from "./xep0353.js";
import { NS_SID } from "./xep0359.js";
import { NS_STYLING } from "./xep0393.js";
import { occupantId, occupantIdIn } from "./xep0421.js";
import { moderated, NS_RETRACTION, readModeration, readTombstone, type Moderation, type Tombstone } from "./xep0425.js";
import { fallbacksFor, fallbackUpTo, without, type Range } from "./xep0428.js";
import { NS_REACTIONS, reactions, readReactions, type Reactions } from "./xep0444.js";
import { file, readFile, type FileDetails } from "./xep0447.js";
import { NS_REPLY, readReply, reply, type Reply } from "./xep0461.js";
import { mentionElements, readMentions, type Mention } from "./xep0513.js";

export { webAddress } from "./xep0447.js";

export const NS_CHAT_STATES = "http://jabber.org/protocol/chatstates";
export const NS_RECEIPTS = "urn:xmpp:receipts";
export const NS_MARKERS = "urn:xmpp:chat-markers:0";
export const NS_CORRECTION = "urn:xmpp:message-correct:0";
export const NS_HINTS = "urn:xmpp:hints"; // XEP-0334

export type ChatState = "active" | "composing" | "paused" | "inactive" | "gone";

export interface Message {
  readonly type: "chat" | "normal" | "groupchat" | "headline" | "error";
  readonly id?: string;
  /** Undefined in what this client sends: the server knows. */
  readonly from?: string;
  readonly to?: string;
  /** Without what other specifications say better: see reply.quote. Of a file it may be its address. */
  readonly body?: string;
  /** Without a body, in a room: what it is about from now on; "" for nothing (XEP-0045 section 8.1). */
  readonly subject?: string;
  readonly thread?: string;
  /** The text is to be shown as it is. */
  readonly isUnstyled?: true;
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
  /** Of the message that is taken back; in rooms the id of the archive. */
  readonly retracts?: string;
  /** It was a moderator who took it back: the room says so. */
  readonly moderated?: Moderation;
  /** It was taken back, and this is what is left of it. */
  readonly retracted?: Tombstone;
  /** All reactions of the sender to that message: none takes them back. */
  readonly reactions?: Reactions;
  readonly reply?: Reply;
  readonly mentions?: readonly Mention[];
  /** Where a file is. */
  readonly url?: string;
  readonly file?: FileDetails;
  /** Somebody calls, or says what becomes of a call; never in a room. */
  readonly call?: Ringing;
  /** As the sender chose it, apart from id. */
  readonly originId?: string;
  /** Who it is in the room, if the room gives such ids. */
  readonly occupantId?: string;
}

const STATES: readonly string[] = ["active", "composing", "paused", "inactive", "gone"];
const TYPES: readonly string[] = ["chat", "groupchat", "headline", "error"];
const SUBJECT_MAX = 2000;

/** The quote that stands for the reply, when it is where this client puts it: before the text. */
function quoteIn(stanza: Xml, body: string): string | undefined {
  const [first] = fallbacksFor([NS_REPLY], stanza, body);
  return first?.start === 0 && first.end < body.length ? body.slice(0, first.end) : undefined;
}

/** Where a place of the body is when those parts are not shown; undefined inside one. */
function placeWithout(ranges: readonly Range[]): (units: number) => number | undefined {
  return (units) => {
    let before = 0;
    for (const { start, end } of ranges) {
      if (units > start && units < end) return undefined;
      if (units >= end) before += end - start;
    }
    return units - before;
  };
}

/** The text for people, and what of it is meant for whom. */
function readBody(stanza: Xml): { body?: string; mentions?: Mention[]; quote?: string } {
  const body = childText(stanza, "body");
  if (body === undefined) {
    const mentions = readMentions(stanza, "", () => undefined);
    return mentions.length ? { mentions } : {};
  }
  const understood: string[] = [];
  if (child(stanza, "reply", NS_REPLY)) understood.push(NS_REPLY);
  if (child(stanza, "reactions", NS_REACTIONS)) understood.push(NS_REACTIONS);
  if (child(stanza, "retract", NS_RETRACTION)) understood.push(NS_RETRACTION);
  const hidden = fallbacksFor(understood, stanza, body);
  const shown = without(body, hidden);
  const mentions = readMentions(stanza, body, placeWithout(hidden));
  return compact({
    body: shown || !hidden.length ? shown : undefined,
    mentions: mentions.length ? mentions : undefined,
    quote: quoteIn(stanza, body),
  });
}

export function readMessage(stanza: Xml): Message {
  const { type = "normal", id, from, to } = stanza.attrs;
  const { body, mentions, quote } = readBody(stanza);
  const { url, file: details } = readFile(stanza);
  const answered = readReply(stanza);
  const subject = childText(stanza, "subject");
  return compact({
    type: (TYPES.includes(type) ? type : "normal") as Message["type"],
    id,
    from,
    to,
    body: body ?? (details && url),
    subject: subject === undefined ? undefined : bounded(subject, SUBJECT_MAX),
    thread: childText(stanza, "thread")?.slice(0, SUBJECT_MAX),
    isUnstyled: child(stanza, "unstyled", NS_STYLING) ? (true as const) : undefined,
    state: elements(stanza, undefined, NS_CHAT_STATES).find(({ name }) => STATES.includes(name))?.name as ChatState | undefined,
    wantsReceipt: child(stanza, "request", NS_RECEIPTS) ? (true as const) : undefined,
    receiptOf: child(stanza, "received", NS_RECEIPTS)?.attrs.id,
    isMarkable: child(stanza, "markable", NS_MARKERS) ? (true as const) : undefined,
    displayed: child(stanza, "displayed", NS_MARKERS)?.attrs.id,
    replaces: child(stanza, "replace", NS_CORRECTION)?.attrs.id,
    retracts: child(stanza, "retract", NS_RETRACTION)?.attrs.id,
    moderated: readModeration(stanza),
    retracted: readTombstone(stanza),
    reactions: readReactions(stanza),
    reply: answered && { ...answered, ...(quote === undefined ? {} : { quote }) },
    mentions,
    url,
    file: details,
    call: type === "groupchat" ? undefined : readRinging(stanza),
    originId: child(stanza, "origin-id", NS_SID)?.attrs.id,
    occupantId: occupantIdIn(stanza),
  }) as Message;
}

export function message(m: Message): Xml {
  const quote = m.reply?.quote ?? "";
  const body = m.body === undefined ? undefined : quote + m.body;
  const isKept = body !== undefined || m.reactions || m.retracts !== undefined;
  return xml(
    "message",
    NS_CLIENT,
    { type: m.type, id: m.id, to: m.to, from: m.from },
    body === undefined ? undefined : xml("body", NS_CLIENT, {}, body),
    m.subject === undefined ? undefined : xml("subject", NS_CLIENT, {}, m.subject),
    m.thread === undefined ? undefined : xml("thread", NS_CLIENT, {}, m.thread),
    m.isUnstyled && xml("unstyled", NS_STYLING),
    m.state && xml(m.state, NS_CHAT_STATES),
    m.wantsReceipt && xml("request", NS_RECEIPTS),
    m.receiptOf === undefined ? undefined : xml("received", NS_RECEIPTS, { id: m.receiptOf }),
    m.isMarkable && xml("markable", NS_MARKERS),
    m.displayed === undefined ? undefined : xml("displayed", NS_MARKERS, { id: m.displayed }),
    m.replaces === undefined ? undefined : xml("replace", NS_CORRECTION, { id: m.replaces }),
    m.retracts === undefined ? undefined : xml("retract", NS_RETRACTION, { id: m.retracts }, ...(m.moderated ? moderated(m.moderated) : [])),
    m.reactions && reactions(m.reactions),
    m.reply && reply(m.reply),
    quote && body !== undefined ? fallbackUpTo(quote.length, NS_REPLY, body) : undefined,
    ...(m.mentions ?? []).flatMap((mention) => mentionElements(mention, body ?? "", quote.length)),
    ...(m.url === undefined ? [] : file(m.url, m.file)),
    m.originId === undefined ? undefined : xml("origin-id", NS_SID, { id: m.originId }),
    m.occupantId === undefined ? undefined : occupantId(m.occupantId),
    isKept && body === undefined ? xml("store", NS_HINTS) : undefined,
  );
}

/** The address of the other side of a message between people; undefined when it is of neither. */
export function otherSide(stanza: Xml, account: string): string | undefined {
  const from = bareOf(stanza.attrs.from ?? account);
  const to = bareOf(stanza.attrs.to ?? account);
  return from === account ? to : to === account ? from : undefined;
}
