// SPDX-License-Identifier: MIT
//
// The contacts, who of them is there, and who wants to be one.

import { domainOf, jidFromInput, localOf } from "../../core/jid.js";
import type { Availability } from "../../protocol/rfc6121_presence.js";
import type { Asker } from "../parts/index.js";
import type { Contact, ContactRequest, News, PersonPresence, Snapshot } from "../types.js";
import type { View } from "../view.js";

export class People implements View {
  readonly #asker: Asker;
  readonly #contacts = new Map<string, Contact>();
  readonly #presences = new Map<string, PersonPresence>();
  #requests: readonly ContactRequest[] = [];
  #sorted: readonly Contact[] | undefined; // by name
  #account = "";

  constructor(asker: Asker) {
    this.#asker = asker;
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

  /** Of those who want to see the account's presence. */
  get requests(): readonly ContactRequest[] {
    return this.#requests;
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

  // --- wishes ------------------------------------------------------------------------------------

  setAvailability(availability: Availability, status?: string): Promise<void> {
    return this.#asker.ask("presences", "setAvailability", availability, status);
  }

  /** Returns the address that was meant; undefined when none could be. */
  async add(typed: string): Promise<string | undefined> {
    const jid = jidFromInput(typed, domainOf(this.#account));
    if (jid) await this.#asker.ask("roster", "add", jid, "");
    return jid;
  }

  remove(jid: string): Promise<void> {
    return this.#asker.ask("roster", "remove", jid);
  }

  answerRequest(jid: string, isAccepted: boolean): Promise<void> {
    return this.#asker.ask("roster", "answer", jid, isAccepted);
  }

  // --- news ----------------------------------------------------------------------------------------

  onSnapshot({ account, contacts, presences, requests }: Snapshot): void {
    this.#account = account;
    this.#requests = requests;
    this.#setContacts(contacts);
    this.#setPresences(presences);
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
        this.#sorted = undefined;
        break;
      case "presences":
        this.#setPresences(news.presences);
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
    this.#sorted = undefined;
    this.#contacts.clear();
    for (const contact of contacts) this.#contacts.set(contact.jid, contact);
  }

  #setPresences(presences: readonly PersonPresence[]): void {
    this.#presences.clear();
    for (const presence of presences) this.#presences.set(presence.jid, presence);
  }
}
