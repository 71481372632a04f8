// SPDX-License-Identifier: MIT
//
// An account at work: one connection, one store. Runs in one tab at a time (tabs.ts); all
// tabs hear its news and ask it for what they want.
//
// Gaps: what the store has of a conversation is the end of it, complete. With a new page or
// session everything after the last known message is read from the archive; if that is more
// than CATCH_UP_MAX pages, the history here is forgotten and read anew from its end.

import { Connection, type ConnectionOptions } from "../core/connection.js";
import type { Secret } from "../core/login.js";
import { bareOf } from "../core/jid.js";
import { StanzaError } from "../core/stanza_error.js";
import { childText, type Xml } from "../core/xml.js";
import { message, otherSide, readMessage, type Message } from "../protocol/message.js";
import { presence, readPresence, subscription, type Availability } from "../protocol/rfc6121_presence.js";
import { NS_ROSTER, readRoster, requestText, rosterChange, rosterIn, rosterQuery, rosterRemoval, type RosterNews } from "../protocol/rfc6121_roster.js";
import { NS_DISCO_INFO, discoInfo } from "../protocol/xep0030.js";
import { readCarbon } from "../protocol/xep0280.js";
import { delayIn } from "../protocol/xep0297.js";
import { archiveQuery, readArchiveEnd, readArchiveResult, type ArchiveResult } from "../protocol/xep0313.js";
import { stanzaIdBy } from "../protocol/xep0359.js";
import { inboxQuery, readInboxEntry, type InboxEntry } from "../protocol/xep0430.js";
import { NS_DISPLAYED_SYNC, displayedPublication, isEvent, readDisplayedEvent } from "../protocol/xep0490.js";
import { Store } from "./store.js";
import type { ChatMessage, ContactRequest, Conversation, History, News, PersonPresence, Snapshot } from "./types.js";

const PAGE = 50;
const CATCH_UP_PAGE = 100;
const CATCH_UP_MAX = 10; // pages
const INBOX_MAX = 500; // conversations
const OLDER_MAX = 20; // pages at once
const TYPING_MS = 30_000; // who is said to write and never says more does not
const LAST_ARCHIVED = "last archived";
const ROSTER_VERSION = "roster version";

/** Best first: of several clients the one is shown with which a person can be reached. */
const SHOWN_FIRST: readonly Availability[] = ["chat", "online", "dnd", "away", "xa", "offline"];

interface Gathered<T> {
  readonly found: readonly T[];
  readonly answer: Xml;
  /** How many stanzas had come before the answer. */
  readonly arrivals: number;
}

export interface EngineOptions extends ConnectionOptions {
  readonly onNews: (news: News) => void;
  readonly onOutdated?: () => void;
}

export class Engine {
  readonly connection: Connection;
  readonly #options: EngineOptions;
  readonly #contacts = new Map<string, RosterNews["items"][number]>();
  readonly #presences = new Map<string, Map<string, PersonPresence>>(); // by bare, by full address
  readonly #conversations = new Map<string, Conversation>();
  readonly #requests = new Map<string, ContactRequest>();
  readonly #typing = new Map<string, ReturnType<typeof setTimeout>>();
  #results: ((stanza: Xml) => boolean) | undefined; // what is being read of the archive or the inbox
  #reading: Promise<unknown> = Promise.resolve();
  #store: Store | undefined;
  #work: Promise<void> = Promise.resolve(); // one stanza after the other
  #availability: Availability = "online";
  readonly #visible = new Set<string>(); // tabs
  #isStopped = false;
  #lastTime = 0;
  #arrivals = 0; // stanzas
  #toldByArchive = 0; // of those, the last that was there when the archive was read

