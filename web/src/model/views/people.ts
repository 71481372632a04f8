// SPDX-License-Identifier: MIT
//
// The contacts, who of them is there, and who wants to be one.

import { bareOf, domainOf, jidFromInput, localOf } from "../../core/jid.js";
import type { Availability } from "../../protocol/rfc6121_presence.js";
import type { Asker } from "../parts/index.js";
import type { LastActivity } from "../../protocol/xep0012.js";
import type { VCard } from "../../protocol/xep0054.js";
import type { FoundPeople } from "../../protocol/xep0055.js";
import type { MadeInvitation } from "../../protocol/xep0401.js";
import type { Complaint, Contact, ContactRequest, News, PersonPresence, SeenPresence, Snapshot } from "../types.js";
import type { View } from "../view.js";

/** Scrolling has paused. */
const PAUSE_MS = 150;
/** By the page. */
const WATCHED_MAX = 1000;
/** So many are shown before they are counted anew. */
const SHOWN_MAX = 300;

/** More than these are put in order all at once. */
const MOVED_MAX = 50;

export class People implements View {
  readonly #asker: Asker;
  readonly #contacts = new Map<string, Contact>();
  readonly #presences = new Map<string, PersonPresence>();
  #requests: readonly ContactRequest[] = [];
  readonly #nicks = new Map<string, string>();
  readonly #order = new Intl.Collator(); // with numbers in their order it takes twice as long
  #blocked: ReadonlySet<string> = new Set();
  #folded: ReadonlySet<string> = new Set();
  #sorted: readonly Contact[] = []; // by name
  #moved: Set<string> | "all" = "all"; // whose place in #sorted is not known
  #account = "";
  readonly #tab: string;
  readonly #onChanged: () => void;
  readonly #shown = new Set<string>(); // whose presence was asked for, while that of others is not known
  #watched: readonly string[] = []; // by the page that the client stands in
  #isSelective = false;
  #isCounting = false;
  #room = SHOWN_MAX;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** onChanged: whatever is shown is to be drawn again */
  constructor(asker: Asker, tab: string, onChanged: () => void) {
    this.#asker = asker;
    this.#tab = tab;
    this.#onChanged = onChanged;
  }

