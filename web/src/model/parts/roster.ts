// SPDX-License-Identifier: MIT
//
// The contacts, kept here by the roster's version (RFC 6121 section 2), and those who ask to be one.
//
// Many contacts take seconds to write down: that is done beside the steps of the engine, one change after the
// other. The version is written behind what it stands for, so whoever finds less asks for it again.

import { jsonOf } from "../../core/json.js";
import { StanzaError } from "../../core/stanza_error.js";
import { bareOf } from "../../core/jid.js";
import type { Xml } from "../../core/xml.js";
import { subscription } from "../../protocol/rfc6121_presence.js";
import {
  NS_ROSTER,
  readRoster,
  requestText,
  rosterChange,
  rosterIn,
  rosterQuery,
  rosterRemoval,
  type RosterNews,
} from "../../protocol/rfc6121_roster.js";
import type { Host, Part, Session } from "../part.js";
import type { Contact, ContactRequest, Snapshot } from "../types.js";

const VERSION = "roster version";
const REQUESTS = "requests";
const FOLDED = "folded groups";
const REQUEST_TEXT_MAX = 500;

export class RosterPart implements Part {
  readonly asks = ["add", "change", "remove", "answer", "fold"] as const;
  readonly #host: Host;
  readonly #contacts = new Map<string, Contact>();
  readonly #requests = new Map<string, ContactRequest>();
  #isReady = false;
  #isKnown = false; // what the server has, in this session
  #isWritten = true; // nothing is missing in the store that came behind its version, but for what #writing has
  #writing: Promise<void> = Promise.resolve();
  #unwritten = 0; // changes that have come and are not in the store yet
  #age = 0; // one more with each sign-out
  #folded: readonly string[] = [];

  constructor(host: Host) {
    this.#host = host;
    host.connection.events.on("state", () => (this.#isReady = false));
    host.connection.events.on("session", ({ isNew }) => (this.#isKnown &&= !isNew));
    host.connection.iqs.onRequest("set", "query", NS_ROSTER, (query, from) => {
      // RFC 6121 section 2.1.6: only the server pushes.
      if (from !== undefined && from !== host.account) throw new StanzaError("service-unavailable");
      this.#unwritten++;
      host.do(() => {
        this.#onRoster(readRoster(query), false);
        return Promise.resolve();
      });
      return undefined;
    });
  }

  /** As the owner calls somebody; "" when he does not. */
  nameOf(jid: string): string {
    return this.#contacts.get(jid)?.name ?? "";
  }

  get count(): number {
    return this.#contacts.size;
  }

  isContact(jid: string): boolean {
    return this.#contacts.has(jid);
  }

  async load(): Promise<void> {
    this.#folded = JSON.parse((await this.#host.store.fact(FOLDED)) ?? "[]") as string[];
    for (const contact of await this.#host.store.contacts()) this.#contacts.set(contact.jid, contact);
    const requests = JSON.parse((await this.#host.store.fact(REQUESTS)) ?? "[]") as ContactRequest[];
    for (const request of requests) this.#requests.set(request.jid, request);
  }

  async onSession({ isNew }: Session): Promise<void> {
    if (isNew) {
      this.#requests.clear(); // told again, with each new session (RFC 6121 section 3.1.3)
      this.#tellRequests();
    }
    if (!this.#isKnown) {
      await this.#writing;
      this.#isWritten = true; // what failed comes again
      const version = (await this.#host.store.fact(VERSION)) ?? "";
      const roster = rosterIn(await this.#host.ask("get", rosterQuery(version)));
      this.#isKnown = true;
      if (roster) {
        this.#unwritten++;
        this.#onRoster(roster, true);
      }
    }
    if (this.#host.connection.state.kind !== "online") return;
    this.#isReady = true;
    this.#host.tell({ kind: "ready" });
  }

  onPresence(stanza: Xml): void {
    if (stanza.attrs.type !== "subscribe" || stanza.attrs.from === undefined) return;
    const jid = bareOf(stanza.attrs.from);
    this.#requests.set(jid, { jid, text: requestText(stanza).slice(0, REQUEST_TEXT_MAX) });
    this.#tellRequests();
  }

  forget(): void {
    this.#contacts.clear();
    this.#requests.clear();
    this.#folded = [];
    this.#isKnown = false;
    this.#isWritten = true;
    this.#age++;
  }

  /** "": not all is written down, and the next page has to ask for it. */
  handOver(): string {
    return this.#isKnown && this.#isWritten && this.#unwritten === 0 ? "written" : "";
  }

  takeOver(kept: string): void {
    this.#isKnown = kept !== "";
  }

  snapshot(): Partial<Snapshot> {
    return { contacts: [...this.#contacts.values()], isReady: this.#isReady, requests: [...this.#requests.values()], folded: this.#folded };
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  async add(jid: string, name: string): Promise<void> {
    await this.#host.ask("set", rosterChange({ jid, name, groups: this.#contacts.get(jid)?.groups ?? [] }));
    this.#host.connection.send(subscription("subscribe", jid));
  }

  /** name: "" for none of the account's own */
  async change(jid: string, name: string, groups: readonly string[]): Promise<void> {
    await this.#host.ask("set", rosterChange({ jid, name, groups }));
  }

  /** In this browser. */
  async fold(group: string, isFolded: boolean): Promise<void> {
    this.#folded = [...this.#folded.filter((one) => one !== group), ...(isFolded ? [group] : [])];
    this.#host.tell({ kind: "folded", folded: this.#folded });
    await this.#host.store.setFact(FOLDED, jsonOf(this.#folded));
  }

  async remove(jid: string): Promise<void> {
    await this.#host.ask("set", rosterRemoval(jid));
  }

  /** Who wants to see the account's presence is told. */
  answer(jid: string, isAccepted: boolean): void {
    const { connection } = this.#host;
    connection.send(subscription(isAccepted ? "subscribed" : "unsubscribed", jid));
    if (isAccepted && !["to", "both"].includes(this.#contacts.get(jid)?.subscription ?? "none"))
      connection.send(subscription("subscribe", jid));
    this.#requests.delete(jid);
    this.#tellRequests();
  }

  #tellRequests(): void {
    const requests = [...this.#requests.values()];
    this.#host.tell({ kind: "requests", requests });
    this.#host.do(() => this.#host.store.setFact(REQUESTS, jsonOf(requests)));
  }

  /** all: this is the whole roster */
  #onRoster(news: RosterNews, all: boolean): void {
    const { items, removed } = news;
    if (all) this.#contacts.clear();
    for (const item of items) this.#contacts.set(item.jid, item);
    for (const jid of removed) this.#contacts.delete(jid);
    this.#host.tell({ kind: "contacts", put: items, removed, all });
    const age = this.#age;
    this.#writing = this.#writing.then(() => this.#write(news, all, age)).finally(() => this.#unwritten--);
  }

  async #write({ items, removed, version }: RosterNews, all: boolean, age: number): Promise<void> {
    const { store } = this.#host;
    const isMeant = (): boolean => age === this.#age && this.#isWritten;
    try {
      if (isMeant()) await store.putContacts(items, removed, all);
      if (isMeant() && version !== undefined) await store.setFact(VERSION, version);
    } catch (error) {
      this.#isWritten = false;
      this.#host.do(() => Promise.reject(error as Error)); // as when a step fails
    }
  }
}