  constructor(options: EngineOptions) {
    this.#options = options;
    this.connection = new Connection(options);
    const { events, iqs } = this.connection;
    events.on("state", () => this.#tellConnection());
    events.on("session", ({ isNew, lost }) => {
      const began = this.#now();
      this.#do(() => this.#onSession(isNew, lost, began));
    });
    events.on("stanza", (stanza) => {
      if (this.#results?.(stanza)) return;
      const arrival = ++this.#arrivals;
      this.#do(() => this.#onStanza(stanza, arrival));
    });
    events.on("acknowledged", (stanzas) => this.#do(() => this.#onAcknowledged(stanzas)));
    iqs.onRequest("set", "query", NS_ROSTER, (query, from) => {
      // RFC 6121 section 2.1.6: only the server pushes.
      if (from !== undefined && from !== this.connection.account) throw new StanzaError("service-unavailable");
      this.#do(() => this.#onRoster(readRoster(query), false));
      return undefined;
    });
    iqs.onRequest("get", "query", NS_DISCO_INFO, () =>
      discoInfo({
        identities: [{ category: "client", type: "web", name: "Jaseur" }],
        features: [
          NS_DISCO_INFO,
          "urn:xmpp:receipts",
          "urn:xmpp:chat-markers:0",
          "http://jabber.org/protocol/chatstates",
          "urn:xmpp:message-correct:0",
          `${NS_DISPLAYED_SYNC}+notify`,
        ],
      }),
    );
  }

  /** Shows what the store knows, before there is a connection. */
  async start(): Promise<void> {
    if (this.connection.account) await this.#load(this.connection.account);
    this.#options.onNews({ kind: "snapshot", snapshot: this.snapshot() });
    if (this.connection.hasToken) this.connection.connect();
  }

  /** The page goes away; another may go on. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.connection.suspend();
    await this.#settled();
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#store?.close();
  }

  snapshot(): Snapshot {
    return {
      account: this.connection.account,
      connection: this.connection.state,
      hasToken: this.connection.hasToken,
      contacts: [...this.#contacts.values()],
      presences: [...this.#presences.keys()].map((jid) => this.#presenceOf(jid)),
      conversations: [...this.#conversations.values()],
      requests: [...this.#requests.values()],
    };
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  signIn(secret: Secret): void {
    this.connection.connect(secret);
  }

  async signOut(): Promise<void> {
    this.connection.disconnect({ forget: true });
    await this.#settled();
    await this.#store?.clear();
    this.#contacts.clear();
    this.#presences.clear();
    this.#conversations.clear();
    this.#requests.clear();
    this.#options.onNews({ kind: "snapshot", snapshot: this.snapshot() });
  }

  setAvailability(availability: Availability, status = ""): void {
    this.#availability = availability;
    this.connection.send(presence(availability, { status }));
  }

  /** Whether somebody looks at that tab: with none, what is not urgent may wait (XEP-0352). */
  setVisible(tab: string, isVisible: boolean): void {
    if (isVisible) this.#visible.add(tab);
    else this.#visible.delete(tab);
    this.connection.setActive(this.#visible.size > 0);
  }

  /** The end of a conversation; from the archive when little is known here. */
  async open(jid: string): Promise<History> {
    const known = await this.#need().before(jid, Number.MAX_SAFE_INTEGER, PAGE);
    if (known.length >= PAGE || this.#conversation(jid).isComplete) return this.#history(jid, known);
    await this.#readOlder(jid);
    return this.#history(jid, await this.#need().before(jid, Number.MAX_SAFE_INTEGER, PAGE));
  }

  /** A page before that time. */
  async older(jid: string, time: number): Promise<History> {
    const known = await this.#need().before(jid, time, PAGE);
    if (known.length > 0 || this.#conversation(jid).isComplete) return this.#history(jid, known);
    await this.#readOlder(jid);
    return this.#history(jid, await this.#need().before(jid, time, PAGE));
  }

  async send(jid: string, body: string): Promise<void> {
    const id = crypto.randomUUID();
    const time = this.#now();
    const said: Message = { type: "chat", id, originId: id, to: jid, body, state: "active", wantsReceipt: true, isMarkable: true };
    // Written down first: what is shown is not lost, whatever happens to the page.
    const taken = await this.#need().take({ message: said, with: jid, isOwn: true, by: this.connection.account, time, progress: "sending" });
    if (taken) await this.#tellMessage(taken.message, false, false);
    this.connection.send(message(said));
  }

  async setDraft(jid: string, draft: string): Promise<void> {
    await this.#putConversation({ ...this.#conversation(jid), draft });
  }

  setTyping(jid: string, isTyping: boolean): void {
    this.connection.send(message({ type: "chat", to: jid, state: isTyping ? "composing" : "active" }));
  }

  /** All that is there was seen. */
  async markDisplayed(jid: string): Promise<void> {
    const old = this.#conversation(jid);
    if (old.unread === 0) return;
    await this.#putConversation({ ...old, unread: 0 });
    const last = await this.#need().lastOfOther(jid);
    if (last?.id !== undefined) this.connection.send(message({ type: "chat", to: jid, displayed: last.id }));
    if (last?.archiveId !== undefined)
      await this.#ask("set", displayedPublication({ jid, id: last.archiveId }, this.connection.account)).catch(() => undefined);
  }

  async addContact(jid: string, name: string): Promise<void> {
    await this.#ask("set", rosterChange({ jid, name, groups: this.#contacts.get(jid)?.groups ?? [] }));
    this.connection.send(subscription("subscribe", jid));
  }

  async removeContact(jid: string): Promise<void> {
    await this.#ask("set", rosterRemoval(jid));
  }

  /** Answers who wants to see the account's presence. */
  answerRequest(jid: string, isAccepted: boolean): void {
    this.connection.send(subscription(isAccepted ? "subscribed" : "unsubscribed", jid));
    if (isAccepted && !["to", "both"].includes(this.#contacts.get(jid)?.subscription ?? "none"))
      this.connection.send(subscription("subscribe", jid));
    this.#requests.delete(jid);
    this.#options.onNews({ kind: "requests", requests: [...this.#requests.values()] });
  }

  /** No two moments are the same: messages are in their order. */
  #now(): number {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 0.001);
    return this.#lastTime;
  }

  // --- order --------------------------------------------------------------------------------------

  #do(step: () => Promise<void>): void {
    // What is not done when the engine is stopped, the archive tells the next one.
    this.#work = this.#work.then(() => (this.#isStopped ? undefined : step())).catch((error: unknown) => {
      // A lost connection ends what was asked; the next session asks again.
      if (!(error instanceof StanzaError)) console.error("jaseur:", error);
    });
  }

  async #settled(): Promise<void> {
    for (let before; before !== this.#work; ) {
      before = this.#work;
      await before;
    }
  }

  #need(): Store {
    if (!this.#store) throw new StanzaError("disconnected", "wait");
    return this.#store;
  }

  #ask(type: "get" | "set", payload: Xml, to?: string): Promise<Xml> {
    return this.connection.iqs.ask(type, payload, to);
  }

  #tellConnection(): void {
    const { state: connection, account, hasToken } = this.connection;
    this.#options.onNews({ kind: "connection", connection, account, hasToken });
  }

  async #load(account: string): Promise<void> {
    if (this.#store) return;
    this.#store = await Store.open(account, this.#options.onOutdated);
    for (const contact of await this.#store.contacts()) this.#contacts.set(contact.jid, contact);
    for (const conversation of await this.#store.conversations()) this.#conversations.set(conversation.with, conversation);
  }

  // --- a session begins ----------------------------------------------------------------------------

  async #onSession(isNew: boolean, lost: readonly Xml[], began: number): Promise<void> {
    const isLoaded = this.#store !== undefined;
    await this.#load(this.connection.account);
    if (!isLoaded) this.#options.onNews({ kind: "snapshot", snapshot: this.snapshot() });
    if (isNew) {
      this.#presences.clear();
      const version = (await this.#need().fact(ROSTER_VERSION)) ?? "";
      const answer = await this.#ask("get", rosterQuery(version));
      const roster = rosterIn(answer);
      if (roster) await this.#onRoster(roster, true);
      this.#options.onNews({ kind: "snapshot", snapshot: this.snapshot() });
      this.connection.send(presence(this.#availability));
    }
    // Also when it was resumed: what came while a page went away is in no store.
    await this.#catchUp();
    if (isNew) await this.#sendAgain(lost, began);
  }

  async #onRoster({ items, removed, version }: RosterNews, all: boolean): Promise<void> {
    if (all) this.#contacts.clear();
    for (const item of items) this.#contacts.set(item.jid, item);
    for (const jid of removed) this.#contacts.delete(jid);
    await this.#need().putContacts(items, removed, all);
    if (version !== undefined) await this.#need().setFact(ROSTER_VERSION, version);
    if (!all) this.#options.onNews({ kind: "contacts", put: items, removed });
  }

  /** What was written before this session and is not in the archive, which was just read. */
  async #sendAgain(lost: readonly Xml[], began: number): Promise<void> {
    // Requests and their answers; saying one twice does no harm (RFC 6121 section 3).
    for (const stanza of lost) if (stanza.name === "presence" && stanza.attrs.to) this.connection.send(stanza);
    const stanzas = new Map(lost.map((stanza) => [stanza.attrs.id, stanza]));
    for (const { id, with: to, text, time } of await this.#need().unsent())
      if (id !== undefined && time < began)
        this.connection.send(
          stanzas.get(id) ?? message({ type: "chat", id, originId: id, to, body: text, wantsReceipt: true, isMarkable: true }),
        );
  }

  // --- the archive ----------------------------------------------------------------------------------

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
      const answer = await this.#ask(type, payload);
      return { found, answer, arrivals: this.#arrivals };
    } finally {
      this.#results = undefined;
      done();
    }
  }

  #readArchive(wish: { with?: string; after?: string; before?: string; max: number }): Promise<Gathered<ArchiveResult>> {
    const queryId = crypto.randomUUID();
    return this.#gather("set", archiveQuery({ queryId, ...wish }), (stanza) => {
      const result = readArchiveResult(stanza, this.connection.account);
      return result?.queryId === queryId ? result : undefined;
    });
  }

