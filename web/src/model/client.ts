// SPDX-License-Identifier: MIT
//
// What elements look at: the state of the account, kept up to date by news, the same in every
// tab. Data goes down from here, wishes come up as calls.

import { Emitter } from "../core/emitter.js";
import type { ConnectionState } from "../core/connection.js";
import { jidFromInput, localOf } from "../core/jid.js";
import type { Secret } from "../core/login.js";
import type { Availability } from "../protocol/rfc6121_presence.js";
import type { Tabs, TabsOptions } from "./tabs.js";
import type { ChatMessage, Contact, ContactRequest, Conversation, News, PersonPresence } from "./types.js";

export interface ClientEvents {
  /** Anything but the messages of the open conversation. */
  changed: undefined;
  /** Messages of the open conversation. */
  messages: undefined;
  /** Somebody has just said something. */
  said: ChatMessage;
}

export interface Open {
  readonly with: string;
  readonly messages: readonly ChatMessage[];
  readonly isComplete: boolean;
  readonly isLoading: boolean;
}

export class Client {
  readonly events = new Emitter<ClientEvents>();
  readonly #tabs: Tabs;
  readonly #contacts = new Map<string, Contact>();
  readonly #presences = new Map<string, PersonPresence>();
  readonly #conversations = new Map<string, Conversation>();
  readonly #typing = new Set<string>();
  #sorted: Contact[] | undefined; // contacts by name
  #requests: readonly ContactRequest[] = [];
  #connection: ConnectionState = { kind: "offline" };
  #account = "";
  #hasToken = false;
  #isKnown = false;
  #isVisible: boolean | undefined; // undefined: nobody has said
  readonly #id = crypto.randomUUID();
  #open: Open | undefined;

  /** makeTabs: with this client's listener in its options */
  constructor(makeTabs: (onNews: TabsOptions["onNews"]) => Tabs) {
    this.#tabs = makeTabs((news) => this.#onNews(news));
  }

  /** Whether anything is known yet. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  /** Bare. */
  get account(): string {
    return this.#account;
  }

  /** Somebody is signed in, whether or not there is a connection now. */
  get isSignedIn(): boolean {
    return this.#connection.kind === "online" || (this.#hasToken && this.#connection.kind !== "refused");
  }

  get open(): Open | undefined {
    return this.#open;
  }

  get requests(): readonly ContactRequest[] {
    return this.#requests;
  }

