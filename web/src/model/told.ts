// SPDX-License-Identifier: MIT
//
// What became known of a conversation, and the messages that it makes: a message, or what one says
// about another that was said before.

import type { Message } from "../protocol/message.js";
import type { Ringing } from "../protocol/xep0353.js";
import type { Author, CallMade, ChatMessage, Progress } from "./types.js";

/** A message and how it came to be known. */
export interface Told {
  readonly message: Message;
  readonly with: string;
  readonly isOwn: boolean;
  /** Bare; in rooms the occupant's id, or the address in the room. */
  readonly by: string;
  /** In rooms. */
  readonly author?: Author;
  readonly time: number;
  readonly archiveId?: string;
  readonly progress?: Progress;
  readonly isMention?: boolean;
}

/** Names of what may be missing. */
type OptionalOf<T> = { [Key in keyof T]-?: object extends Pick<T, Key> ? Key : never }[keyof T];

/** Who reacted to one message, at most. */
const REACTED_MAX = 300;

/** The value without some of what it may have. */
export function without<T extends object>(value: T, keys: readonly OptionalOf<T>[]): T {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !(keys as readonly string[]).includes(key))) as T;
}

/** The message that this one is about; undefined: it is one of its own. */
export function targetOf({ message }: Told): string | undefined {
  return message.retracts ?? message.replaces ?? message.reactions?.to ?? (message.call?.kind === "propose" ? undefined : message.call?.id);
}

/** Whether it has anything that is shown. */
export function isShown({ body, reactions, retracts, retracted, call }: Message): boolean {
  return (call !== undefined && call.kind !== "ringing") || body !== undefined || reactions !== undefined || retracts !== undefined || retracted !== undefined;
}

/** The sender's id, by which the other side knows it. */
export function idOf({ message }: Told): string | undefined {
  if (message.call) return message.call.id;
  return message.originId !== undefined && message.type === "groupchat" ? message.originId : (message.id ?? message.originId);
}

/** Unique in the store, also when a room says that its messages are somebody else's. */
function keyOf(told: Told): string {
  const { archiveId, author, with: jid, isOwn } = told;
  if (archiveId !== undefined) return author ? `${jid} ${archiveId}` : archiveId;
  return `${isOwn ? "own" : "got"} ${author ? `${jid} ` : ""}${idOf(told) ?? crypto.randomUUID()}`;
}

export function messageOf(told: Told): ChatMessage {
  const { message, with: jid, isOwn, time, author, archiveId, progress } = told;
  const id = idOf(told);
  const base = {
    key: keyOf(told),
    with: jid,
    isOwn,
    time,
    ...(id === undefined ? {} : { id }),
    ...(archiveId === undefined ? {} : { archiveId }),
    ...(progress && { progress }),
    ...(author && { author }),
  };
  if (message.retracted) return { ...base, text: "", isRetracted: true, ...(message.retracted.moderated && { moderated: message.retracted.moderated }) };
  const { url, file, reply, mentions, isUnstyled, call } = message;
  if (call) return { ...without(base, ["progress"]), text: "", call: { media: call.media } };
  return {
    ...base,
    text: message.body ?? "",
    ...(url === undefined ? {} : { url }),
    ...(file && { file }),
    ...(reply && { reply }),
    ...(mentions && { mentions }),
    ...(told.isMention && { isMention: true as const }),
    ...(isUnstyled && { isUnstyled }),
  };
}

/** Undefined: that is not for who says it to say, or says nothing new. */
function calledOn(old: ChatMessage, kind: Ringing["kind"], { isOwn, time }: Told): CallMade | undefined {
  const call = old.call;
  if (!call) return undefined;
  const isAnswered = call.answered !== undefined;
  if (kind === "proceed" && isOwn !== old.isOwn && !isAnswered) return { ...without(call, ["isRefused"]), answered: time };
  if (kind === "reject" && isOwn !== old.isOwn && !isAnswered) return { ...call, isRefused: true };
  if (kind === "finish" && isAnswered && call.lasted === undefined) return { ...call, lasted: Math.max(0, time - (call.answered ?? time)) };
  return undefined;
}

function isSameAuthor(old: ChatMessage, { isOwn, author }: Told): boolean {
  if (!old.author || !author) return old.isOwn === isOwn;
  if (old.author.id !== undefined && author.id !== undefined) return old.author.id === author.id;
  // Nicknames are somebody else's when he who had one has left.
  return old.author.jid !== undefined && old.author.jid === author.jid;
}

/** The message as the change makes it; undefined when who said the change may not make it. */
export function changed(old: ChatMessage, told: Told): ChatMessage | undefined {
  const { message, by } = told;
  if (message.reactions) {
    if (old.isRetracted) return undefined;
    const { [by]: before, ...others } = old.reactions ?? {};
    if (message.reactions.emojis.length === 0) return before && { ...old, reactions: others };
    return Object.keys(others).length < REACTED_MAX ? { ...old, reactions: { ...others, [by]: message.reactions.emojis } } : undefined;
  }
  if (message.call) {
    const call = calledOn(old, message.call.kind, told);
    return call && { ...old, call };
  }
  if (old.call || (!message.moderated && !isSameAuthor(old, told))) return undefined;
  if (message.retracts !== undefined) {
    const { key, with: jid, isOwn, time, id, archiveId, progress, author } = old;
    return {
      ...{ key, with: jid, isOwn, time, text: "", isRetracted: true },
      ...(id === undefined ? {} : { id }),
      ...(archiveId === undefined ? {} : { archiveId }),
      ...(progress && { progress }),
      ...(author && { author }),
      ...(message.moderated && { moderated: message.moderated }),
    };
  }
  if (old.isRetracted) return undefined;
  const { mentions, isUnstyled } = message;
  return { ...without(old, ["mentions", "isUnstyled"]), text: message.body ?? "", isCorrected: true, ...(mentions && { mentions }), ...(isUnstyled && { isUnstyled }) };
}

/** Whether that is the message that a change means. */
export function isMeant(one: ChatMessage, told: Told): boolean {
  const target = targetOf(told);
  if (told.message.call) return one.call !== undefined && one.id === target;
  if (told.message.reactions || told.message.retracts !== undefined) {
    if (told.author || told.message.moderated) return one.archiveId === target;
    return one.id === target && (told.message.reactions !== undefined || one.isOwn === told.isOwn);
  }
  return one.id === target && one.isOwn === told.isOwn;
}

/** Messages of a piece of an archive. What is said in it about others is left out. */
export function messagesOf(all: readonly Told[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const told of all) {
    if (targetOf(told) === undefined) {
      if (isShown(told.message)) messages.push(messageOf(told));
      continue;
    }
    const at = messages.findIndex((one) => isMeant(one, told));
    const old = messages[at];
    const after = old && changed(old, told);
    if (after) messages[at] = after;
  }
  return messages;
}