  async #catchUp(): Promise<void> {
    const store = this.#need();
    let after = await store.fact(LAST_ARCHIVED);
    for (let page = 0; after !== undefined && page < CATCH_UP_MAX; page++) {
      let read;
      try {
        read = await this.#readArchive({ after, max: CATCH_UP_PAGE });
      } catch (error) {
        if (error instanceof StanzaError && error.condition === "item-not-found") break; // erased meanwhile
        throw error;
      }
      for (const result of read.found) await this.#takeResult(result, true);
      const last = read.found.at(-1);
      if (last) await store.setFact(LAST_ARCHIVED, last.id);
      this.#toldByArchive = read.arrivals;
      if (!last || readArchiveEnd(read.answer)?.complete) {
        await this.#readInbox(false);
        return;
      }
      after = last.id;
    }
    await store.forgetHistory();
    for (const one of this.#conversations.values()) await this.#putConversation({ ...one, isComplete: false, oldestRead: "" });
    await this.#readInbox(true);
  }

  /** isFirst: nothing of the messages is known here */
  async #readInbox(isFirst: boolean): Promise<void> {
    const { found, arrivals } = await this.#gather<InboxEntry>("get", inboxQuery({ max: INBOX_MAX }), (stanza) =>
      readInboxEntry(stanza, this.connection.account),
    );
    if (isFirst) this.#toldByArchive = arrivals;
    for (const { jid, unread, last } of found) {
      if (last && isFirst) await this.#takeResult(last, true);
      const old = this.#conversation(jid);
      if (old.unread !== unread || isFirst) await this.#putConversation({ ...old, unread });
    }
    const newest = found[0]?.id;
    if (isFirst && newest) await this.#need().setFact(LAST_ARCHIVED, newest);
  }

  /** Until there is something to show: much of an archive may be receipts and markers. */
  async #readOlder(jid: string): Promise<void> {
    let before = this.#conversation(jid).oldestRead || (await this.#need().oldestArchived(jid)) || "";
    for (let page = 0, shown = 0; page < OLDER_MAX && shown < PAGE / 2; page++) {
      const { found, answer } = await this.#readArchive({ with: jid, before, max: PAGE });
      for (const result of found) {
        await this.#takeResult(result, false);
        if (readMessage(result.message).body !== undefined) shown++;
      }
      const end = readArchiveEnd(answer);
      before = end?.first ?? before;
      const isComplete = end?.complete ?? false;
      await this.#putConversation({ ...this.#conversation(jid), oldestRead: before, isComplete });
      if (isComplete || !found.length) return;
    }
  }

  /** isLatest: it may be the last that was said */
  async #takeResult({ id, message: kept, time }: ArchiveResult, isLatest: boolean): Promise<void> {
    await this.#takeMessage(kept, { archiveId: id, time: time ?? this.#now(), isLive: false, isLatest });
  }

  #history(jid: string, messages: readonly ChatMessage[]): History {
    return { messages, isComplete: messages.length < PAGE && this.#conversation(jid).isComplete };
  }

  // --- what comes ------------------------------------------------------------------------------------

  async #onStanza(stanza: Xml, arrival: number): Promise<void> {
    if (stanza.name === "presence") {
      this.#onPresence(stanza);
      return;
    }
    const { account } = this.connection;
    for (const { jid } of readDisplayedEvent(stanza, account)) await this.#putConversation({ ...this.#conversation(jid), unread: 0 });
    if (isEvent(stanza)) return;
    const carbon = readCarbon(stanza, account);
    const said = carbon?.message ?? stanza;
    const archiveId = stanzaIdBy(said, account);
    const delay = delayIn(stanza);
    if (!carbon) this.#sendReceipt(said);
    // It was said before the archive was read, which has told it, and in its place.
    if (archiveId !== undefined && (arrival <= this.#toldByArchive || (!carbon && delay !== undefined))) return;
    const time = carbon?.time ?? delay ?? this.#now();
    await this.#takeMessage(said, { ...(archiveId === undefined ? {} : { archiveId }), time, isLive: true, isLatest: true });
    if (archiveId !== undefined) await this.#need().setFact(LAST_ARCHIVED, archiveId);
  }

  #onPresence(stanza: Xml): void {
    const from = stanza.attrs.from ?? this.connection.account;
    const jid = bareOf(from);
    if (stanza.attrs.type === "subscribe") {
      this.#requests.set(jid, { jid, text: requestText(stanza).slice(0, 500) });
      this.#options.onNews({ kind: "requests", requests: [...this.#requests.values()] });
      return;
    }
    const read = readPresence(stanza);
    if (!read) return;
    const clients = this.#presences.get(jid) ?? new Map<string, PersonPresence>();
    if (read.availability === "offline") clients.delete(from);
    else clients.set(from, { jid, availability: read.availability, status: read.status });
    this.#presences.set(jid, clients);
    this.#options.onNews({ kind: "presence", presence: this.#presenceOf(jid) });
  }

  #presenceOf(jid: string): PersonPresence {
    const clients = [...(this.#presences.get(jid)?.values() ?? [])];
    clients.sort((a, b) => SHOWN_FIRST.indexOf(a.availability) - SHOWN_FIRST.indexOf(b.availability));
    return clients[0] ?? { jid, availability: "offline", status: "" };
  }

  async #onAcknowledged(stanzas: readonly Xml[]): Promise<void> {
    for (const stanza of stanzas)
      if (stanza.name === "message" && stanza.attrs.id && childText(stanza, "body") !== undefined)
        await this.#advance(bareOf(stanza.attrs.to ?? ""), stanza.attrs.id, "sent");
  }

  async #advance(jid: string, id: string, to: "sent" | "received" | "read" | "failed"): Promise<void> {
    for (const one of await this.#need().advance(jid, id, to)) this.#options.onNews({ kind: "message", message: one, isNew: false });
  }

  async #takeMessage(
    stanza: Xml,
    { archiveId, time, isLive, isLatest }: { archiveId?: string; time: number; isLive: boolean; isLatest: boolean },
  ): Promise<void> {
    const { account } = this.connection;
    const jid = otherSide(stanza, account);
    const said = readMessage(stanza);
    if (!jid || said.type === "groupchat" || said.type === "headline") return;
    if (said.type === "error") {
      if (said.id !== undefined) await this.#advance(jid, said.id, "failed");
      return;
    }
    const by = bareOf(said.from ?? account);
    const isOwn = by === account;
    if (isLive && !isOwn) this.#onLive(jid, said);
    if (!isOwn && said.receiptOf !== undefined) await this.#advance(jid, said.receiptOf, "received");
    if (!isOwn && said.displayed !== undefined) await this.#advance(jid, said.displayed, "read");
    if (isOwn && said.displayed !== undefined && isLive) await this.#putConversation({ ...this.#conversation(jid), unread: 0 });
    if (said.body === undefined && !said.reactions && said.retracts === undefined) return;
    const taken = await this.#need().take({
      message: said,
      with: jid,
      isOwn,
      by,
      time,
      ...(archiveId === undefined ? {} : { archiveId }),
      ...(isOwn ? { progress: "sent" as const } : {}),
    });
    if (taken) await this.#tellMessage(taken.message, isLive && taken.isAdded && !isOwn, !isLatest);
  }

  #sendReceipt(stanza: Xml): void {
    const { from, id, wantsReceipt, type } = readMessage(stanza);
    if (!wantsReceipt || from === undefined || id === undefined || type === "groupchat" || type === "error") return;
    if (bareOf(from) !== this.connection.account) this.connection.send(message({ type: "chat", to: from, receiptOf: id }));
  }

  #onLive(jid: string, said: Message): void {
    if (said.state === undefined && said.body === undefined) return;
    const isTyping = said.state === "composing";
    clearTimeout(this.#typing.get(jid));
    if (isTyping) this.#typing.set(jid, setTimeout(() => this.#tellTyping(jid, false), TYPING_MS));
    if (isTyping || this.#typing.has(jid)) this.#tellTyping(jid, isTyping);
  }

  #tellTyping(jid: string, isTyping: boolean): void {
    if (!isTyping) this.#typing.delete(jid);
    this.#options.onNews({ kind: "typing", with: jid, isTyping });
  }

  // --- conversations ----------------------------------------------------------------------------------

  #conversation(jid: string): Conversation {
    return (
      this.#conversations.get(jid) ?? { with: jid, unread: 0, time: 0, lastText: "", isLastOwn: false, draft: "", isComplete: false, oldestRead: "" }
    );
  }

  async #putConversation(conversation: Conversation): Promise<void> {
    this.#conversations.set(conversation.with, conversation);
    await this.#need().putConversation(conversation);
    this.#options.onNews({ kind: "conversation", conversation });
  }

  async #tellMessage(one: ChatMessage, isNew: boolean, isOld: boolean): Promise<void> {
    const old = this.#conversation(one.with);
    if (!isOld && one.time >= old.time)
      await this.#putConversation({
        ...old,
        time: one.time,
        lastText: one.text || one.url || "",
        isLastOwn: one.isOwn,
        unread: one.isOwn ? 0 : old.unread + (isNew ? 1 : 0),
      });
    this.#options.onNews({ kind: "message", message: one, isNew });
  }
}
