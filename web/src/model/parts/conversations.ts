// SPDX-License-Identifier: MIT
//
// With whom there are messages: what was said last, what is unread, what was begun to be written.

import type { Xml } from "../../core/xml.js";
import { message } from "../../protocol/message.js";
import { actionIn } from "../../protocol/xep0245.js";
import { unstyled } from "../../protocol/xep0393.js";
import { NS_DISPLAYED_SYNC, displayedPublication, readDisplayedEvent } from "../../protocol/xep0490.js";
import { fileName } from "../../protocol/xep0447.js";
import type { Host, Part } from "../part.js";
import type { ChatMessage, Conversation, Snapshot } from "../types.js";

const NEW: Omit<Conversation, "with"> = {
  ...{ kind: "chat", unread: 0, mentions: 0, since: 0, time: 0, lastText: "", lastEnd: "", isLastOwn: false, isLastCall: false, lastAuthor: "", readUntil: 0 },
  ...{ draft: "", isComplete: false, oldestRead: "" },
};
const UNREAD_MAX = 1000; // counted

/** Numbers of stanzas. */
export interface InboxSpan {
  /** The inbox knew what was read up to that. */
  readonly before: number;
  /** It has counted up to that. */
  readonly until: number;
}

/** A message in a line, as it reads; of a file its name: the address says nothing to anybody. What is done ("/me") has no styles. */
export function lastText({ text, url, file, moderated, isUnstyled }: ChatMessage): string {
  if (moderated) return moderated.reason;
  if (url !== undefined && text === url) return file?.name || fileName(new URL(url).pathname) || url;
  return isUnstyled || actionIn(text) !== undefined ? text : unstyled(text);
}

export class ConversationsPart implements Part {
  readonly asks = ["setDraft", "markDisplayed"] as const;
  readonly features = [`${NS_DISPLAYED_SYNC}+notify`];
  readonly #host: Host;
  readonly #all = new Map<string, Conversation>();
  #inbox: InboxSpan = { before: 0, until: 0 };
  readonly #counted = new Set<string>(); // conversations that it counts
  readonly #read = new Set<string>(); // those that were read since it was asked

  constructor(host: Host) {
    this.#host = host;
  }

  get all(): readonly Conversation[] {
    return [...this.#all.values()];
  }

  of(jid: string): Conversation {
    return this.#all.get(jid) ?? { with: jid, ...NEW };
  }

  isRoom(jid: string): boolean {
    return this.#all.get(jid)?.kind === "room";
  }

  /** Of the conversation of that address. */
  async change(jid: string, change: Partial<Omit<Conversation, "with">>): Promise<void> {
    const conversation = { ...this.of(jid), ...change };
    this.#all.set(jid, conversation);
    await this.#host.store.putConversation(conversation);
    this.#host.tell({ kind: "conversation", conversation });
  }

  /**
   * A message is there or has changed. isNew: just said, by somebody else; isOld: known to be before the last;
   * arrival: the number of the stanza that said it, Infinity for what no inbox counts, undefined when an archive told it
   */
  async show(one: ChatMessage, { isNew, isOld, arrival }: { isNew: boolean; isOld: boolean; arrival: number | undefined }): Promise<void> {
    const old = this.of(one.with);
    if (!isOld && one.time >= old.time)
      await this.change(one.with, {
        time: one.time,
        lastText: lastText(one),
        lastEnd: one.moderated ? "moderated" : one.isRetracted ? "retracted" : "",
        isLastOwn: one.isOwn,
        isLastCall: one.call !== undefined,
        lastAuthor: one.isOwn ? "" : (one.author?.nick ?? ""),
        unread: one.isOwn ? this.#unreadWhenRead(one.with, arrival) : old.unread + (isNew && !this.#isCounted(one.with, arrival) ? 1 : 0),
        mentions: one.isOwn ? 0 : old.mentions + (isNew && one.isMention ? 1 : 0),
        ...(one.isOwn ? { readUntil: one.time } : {}),
      });
    this.#host.tell({ kind: "message", message: one, isNew });
  }

  // --- the inbox ------------------------------------------------------------------------------------

  /** It is about to be asked. */
  onInboxAsked(): void {
    this.#read.clear();
    this.#counted.clear();
  }

  /** It has answered; setUnread() follows for each conversation. */
  onInbox(span: InboxSpan): void {
    this.#inbox = span;
  }

  /** What it has counted, unless that was read here meanwhile. isNew: it is there from now on */
  async setUnread(jid: string, counted: number, isNew: boolean): Promise<void> {
    const isRead = this.#read.has(jid);
    if (!isRead) this.#counted.add(jid);
    const { unread } = this.of(jid);
    if (isNew || (!isRead && unread !== counted)) await this.change(jid, { unread: isRead ? unread : counted });
  }

  /** Whether what is unread has it already. */
  #isCounted(jid: string, arrival = Infinity): boolean {
    return arrival <= this.#inbox.until && this.#counted.has(jid);
  }

