// SPDX-License-Identifier: MIT
//
// What was said: the end of each conversation in the store, without a gap, the rest in the
// archive. With a new page or session everything after the last known message is read from the
// archive; if that is more than CATCH_UP_MAX pages, the history here is forgotten and read anew
// from its end.

import { StanzaError } from "../../core/stanza_error.js";
import type { Xml } from "../../core/xml.js";
import { readMessage } from "../../protocol/message.js";
import { archiveQuery, readArchiveEnd, readArchiveResult, type ArchiveResult } from "../../protocol/xep0313.js";
import { inboxQuery, readInboxEntry, type InboxEntry } from "../../protocol/xep0430.js";
import type { Host, Part } from "../part.js";
import type { ChatMessage, History } from "../types.js";
import type { Telling } from "./chat.js";
import type { ConversationsPart } from "./conversations.js";

const PAGE = 50;
const CATCH_UP_PAGE = 100;
const CATCH_UP_MAX = 10; // pages
const INBOX_MAX = 500; // conversations
const OLDER_MAX = 20; // pages at once

/** The fact of the store that says which id of the archive is the last that is known. */
export const LAST_ARCHIVED = "last archived";

/** Takes a message of the archive. */
export type Taker = (kept: Xml, telling: Telling) => Promise<void>;

interface Gathered<T> {
  readonly found: readonly T[];
  readonly answer: Xml;
  /** How many stanzas had come before the answer. */
  readonly arrivals: number;
}

export class HistoryPart implements Part {
  readonly asks = ["open", "older"] as const;
  readonly #host: Host;
  readonly #conversations: ConversationsPart;
  #take: Taker = () => Promise.resolve();
  #results: ((stanza: Xml) => boolean) | undefined; // what is being read of the archive or the inbox
  #reading: Promise<unknown> = Promise.resolve();
  #told = 0; // the number of the last stanza that was there when the archive was read

  constructor(host: Host, conversations: ConversationsPart) {
    this.#host = host;
    this.#conversations = conversations;
  }

  /** Who knows what a message of the archive means. */
  onResult(take: Taker): void {
    this.#take = take;
  }

  /** Whether the archive has told what came with that number. */
  hasTold(arrival: number): boolean {
    return arrival <= this.#told;
  }

  takesAnswer(stanza: Xml): boolean {
    return this.#results?.(stanza) ?? false;
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** The end of a conversation; from the archive when little is known here. */
  async open(jid: string): Promise<History> {
    const { store } = this.#host;
    const known = await store.before(jid, Number.MAX_SAFE_INTEGER, PAGE);
    if (known.length >= PAGE || this.#conversations.of(jid).isComplete) return this.#history(jid, known);
    await this.#readOlder(jid);
    return this.#history(jid, await store.before(jid, Number.MAX_SAFE_INTEGER, PAGE));
  }

  /** A page before that time. */
  async older(jid: string, time: number): Promise<History> {
    const { store } = this.#host;
    const known = await store.before(jid, time, PAGE);
    if (known.length > 0 || this.#conversations.of(jid).isComplete) return this.#history(jid, known);
    await this.#readOlder(jid);
    return this.#history(jid, await store.before(jid, time, PAGE));
  }

  #history(jid: string, messages: readonly ChatMessage[]): History {
    return { messages, isComplete: messages.length < PAGE && this.#conversations.of(jid).isComplete };
  }

  // --- reading ----------------------------------------------------------------------------------------

  /** Also when it was resumed: what came while a page went away is in no store. */
  async onSession(): Promise<void> {
    const { store } = this.#host;
    let after = await store.fact(LAST_ARCHIVED);
    for (let page = 0; after !== undefined && page < CATCH_UP_MAX; page++) {
      let read;
      try {
        read = await this.#read({ after, max: CATCH_UP_PAGE });
      } catch (error) {
        if (error instanceof StanzaError && error.condition === "item-not-found") break; // erased meanwhile
        throw error;
      }
      for (const result of read.found) await this.#takeResult(result, true);
      const last = read.found.at(-1);
      if (last) await store.setFact(LAST_ARCHIVED, last.id);
      this.#told = read.arrivals;
      if (!last || readArchiveEnd(read.answer)?.complete) {
        await this.#readInbox(false);
        return;
      }
      after = last.id;
    }
    await store.forgetHistory();
    for (const { with: jid } of this.#conversations.all) await this.#conversations.change(jid, { isComplete: false, oldestRead: "" });
    await this.#readInbox(true);
  }

  /** Asks, and gathers what comes before the answer. */
  async #gather<T>(type: "get" | "set", payload: Xml, read: (stanza: Xml) => T | undefined): Promise<Gathered<T>> {
    const turn = this.#reading;
    let done: () => void = () => undefined;
    this.#reading = new Promise<void>((resolve) => (done = resolve));
    await turn; // one at a time
    const found: T[] = [];
    this.#results = (stanza) => {
      const one = stanza.name === "message" ? read(stanza) : undefined;
      if (one !== undefined) found.push(one);
      return one !== undefined;
    };
    try {
      const answer = await this.#host.ask(type, payload);
      return { found, answer, arrivals: this.#host.arrivals };
    } finally {
      this.#results = undefined;
      done();
    }
  }

  #read(wish: { with?: string; after?: string; before?: string; max: number }): Promise<Gathered<ArchiveResult>> {
    const queryId = crypto.randomUUID();
    return this.#gather("set", archiveQuery({ queryId, ...wish }), (stanza) => {
      const result = readArchiveResult(stanza, this.#host.account);
      return result?.queryId === queryId ? result : undefined;
    });
  }

  /** isFirst: nothing of the messages is known here */
  async #readInbox(isFirst: boolean): Promise<void> {
    const { found, arrivals } = await this.#gather<InboxEntry>("get", inboxQuery({ max: INBOX_MAX }), (stanza) =>
      readInboxEntry(stanza, this.#host.account),
    );
    if (isFirst) this.#told = arrivals;
    for (const { jid, unread, last } of found) {
      if (last && isFirst) await this.#takeResult(last, true);
      if (this.#conversations.of(jid).unread !== unread || isFirst) await this.#conversations.change(jid, { unread });
    }
    const newest = found[0]?.id;
    if (isFirst && newest) await this.#host.store.setFact(LAST_ARCHIVED, newest);
  }

  /** Until there is something to show: much of an archive may be receipts and markers. */
  async #readOlder(jid: string): Promise<void> {
    let before = this.#conversations.of(jid).oldestRead || (await this.#host.store.oldestArchived(jid)) || "";
    for (let page = 0, shown = 0; page < OLDER_MAX && shown < PAGE / 2; page++) {
      const { found, answer } = await this.#read({ with: jid, before, max: PAGE });
      for (const result of found) {
        await this.#takeResult(result, false);
        if (readMessage(result.message).body !== undefined) shown++;
      }
      const end = readArchiveEnd(answer);
      before = end?.first ?? before;
      const isComplete = end?.complete ?? false;
      await this.#conversations.change(jid, { oldestRead: before, isComplete });
      if (isComplete || !found.length) return;
    }
  }

  async #takeResult({ id, message: kept, time }: ArchiveResult, isLatest: boolean): Promise<void> {
    await this.#take(kept, { archiveId: id, time: time ?? this.#host.now(), isLive: false, isLatest });
  }
}
