// SPDX-License-Identifier: MIT
//
// What was said: the end of each conversation in the store, without a gap, the rest in the
// archive: that of the account, or of a room. With a new page or session everything after the last
// known message is read from the archive; if that is more than CATCH_UP_MAX pages, the history here
// is forgotten and read anew from its end.
//
// Who goes further back than the store reads on, and what was read is stored, too. Who goes
// somewhere else (a hit of a search, a day) reads pieces of the archive that nobody keeps, in both
// directions, until they meet what is in the store.

import { bareOf } from "../../core/jid.js";
import { StanzaError } from "../../core/stanza_error.js";
import type { Xml } from "../../core/xml.js";
import { readMessage } from "../../protocol/message.js";
import { isRoomEvent } from "../../protocol/mucsub.js";
import { archiveQuery, readArchiveEnd, readArchiveResult, type ArchiveQuery, type ArchiveResult } from "../../protocol/xep0313.js";
import { readCarbon } from "../../protocol/xep0280.js";
import { stanzaIdBy } from "../../protocol/xep0359.js";
import { inboxQuery, readInboxEntry, type InboxEntry } from "../../protocol/xep0430.js";
import type { Host, Part } from "../part.js";
import { messagesOf, type Told } from "../told.js";
import type { At, ChatMessage, Conversation, Excursion, History } from "../types.js";
import type { ConversationsPart } from "./conversations.js";

const PAGE = 50;
const CATCH_UP_PAGE = 100;
const CATCH_UP_MAX = 10; // pages
const INBOX_MAX = 500; // conversations
const OLDER_MAX = 20; // pages at once
const KEPT = 2000; // messages of a conversation that is looked at, at least
const MORE = 500; // new ones, until it is looked whether there are too many

/** The fact of the store that says which id of the archive is the last that is known. */
export const LAST_ARCHIVED = "last archived";

/** How a message came to be known. */
export interface Telling {
  readonly archiveId?: string;
  readonly time: number;
  /** Just said. */
  readonly isLive: boolean;
  /** The number of the stanza that said it; none: it is nothing that the inbox counts. */
  readonly arrival?: number;
  /** It may be the last that was said. */
  readonly isLatest: boolean;
}

/** Who knows what messages of an archive mean. */
export interface Reader {
  /** Undefined: it is nothing that is shown. */
  told(kept: Xml, telling: Telling): Told | undefined;
  /** It is kept, with all that follows. */
  take(kept: Xml, telling: Telling): Promise<void>;
}

type Wish = Omit<ArchiveQuery, "queryId">;

interface Gathered<T> {
  readonly found: readonly T[];
  readonly answer: Xml;
  /** How many stanzas had come when it was asked: what they say is in the archive. */
  readonly before: number;
  /** Numbers of those that came meanwhile, by ids of the archive: they may have been too late for the answer. */
  readonly meanwhile: ReadonlyMap<string, number>;
}

/**
 * The number of the last stanza that an answer tells. ids: those in it. The archive has what comes in the order in
 * which it comes: who tells one has told those before it, and who was asked later than it came tells it.
 */
function toldIn({ before, meanwhile }: Gathered<unknown>, ids: readonly (string | undefined)[]): number {
  return Math.max(before, ...ids.map((id) => meanwhile.get(id ?? "") ?? 0));
}

export class HistoryPart implements Part {
  readonly asks = ["open", "older", "newer", "around", "find"] as const;
  readonly #host: Host;
  readonly #conversations: ConversationsPart;
  readonly #readers = new Map<Conversation["kind"], Reader>();
  readonly #added = new Map<string, number>(); // live messages of a conversation since it was bounded
  readonly #reading = new Set<(stanza: Xml) => boolean>(); // what is being read of archives and the inbox
  #told = 0; // the number of the last stanza that the archive has told

  constructor(host: Host, conversations: ConversationsPart) {
    this.#host = host;
    this.#conversations = conversations;
  }

  /** Of conversations of that kind. */
  serve(kind: Conversation["kind"], reader: Reader): void {
    this.#readers.set(kind, reader);
  }

  /** Whether the archive has told what came with that number. */
  hasTold(arrival: number): boolean {
    return arrival <= this.#told;
  }