  /** All that came before was read. Returns what is unread. */
  #unreadWhenRead(jid: string, arrival: number | undefined): number {
    if (arrival === undefined) return 0;
    // The inbox knew that, and has counted what came behind it.
    if (arrival <= this.#inbox.before && this.#counted.has(jid)) return this.of(jid).unread;
    // What follows counts, also what the inbox has counted.
    this.#counted.delete(jid);
    this.#read.add(jid);
    return 0;
  }

  /** On another device, as a stanza with that number said. */
  async readElsewhere(jid: string, arrival: number): Promise<void> {
    await this.change(jid, { unread: this.#unreadWhenRead(jid, arrival) });
  }

  /** Of a room: what is unread is what came behind the last that was displayed. */
  async count(jid: string): Promise<void> {
    const { unread, mentions, readUntil } = this.of(jid);
    const counted = await this.#host.store.unreadAfter(jid, readUntil, UNREAD_MAX);
    if (counted.unread !== unread || counted.mentions !== mentions) await this.change(jid, counted);
  }

  /** A message of a room's archive was displayed on another device; false: it is not known here. */
  async displayedElsewhere(jid: string, archiveId: string): Promise<boolean> {
    const message = await this.#host.store.byArchiveId(jid, archiveId);
    if (message && message.time > this.of(jid).readUntil) await this.change(jid, { readUntil: message.time });
    if (message) await this.count(jid);
    return message !== undefined;
  }

  /** It is not there any more, nor what was said in it. */
  async drop(jid: string): Promise<void> {
    if (!this.#all.delete(jid)) return;
    await this.#host.store.dropConversation(jid);
    this.#host.tell({ kind: "conversationGone", with: jid });
  }

  async load(): Promise<void> {
    for (const conversation of await this.#host.store.conversations()) this.#all.set(conversation.with, { ...NEW, ...conversation });
  }

  /** Another device has displayed something. */
  async onEvent(stanza: Xml, arrival: number): Promise<void> {
    for (const { jid, id } of readDisplayedEvent(stanza, this.#host.account))
      if (this.isRoom(jid)) await this.displayedElsewhere(jid, id);
      else await this.readElsewhere(jid, arrival);
  }

  forget(): void {
    for (const known of [this.#all, this.#counted, this.#read]) known.clear();
  }

  snapshot(): Partial<Snapshot> {
    return { conversations: this.all };
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  async setDraft(jid: string, draft: string): Promise<void> {
    await this.change(jid, { draft });
  }

  /** All that is there was seen. */
  async markDisplayed(jid: string): Promise<void> {
    if (this.of(jid).unread === 0) return;
    const { account, store, connection } = this.#host;
    const last = await store.lastOfOther(jid);
    await this.change(jid, { unread: this.#unreadWhenRead(jid, Infinity), mentions: 0, readUntil: last?.time ?? 0 });
    // To a room it is for the own inbox alone, which counts what came from it while one was away (docs/rooms.md).
    const type = this.isRoom(jid) ? "normal" : "chat";
    if (last?.id !== undefined) connection.send(message({ type, to: jid, displayed: last.id }));
    if (last?.archiveId !== undefined)
      await this.#host.ask("set", displayedPublication({ jid, id: last.archiveId }, this.isRoom(jid) ? jid : account)).catch(() => undefined);
  }
}