  /** Latest first. */
  get conversations(): Conversation[] {
    return [...this.#conversations.values()].filter(({ time, draft }) => time > 0 || draft).sort((a, b) => b.time - a.time);
  }

  /** By name. */
  get contacts(): readonly Contact[] {
    if (!this.#sorted) {
      const named = [...this.#contacts.values()].map((contact) => [this.nameOf(contact.jid), contact] as const);
      const order = new Intl.Collator();
      this.#sorted = named.sort(([a], [b]) => order.compare(a, b)).map(([, contact]) => contact);
    }
    return this.#sorted;
  }

  /** Messages, in all conversations. */
  get unread(): number {
    let sum = 0;
    for (const { unread } of this.#conversations.values()) sum += unread;
    return sum;
  }

  isContact(jid: string): boolean {
    return this.#contacts.has(jid);
  }

  nameOf(jid: string): string {
    return this.#contacts.get(jid)?.name || localOf(jid) || jid;
  }

  presenceOf(jid: string): PersonPresence {
    return this.#presences.get(jid) ?? { jid, availability: "offline", status: "" };
  }

  conversationWith(jid: string): Conversation | undefined {
    return this.#conversations.get(jid);
  }

  isTyping(jid: string): boolean {
    return this.#typing.has(jid);
  }

  // --- wishes ------------------------------------------------------------------------------------

  signIn(secret: Secret): Promise<void> {
    return this.#tabs.ask("signIn", secret);
  }

  async signOut(): Promise<void> {
    this.#open = undefined;
    await this.#tabs.ask("signOut");
  }

  setAvailability(availability: Availability): Promise<void> {
    return this.#tabs.ask("setAvailability", availability);
  }

  /** Whether somebody looks at this tab. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#tabs.ask("setVisible", this.#id, isVisible).catch(() => undefined);
  }

  async show(jid: string): Promise<void> {
    if (this.#open?.with === jid) return;
    this.#setOpen({ with: jid, messages: [], isComplete: false, isLoading: true });
    try {
      const { messages, isComplete } = await this.#tabs.ask("open", jid);
      this.#fill(jid, messages, isComplete);
    } catch {
      this.#fill(jid, [], false); // no connection: what comes later is shown then
    }
  }

  hide(): void {
    this.#setOpen(undefined);
  }

  async showOlder(): Promise<void> {
    const open = this.#open;
    if (!open || open.isComplete || open.isLoading) return;
    this.#setOpen({ ...open, isLoading: true });
    try {
      const { messages, isComplete } = await this.#tabs.ask("older", open.with, open.messages[0]?.time ?? Number.MAX_SAFE_INTEGER);
      this.#fill(open.with, messages, isComplete);
    } catch {
      this.#fill(open.with, [], false);
    }
  }

  async send(body: string): Promise<void> {
    if (this.#open) await this.#tabs.ask("send", this.#open.with, body);
  }

  setDraft(jid: string, draft: string): Promise<void> {
    return this.#tabs.ask("setDraft", jid, draft);
  }

  setTyping(isTyping: boolean): void {
    if (this.#open) this.#tabs.ask("setTyping", this.#open.with, isTyping).catch(() => undefined);
  }

  markDisplayed(): void {
    const jid = this.#open?.with;
    if (jid && this.#conversations.get(jid)?.unread) this.#tabs.ask("markDisplayed", jid).catch(() => undefined);
  }

  /** Returns the address that was meant; undefined when none could be. */
  async addContact(typed: string): Promise<string | undefined> {
    const jid = jidFromInput(typed, this.#account.slice(this.#account.indexOf("@") + 1));
    if (jid) await this.#tabs.ask("addContact", jid, "");
    return jid;
  }

  removeContact(jid: string): Promise<void> {
    return this.#tabs.ask("removeContact", jid);
  }

  answerRequest(jid: string, isAccepted: boolean): Promise<void> {
    return this.#tabs.ask("answerRequest", jid, isAccepted);
  }

  /** The network may be back, or somebody looks again. */
  nudge(): void {
    this.#tabs.engine?.connection.nudge();
  }

  close(): void {
    this.#tabs.close();
  }

  // --- news ----------------------------------------------------------------------------------------

  #setOpen(open: Open | undefined): void {
    this.#open = open;
    this.events.emit("messages", undefined);
    this.events.emit("changed", undefined);
  }

  #fill(jid: string, messages: readonly ChatMessage[], isComplete: boolean): void {
    if (this.#open?.with !== jid) return;
    const known = new Map([...messages, ...this.#open.messages].map((message) => [message.key, message]));
    const sorted = [...known.values()].sort((a, b) => a.time - b.time);
    this.#setOpen({ with: jid, messages: sorted, isComplete, isLoading: false });
  }

  #onNews(news: News): void {
    switch (news.kind) {
      case "snapshot":
        this.#onSnapshot(news);
        break;
      case "connection":
        this.#connection = news.connection;
        this.#account = news.account;
        this.#hasToken = news.hasToken;
        break;
      case "contacts":
        this.#sorted = undefined;
        for (const contact of news.put) this.#contacts.set(contact.jid, contact);
        for (const jid of news.removed) this.#contacts.delete(jid);
        break;
      case "presence":
        this.#presences.set(news.presence.jid, news.presence);
        break;
      case "conversation":
        this.#conversations.set(news.conversation.with, news.conversation);
        break;
      case "typing":
        if (news.isTyping) this.#typing.add(news.with);
        else this.#typing.delete(news.with);
        break;
      case "requests":
        this.#requests = news.requests;
        break;
      case "message":
        this.#onMessage(news.message, news.isNew);
        return;
    }
    this.events.emit("changed", undefined);
  }

  #onSnapshot({ snapshot }: News & { kind: "snapshot" }): void {
    const { contacts, presences, conversations } = snapshot;
    if (this.#isVisible !== undefined) this.setVisible(this.#isVisible); // another tab may be at work now
    this.#isKnown = true;
    this.#account = snapshot.account;
    this.#connection = snapshot.connection;
    this.#hasToken = snapshot.hasToken;
    this.#requests = snapshot.requests;
    this.#sorted = undefined;
    this.#contacts.clear();
    this.#presences.clear();
    this.#conversations.clear();
    for (const contact of contacts) this.#contacts.set(contact.jid, contact);
    for (const presence of presences) this.#presences.set(presence.jid, presence);
    for (const conversation of conversations) this.#conversations.set(conversation.with, conversation);
  }

  #onMessage(message: ChatMessage, isNew: boolean): void {
    const open = this.#open;
    if (open?.with === message.with && (!open.messages[0] || message.time >= open.messages[0].time || open.messages.some(({ key }) => key === message.key))) {
      const others = open.messages.filter(({ key }) => key !== message.key);
      const messages = [...others, message].sort((a, b) => a.time - b.time);
      this.#open = { ...open, messages };
      this.events.emit("messages", undefined);
    }
    if (isNew) this.events.emit("said", message);
  }
}