  takesAnswer(stanza: Xml): boolean {
    for (const read of this.#reading) if (read(stanza)) return true;
    return false;
  }

  /** Stores and tells a message, or what one says about another. */
  async take(told: Told, { isLive, isLatest, arrival = Infinity }: Pick<Telling, "isLive" | "isLatest" | "arrival">): Promise<void> {
    const taken = await this.#host.store.take(told);
    if (!taken) return;
    const isNew = isLive && taken.isAdded && !told.isOwn && !told.message.call;
    await this.#conversations.show(taken.message, { isNew, isOld: !isLatest, arrival: isLive ? arrival : undefined });
    if (!taken.isAdded || !isLive) return;
    const added = (this.#added.get(told.with) ?? 0) + 1;
    this.#added.set(told.with, added);
    if (added >= MORE) await this.#bound(told.with);
  }

  async #bound(jid: string): Promise<void> {
    this.#added.set(jid, 0);
    if (await this.#host.store.keepLast(jid, KEPT)) await this.#conversations.change(jid, { isComplete: false, oldestRead: "" });
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** The end of a conversation; from the archive when little is known here. */
  async open(jid: string): Promise<History> {
    await this.#bound(jid);
    return this.#olderHere(jid, Number.MAX_SAFE_INTEGER, PAGE);
  }

  /** A page before that. */
  async older(jid: string, at: At): Promise<History> {
    if (await this.#isHere(jid, at)) return this.#olderHere(jid, at.time, 1);
    return this.#piece(jid, { before: at.archiveId ?? "" });
  }

  /** A page after that. */
  async newer(jid: string, at: At): Promise<History> {
    if (!(await this.#isHere(jid, at))) {
      const { messages } = await this.#piece(jid, { after: at.archiveId ?? "" });
      // Nothing more in the archive: the store may have what was not sent.
      if (messages.length) return { messages, isComplete: false };
    }
    const messages = await this.#host.store.after(jid, at.time, PAGE);
    return { messages, isComplete: messages.length < PAGE };
  }

  /** What is around a message, or a time. */
  async around(jid: string, at: Partial<At>): Promise<Excursion> {
    const { store } = this.#host;
    const known = at.archiveId === undefined ? undefined : await store.byArchiveId(jid, at.archiveId);
    const time = known?.time ?? at.time;
    if (time !== undefined && (known ?? (await this.#isHere(jid, { time, archiveId: "" })))) {
      const after = await store.after(jid, time - 0.001, PAGE);
      const before = await this.#olderHere(jid, after[0]?.time ?? Number.MAX_SAFE_INTEGER, 1);
      return {
        messages: [...before.messages, ...after],
        key: known?.key ?? after[0]?.key ?? "",
        isStart: before.isComplete,
        isEnd: after.length < PAGE,
      };
    }
    const from = at.archiveId === undefined ? (at.time === undefined ? {} : { start: at.time }) : { after: at.archiveId };
    const after = await this.#pages(jid, from);
    const before = await this.#pages(jid, { before: after.first ?? "" });
    const messages = await this.#messages(jid, [...before.told, ...after.told]);
    const found = messages.find((one) => (at.archiveId === undefined ? one.time >= (at.time ?? 0) : one.archiveId === at.archiveId));
    return { messages, key: found?.key ?? "", isStart: before.isComplete, isEnd: false };
  }

  /** The place of a message that another one names, if it is known here. */
  async find(jid: string, reference: string): Promise<At | undefined> {
    const found = await this.#host.store.byReference(jid, reference);
    return found && { time: found.time, ...(found.archiveId === undefined ? {} : { archiveId: found.archiveId }) };
  }

  // --- in the store ---------------------------------------------------------------------------------

  /** Whether what is around that is in the store, as far as the archive goes. */
  async #isHere(jid: string, { time, archiveId }: At): Promise<boolean> {
    if (archiveId === undefined) return true; // the archive does not have it
    const oldest = await this.#host.store.oldestArchived(jid);
    return oldest !== undefined && time >= oldest.time;
  }

  /** The last messages before a time; the archive is read for it when there are fewer than `enough`. */
  async #olderHere(jid: string, time: number, enough: number): Promise<History> {
    for (let isRead = false; ; isRead = true) {
      const { isComplete } = this.#conversations.of(jid);
      const oldest = await this.#host.store.oldestArchived(jid);
      const found = await this.#host.store.before(jid, time, PAGE);
      // What was not sent may be older than what was read.
      const messages = isComplete || !oldest ? found : found.filter((one) => one.time >= oldest.time);
      if (messages.length >= enough || isComplete || isRead) return { messages, isComplete: isComplete && found.length < PAGE };
      await this.#readOlder(jid);
    }
  }

  /** Until there is something to show: much of an archive may be receipts and markers. */
  async #readOlder(jid: string, isLatest = false): Promise<void> {
    let before = this.#conversations.of(jid).oldestRead || ((await this.#host.store.oldestArchived(jid))?.archiveId ?? "");
    for (let page = 0, shown = 0; page < OLDER_MAX && shown < PAGE / 2; page++) {
      const { found, answer } = await this.read(jid, { before, max: PAGE });
      for (const result of found) {
        await this.#takeResult(result, this.#kindOf(jid), isLatest);
        if (readMessage(result.message).body !== undefined) shown++;
      }
      const end = readArchiveEnd(answer);
      before = end?.first ?? before;
      const isComplete = end?.complete ?? false;
      await this.#conversations.change(jid, { oldestRead: before, isComplete });
      if (isComplete || !found.length) return;
    }
  }

  // --- pieces that nobody keeps -----------------------------------------------------------------------

  async #piece(jid: string, wish: Pick<Wish, "before" | "after">): Promise<History> {
    const { told, isComplete } = await this.#pages(jid, wish);
    return { messages: await this.#messages(jid, told), isComplete };
  }

  /** first: the id with which they begin */
  async #pages(
    jid: string,
    wish: Pick<Wish, "before" | "after" | "start">,
  ): Promise<{ told: readonly Told[]; first: string | undefined; isComplete: boolean }> {
    const reader = this.#readers.get(this.#kindOf(jid));
    let told: readonly Told[] = [];
    let first: string | undefined;
    let next = wish;
    for (let page = 0; page < OLDER_MAX; page++) {
      const { found, answer } = await this.read(jid, { ...next, max: PAGE });
      const read = found.flatMap((result) => reader?.told(result.message, this.#tellingOf(result, false)) ?? []);
      const end = readArchiveEnd(answer);
      told = wish.before === undefined ? [...told, ...read] : [...read, ...told];
      if (wish.before !== undefined || page === 0) first = end?.first ?? first;
      if (end?.complete || !found.length || told.filter(({ message }) => message.body !== undefined).length >= PAGE / 2)
        return { told, first, isComplete: (end?.complete ?? false) || !found.length };
      next = wish.before === undefined ? { after: end?.last ?? "" } : { before: end?.first ?? "" };
    }
    return { told, first, isComplete: false };
  }

  /** As the store has them, where it does. */
  async #messages(jid: string, told: readonly Told[]): Promise<ChatMessage[]> {
    const { store } = this.#host;
    return Promise.all(
      messagesOf(told).map(async (one) => (one.archiveId === undefined ? undefined : await store.byArchiveId(jid, one.archiveId)) ?? one),
    );
  }

  // --- reading ----------------------------------------------------------------------------------------

  /** Also when it was resumed: what came while a page went away is in no store. */
  async onSession(): Promise<void> {
    const { store } = this.#host;
    let after = await store.fact(LAST_ARCHIVED);
    for (let page = 0; after !== undefined && page < CATCH_UP_MAX; page++) {
      const read = await this.#readIfThere(undefined, after);
      if (!read) break;
      for (const result of read.found) await this.#takeResult(result, "chat", true);
      const last = read.found.at(-1);
      if (last) await store.setFact(LAST_ARCHIVED, last.id);
      this.#told = toldIn(read, [last?.id]);
      if (!last || readArchiveEnd(read.answer)?.complete) {
        await this.#readInbox(false);
        return;
      }
      after = last.id;
    }
    await store.forgetHistory();
    for (const { with: jid, kind } of this.#conversations.all)
      if (kind === "chat") await this.#conversations.change(jid, { isComplete: false, oldestRead: "" });
    await this.#readInbox(true);
  }

  /** What was said in a room since the last that is known here. */
  async catchUp(jid: string): Promise<void> {
    const { store } = this.#host;
    let after = (await store.newestArchived(jid))?.archiveId;
    for (let page = 0; after !== undefined && page < CATCH_UP_MAX; page++) {
      const read = await this.#readIfThere(jid, after);
      if (!read) break;
      for (const result of read.found) await this.#takeResult(result, this.#kindOf(jid), true);
      if (!read.found.length || readArchiveEnd(read.answer)?.complete) return;
      after = read.found.at(-1)?.id;
    }
    await store.keepLast(jid, 0);
    await this.#conversations.change(jid, { isComplete: false, oldestRead: "" });
    await this.#readOlder(jid, true);
  }

  /** Undefined: the archive does not know where to begin; it was erased meanwhile. */
  async #readIfThere(jid: string | undefined, after: string): Promise<Gathered<ArchiveResult> | undefined> {
    try {
      return await this.read(jid, { after, max: CATCH_UP_PAGE });
    } catch (error) {
      if (error instanceof StanzaError && error.condition === "item-not-found") return undefined;
      throw error;
    }
  }

  /** Asks, and gathers what comes before the answer. */
  async #gather<T>(type: "get" | "set", payload: Xml, read: (stanza: Xml) => T | undefined, to?: string): Promise<Gathered<T>> {
    const { account, arrivals: before } = this.#host;
    const found: T[] = [];
    const meanwhile = new Map<string, number>();
    const take = (stanza: Xml): boolean => {
      const one = stanza.name === "message" ? read(stanza) : undefined;
      if (one !== undefined) found.push(one);
      else {
        const id = stanzaIdBy(readCarbon(stanza, account)?.message ?? stanza, account);
        if (id !== undefined) meanwhile.set(id, this.#host.arrivals + 1);
      }
      return one !== undefined;
    };
    this.#reading.add(take);
    try {
      const answer = await this.#host.ask(type, payload, to);
      return { found, answer, before, meanwhile };
    } finally {
      this.#reading.delete(take);
    }
  }

  /** A page of the archive of a conversation; undefined: of all that the account's own has. */
  read(jid: string | undefined, wish: Wish): Promise<Gathered<ArchiveResult>> {
    const room = jid !== undefined && this.#kindOf(jid) === "room" ? jid : undefined;
    const queryId = crypto.randomUUID();
    const query = archiveQuery({ ...wish, queryId, ...(jid === undefined || room !== undefined ? {} : { with: jid }) });
    const read = (stanza: Xml): ArchiveResult | undefined => {
      if (room !== undefined && stanza.attrs.from !== room) return undefined;
      const result = readArchiveResult(stanza, room ?? this.#host.account);
      // A room's archive has nothing to say of what was said elsewhere.
      const isOfIt = room === undefined || bareOf(result?.message.attrs.from ?? "") === room;
      return result?.queryId === queryId && isOfIt ? result : undefined;
    };
    return this.#gather("set", query, read, room);
  }

  /** isFirst: nothing of the messages is known here */
  async #readInbox(isFirst: boolean): Promise<void> {
    this.#conversations.onInboxAsked();
    const read = await this.#gather<InboxEntry>("get", inboxQuery({ max: INBOX_MAX }), (stanza) => readInboxEntry(stanza, this.#host.account));
    const { found } = read;
    const until = toldIn(
      read,
      found.flatMap(({ id, last }) => [id, last?.id]),
    );
    if (isFirst) this.#told = until;
    // At first nothing is taken that it tells.
    this.#conversations.onInbox({ before: isFirst ? until : read.before, until });
    for (const { jid, unread, last } of found) {
      // Of rooms it knows only what was said while one was away.
      if (this.#conversations.isRoom(jid) || (last && isRoomEvent(last.message))) continue;
      if (last && isFirst) await this.#takeResult(last, "chat", true);
      await this.#conversations.setUnread(jid, unread, isFirst);
    }
    const newest = found[0]?.id;
    if (isFirst && newest) await this.#host.store.setFact(LAST_ARCHIVED, newest);
  }

  #kindOf(jid: string): Conversation["kind"] {
    return this.#conversations.of(jid).kind;
  }

  /** What a result of the account's own archive says; undefined: nothing that is shown. */
  toldBy(result: ArchiveResult, kind: Conversation["kind"]): Told | undefined {
    return this.#readers.get(kind)?.told(result.message, this.#tellingOf(result, false));
  }

  #tellingOf({ id, time }: ArchiveResult, isLatest: boolean): Telling {
    return { archiveId: id, time: time ?? this.#host.now(), isLive: false, isLatest };
  }

  async #takeResult(result: ArchiveResult, kind: Conversation["kind"], isLatest: boolean): Promise<void> {
    await this.#readers.get(kind)?.take(result.message, this.#tellingOf(result, isLatest));
  }
}