  /** By name. */
  get contacts(): readonly Contact[] {
    if (this.#moved === "all" || this.#moved.size > MOVED_MAX) {
      const named = [...this.#contacts.values()].map((contact) => ({ name: this.nameOf(contact.jid), contact }));
      const order = this.#order;
      this.#sorted = named.sort((a, b) => order.compare(a.name, b.name)).map(({ contact }) => contact);
    } else if (this.#moved.size > 0) {
      const moved = this.#moved;
      const sorted = this.#sorted.filter(({ jid }) => !moved.has(jid));
      for (const jid of moved) this.#insert(sorted, this.#contacts.get(jid));
      this.#sorted = sorted;
    }
    this.#moved = new Set();
    return this.#sorted;
  }

  /** Names of groups that contacts are in, in order. */
  get groups(): readonly string[] {
    const groups = new Set<string>();
    for (const contact of this.#contacts.values()) for (const group of contact.groups) groups.add(group);
    const order = new Intl.Collator(undefined, { numeric: true });
    return [...groups].sort((a, b) => order.compare(a, b));
  }

  /** Names of groups of which only the name is shown; another set after each change. */
  get folded(): ReadonlySet<string> {
    return this.#folded;
  }

  get blocked(): ReadonlySet<string> {
    return this.#blocked;
  }

  /** Of those who want to see the account's presence. */
  get requests(): readonly ContactRequest[] {
    return this.#requests;
  }

  isContact(jid: string): boolean {
    return this.#contacts.has(jid);
  }

  contact(jid: string): Contact | undefined {
    return this.#contacts.get(jid);
  }

  isBlocked(jid: string): boolean {
    return this.#blocked.has(jid) || this.#blocked.has(domainOf(jid));
  }

  /** As the account calls somebody, as he calls himself, or of his address. */
  nameOf(jid: string): string {
    return this.#contacts.get(jid)?.name || this.#nicks.get(jid) || localOf(jid) || jid;
  }

  /** The account's own. */
  get own(): PersonPresence {
    return this.#presences.get(this.#account) ?? { jid: this.#account, availability: "offline", status: "" };
  }

  /** Of somebody who is shown: then it is known soon, and stays so. */
  presenceOf(jid: string): SeenPresence {
    if (this.#isSelective && !this.#shown.has(jid)) {
      this.#shown.add(jid);
      this.#seeSoon();
    }
    return this.knownPresenceOf(jid);
  }

  knownPresenceOf(jid: string): SeenPresence {
    const isUnknown = this.#isSelective && this.#contacts.has(jid);
    return this.#presences.get(jid) ?? { jid, availability: isUnknown ? undefined : "offline", status: "" };
  }

  /** Whose presence somebody else shows; all of them. */
  watch(jids: readonly string[]): void {
    this.#watched = jids.slice(0, WATCHED_MAX);
    if (this.#isSelective) this.#seeSoon();
  }

  #seeSoon(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#see(), PAUSE_MS);
  }

  /** Who is no longer shown is found out by drawing again what is. */
  #see(): void {
    if (!this.#isCounting && this.#shown.size > this.#room) {
      this.#isCounting = true;
      this.#shown.clear();
      this.#onChanged();
      return;
    }
    if (this.#isCounting) this.#room = Math.max(SHOWN_MAX, 2 * this.#shown.size);
    this.#isCounting = false;
    this.#asker.ask("presences", "see", this.#tab, [...this.#watched, ...this.#shown]).catch(() => undefined);
  }

  /** The page goes away. */
  close(): void {
    clearTimeout(this.#pause);
    if (this.#isSelective) this.#asker.ask("presences", "see", this.#tab, []).catch(() => undefined);
  }

  // --- wishes ------------------------------------------------------------------------------------

  setAvailability(availability: Availability, status?: string): Promise<void> {
    return this.#asker.ask("presences", "setAvailability", availability, status);
  }

  /** name: as the account calls him. Returns the address that was meant; undefined when none could be. */
  async add(typed: string, name = ""): Promise<string | undefined> {
    const jid = jidFromInput(typed, domainOf(this.#account));
    if (jid) await this.#asker.ask("roster", "add", jid, name);
    return jid;
  }

  remove(jid: string): Promise<void> {
    return this.#asker.ask("roster", "remove", jid);
  }

  answerRequest(jid: string, isAccepted: boolean): Promise<void> {
    return this.#asker.ask("roster", "answer", jid, isAccepted);
  }

  /** name: "" for that which the contact gives himself */
  change(jid: string, name: string, groups: readonly string[]): Promise<void> {
    return this.#asker.ask("roster", "change", jid, name, groups);
  }

  fold(group: string, isFolded: boolean): Promise<void> {
    return this.#asker.ask("roster", "fold", group, isFolded);
  }

  block(jid: string, complaint?: Complaint): Promise<void> {
    return this.#asker.ask("blocking", "block", bareOf(jid), complaint);
  }

  unblock(jid: string): Promise<void> {
    return this.#asker.ask("blocking", "unblock", jid);
  }

  card(jid: string): Promise<VCard> {
    return this.#asker.ask("profiles", "card", jid);
  }

  setCard(card: VCard): Promise<void> {
    return this.#asker.ask("profiles", "setCard", card);
  }

  lastActivity(jid: string): Promise<LastActivity | undefined> {
    return this.#asker.ask("profiles", "lastActivity", jid);
  }

  /** Of the server's directory, a page of those who are behind `after`. */
  search(words: string, after?: string): Promise<FoundPeople> {
    return this.#asker.ask("profiles", "search", words, after);
  }

  invite(): Promise<MadeInvitation | undefined> {
    return this.#asker.ask("profiles", "invite");
  }

  // --- news ----------------------------------------------------------------------------------------

  onSnapshot({ account, contacts, presences, isSelective, requests, folded, blocked, nicks }: Snapshot): void {
    this.#account = account;
    this.#requests = requests;
    this.#folded = new Set(folded);
    this.#blocked = new Set(blocked);
    this.#nicks.clear();
    for (const { jid, nick } of nicks) this.#nicks.set(jid, nick);
    this.#setContacts(contacts);
    this.#setPresences(presences, isSelective);
  }

  onNews(news: News): void {
    switch (news.kind) {
      case "connection":
        this.#account = news.account;
        break;
      case "contacts":
        if (news.all) this.#setContacts(news.put);
        else for (const contact of news.put) this.#contacts.set(contact.jid, contact);
        for (const jid of news.removed) this.#contacts.delete(jid);
        for (const jid of [...news.put.map((contact) => contact.jid), ...news.removed]) this.#move(jid);
        break;
      case "nick":
        if (news.nick) this.#nicks.set(news.jid, news.nick);
        else this.#nicks.delete(news.jid);
        if (this.#contacts.get(news.jid)?.name === "") this.#move(news.jid);
        break;
      case "folded":
        this.#folded = new Set(news.folded);
        break;
      case "blocked":
        this.#blocked = new Set(news.blocked);
        break;
      case "presences":
        this.#setPresences(news.presences, news.isSelective);
        break;
      case "unwatched":
        for (const jid of news.jids) this.#presences.delete(jid);
        break;
      case "presence":
        this.#presences.set(news.presence.jid, news.presence);
        break;
      case "requests":
        this.#requests = news.requests;
        break;
    }
  }

  #setContacts(contacts: readonly Contact[]): void {
    this.#moved = "all";
    this.#contacts.clear();
    for (const contact of contacts) this.#contacts.set(contact.jid, contact);
  }

  #move(jid: string): void {
    if (this.#moved !== "all") this.#moved.add(jid);
  }

  #insert(sorted: Contact[], contact: Contact | undefined): void {
    if (!contact) return;
    const name = this.nameOf(contact.jid);
    let low = 0;
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.#order.compare(this.nameOf(sorted[middle]?.jid ?? ""), name) < 0) low = middle + 1;
      else high = middle;
    }
    sorted.splice(low, 0, contact);
  }

  #setPresences(presences: readonly PersonPresence[], isSelective: boolean): void {
    this.#isSelective = isSelective;
    if (isSelective) this.#seeSoon(); // another tab may be at work now
    this.#presences.clear();
    for (const presence of presences) this.#presences.set(presence.jid, presence);
  }
}
