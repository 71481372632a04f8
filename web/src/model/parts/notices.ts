// SPDX-License-Identifier: MIT
//
// What is told outside the pages: it is judged once, here, for all tabs. Nothing is told of a
// conversation that somebody looks at in any of them.
//
// Settings are of this browser. How much of a conversation is told is the account's (XEP-0492):
// in the bookmarks of rooms, and for people, who have none, in a private node of ours, whose items
// are named by their addresses.

import { localOf } from "../../core/jid.js";
import { jsonOf } from "../../core/json.js";
import { StanzaError } from "../../core/stanza_error.js";
import { child, xml, type Xml } from "../../core/xml.js";
import { PRIVATE_NODE, itemsQuery, publication, readEvent, readItems, retraction, type Item } from "../../protocol/xep0060.js";
import { NS_NOTIFY, notify, readNotify, type NotifyWhen } from "../../protocol/xep0492.js";
import { DEFAULT_SETTINGS, SETTINGS_FACT, WISHES_FACT, isTold, noticeOf, readSettings, readWishes, type Happened, type NoticeSettings } from "../notice.js";
import type { Host, Part, Session } from "../part.js";
import type { Call, ContactRequest, Failure, News, NoticesState, Room, RoomInvitation, Snapshot } from "../types.js";
import { lastText, type ConversationsPart } from "./conversations.js";
import type { RoomsPart } from "./rooms.js";
import type { RosterPart } from "./roster.js";

/** Decision 124. */
export const NS_CHAT_NOTICES = "https://jaseur.org/ns/chat-notices/0";

const TOLD_FACT = "told once";
const SEEN_FACT = "failures seen"; // those before this time
const FAILURES_MAX = 50;
const WISHES_MAX = 2_000;
const TOLD_MAX = 500; // requests and invitations

export class NoticesPart implements Part {
  readonly asks = ["change", "setWish", "setReading", "dismiss"] as const;
  readonly features = [`${NS_CHAT_NOTICES}+notify`];
  readonly #host: Host;
  readonly #roster: RosterPart;
  readonly #conversations: ConversationsPart;
  readonly #rooms: RoomsPart;
  readonly #reading = new Map<string, readonly string[]>(); // by tab
  readonly #elements = new Map<string, Xml>(); // <notify/> as it was published: others may have written more into it
  #settings: NoticeSettings = DEFAULT_SETTINGS;
  #wishes = new Map<string, NotifyWhen>();
  readonly #roomWishes = new Map<string, NotifyWhen>();
  #failures: readonly Failure[] = [];
  #told = new Set<string>(); // of requests and invitations

  constructor(host: Host, roster: RosterPart, conversations: ConversationsPart, rooms: RoomsPart) {
    this.#host = host;
    this.#roster = roster;
    this.#conversations = conversations;
    this.#rooms = rooms;
  }

  get settings(): NoticeSettings {
    return this.#settings;
  }

  async load(): Promise<void> {
    const { store } = this.#host;
    this.#settings = readSettings(await store.fact(SETTINGS_FACT), DEFAULT_SETTINGS.language);
    this.#wishes = readWishes(await store.fact(WISHES_FACT));
    this.#told = new Set((await store.fact(TOLD_FACT))?.split("\n"));
    await this.#readFailures();
  }

  async onSession({ isNew }: Session): Promise<void> {
    if (!isNew) return;
    let answer: Xml | undefined;
    try {
      answer = await this.#host.ask("get", itemsQuery(NS_CHAT_NOTICES));
    } catch (error) {
      if (!(error instanceof StanzaError && error.condition === "item-not-found")) return; // what was wished before holds
    }
    this.#wishes.clear();
    this.#elements.clear();
    for (const item of (answer && readItems(answer)?.items) ?? []) this.#takeWish(item);
    await this.#keepWishes();
  }

  /** Another device has wished something. */
  async onEvent(stanza: Xml): Promise<void> {
    const event = readEvent(stanza);
    if (event?.node !== NS_CHAT_NOTICES || (stanza.attrs.from ?? this.#host.account) !== this.#host.account) return;
    if (event.isEmptied) this.#wishes.clear();
    for (const jid of event.retracted) this.#wishes.delete(jid);
    for (const item of event.items) this.#takeWish(item);
    await this.#keepWishes();
  }

  onNews(news: News): void {
    if (news.kind === "message" && news.isNew) {
      const { with: jid, url = "", key, author, isMention = false } = news.message;
      const said = { kind: "message", jid, text: lastText(news.message) || url } as const;
      const room = this.#rooms.of(jid);
      if (room) this.#tell({ ...said, name: this.#nameOfRoom(room), nick: author?.nick, isForMe: isMention, wish: this.#wishIn(room) }, key);
      else this.#tell({ ...said, name: this.#nameOf(jid), isForMe: true, wish: this.#wishes.get(jid) }, key);
    } else if (this.#isOfFailure(news)) this.#host.do(() => this.#readFailures());
    else if (news.kind === "call") this.#onCall(news.call);
    else if (news.kind === "requests") this.#onRequests(news.requests);
    else if (news.kind === "invitations") this.#onInvitations(news.invitations);
    else if (news.kind === "room") this.#onRoom(news.room);
  }

  forget(): void {
    this.#settings = { ...DEFAULT_SETTINGS, language: this.#settings.language };
    this.#wishes.clear();
    this.#roomWishes.clear();
    this.#elements.clear();
    this.#failures = [];
    this.#told.clear();
  }

  snapshot(): Partial<Snapshot> {
    return { notices: this.#state() };
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** It holds at once; rejects when it could not be written down as well. */
  async change(change: Partial<NoticeSettings>): Promise<void> {
    this.#settings = { ...this.#settings, ...change };
    this.#tellState();
    await this.#host.store.setFact(SETTINGS_FACT, jsonOf(this.#settings));
  }

  /** undefined: like the others. Rejects with a StanzaError. */
  async setWish(jid: string, wish: NotifyWhen | undefined): Promise<void> {
    if (this.#rooms.of(jid)) {
      await this.#rooms.setNotify(jid, wish ?? "always"); // in its bookmark
      return;
    }
    if (wish === undefined) await this.#host.ask("set", retraction(NS_CHAT_NOTICES, jid)).catch(() => undefined); // nothing was there
    else {
      const chat = xml("chat", NS_CHAT_NOTICES, { jid }, notify(wish, this.#elements.get(jid)));
      await this.#host.ask("set", publication(NS_CHAT_NOTICES, chat, { id: jid, options: PRIVATE_NODE }));
    }
    if (wish === undefined) this.#wishes.delete(jid);
    else this.#wishes.set(jid, wish);
    await this.#keepWishes();
  }

  /** The conversations that somebody looks at in that tab, to their ends. */
  setReading(tab: string, jids: readonly string[]): void {
    if (jids.length) this.#reading.set(tab, jids);
    else this.#reading.delete(tab);
  }

  /** All was seen: what did not arrive, and what is unread. */
  async dismiss(): Promise<void> {
    await this.#host.store.setFact(SEEN_FACT, String(Date.now()));
    await this.#readFailures();
    for (const { with: jid, unread } of this.#conversations.all) if (unread) await this.#conversations.markDisplayed(jid);
  }

  // --- judging -------------------------------------------------------------------------------------

  #tell(happened: Happened, key: string): void {
    if (!isTold(happened, this.#settings, Date.now())) return;
    if ([...this.#reading.values()].some((jids) => jids.includes(happened.jid))) return;
    this.#host.tell({ kind: "notice", notice: noticeOf(happened, this.#settings), key, sound: happened.nick !== undefined && happened.isForMe ? "mention" : "message" });
  }

  /** Once it rings. */
  #onCall({ id, with: jid, state }: Call): void {
    if (state === "incoming") this.#tell({ kind: "call", jid, name: this.#nameOf(jid), text: "", isForMe: true, wish: this.#wishes.get(jid) }, id);
  }

  #onRoom({ jid, notify: wish }: Room): void {
    if (this.#roomWishes.get(jid) === wish) return;
    if (wish) this.#roomWishes.set(jid, wish);
    this.#tellState();
  }

  /** In public rooms one is told of what is for oneself, unless one wishes more. */
  #wishIn({ notify: wish, info }: Room): NotifyWhen | undefined {
    return wish ?? (info?.isPublic ? "on-mention" : undefined);
  }

  #nameOfRoom({ jid, name, people }: Room): string {
    return name || people.map((one) => this.#nameOf(one)).join(", ") || localOf(jid);
  }

  /** The server tells them again with each session; people are told once. */
  #onRequests(requests: readonly ContactRequest[]): void {
    for (const { jid, text } of requests)
      this.#tellOnce({ kind: "request", jid, name: this.#nameOf(jid), text, isForMe: true, wish: undefined }, jid);
  }

  #onInvitations(invitations: readonly RoomInvitation[]): void {
    for (const { room, from, reason } of invitations)
      this.#tellOnce({ kind: "invitation", jid: room, name: this.#nameOf(from), text: reason, isForMe: true, wish: undefined }, `${room} ${from}`);
  }

  #tellOnce(happened: Happened, key: string): void {
    if (this.#told.has(key)) return;
    this.#tell(happened, `${happened.kind} ${key}`);
    this.#told = new Set([...this.#told, key].slice(-TOLD_MAX));
    this.#host.do(() => this.#host.store.setFact(TOLD_FACT, [...this.#told].join("\n")));
  }

  #nameOf(jid: string): string {
    return this.#roster.nameOf(jid) || localOf(jid);
  }

  // --- what is known ---------------------------------------------------------------------------------

  #takeWish({ id, payload }: Item): void {
    const element = payload?.name === "chat" && payload.ns === NS_CHAT_NOTICES ? child(payload, "notify", NS_NOTIFY) : undefined;
    const wish = readNotify(element);
    if (!element || wish === undefined || this.#wishes.size >= WISHES_MAX) return;
    this.#wishes.set(id, wish);
    this.#elements.set(id, element);
  }

  async #keepWishes(): Promise<void> {
    await this.#host.store.setFact(WISHES_FACT, jsonOf(Object.fromEntries(this.#wishes)));
    this.#tellState();
  }

  #isOfFailure(news: News): boolean {
    if (news.kind === "message" && news.message.progress === "failed") return true;
    const key = news.kind === "message" ? news.message.key : news.kind === "dropped" ? news.key : undefined;
    return this.#failures.some((failure) => failure.key === key);
  }

  async #readFailures(): Promise<void> {
    const { store } = this.#host;
    const seen = Number((await store.fact(SEEN_FACT)) ?? 0);
    const failed = await store.failed(FAILURES_MAX);
    this.#failures = failed.filter(({ time }) => time > seen).map(({ key, with: jid, text, time }) => ({ key, with: jid, text, time }));
    this.#tellState();
  }

  #state(): NoticesState {
    return { settings: this.#settings, wishes: Object.fromEntries([...this.#wishes, ...this.#roomWishes]), failures: this.#failures };
  }

  #tellState(): void {
    this.#host.tell({ kind: "notices", notices: this.#state() });
  }
}
