// SPDX-License-Identifier: MIT
//
// Who is there: the account itself, and those who let it know.
//
// The account is away while nobody has touched any of its pages for a while (XEP-0319), and back
// at once. What was said last is written down: who goes on with a session need not say it again.
//
// Of very many contacts only those are told of whom somebody sees (watched.ts).

import { bareOf } from "../../core/jid.js";
import { jsonOf } from "../../core/json.js";
import { bounded } from "../../core/plain.js";
import type { Xml } from "../../core/xml.js";
import { presence, readPresence, type Availability, type Presence } from "../../protocol/rfc6121_presence.js";
import type { Host, Part, Session } from "../part.js";
import type { News, PersonPresence, Snapshot } from "../types.js";
import type { ConversationsPart } from "./conversations.js";
import type { Watched } from "./watched.js";

/** Without a touch for so long, nobody is there. */
const IDLE_MS = 5 * 60_000;
const FACT = "own presence";

interface Said {
  readonly availability: Availability;
  readonly status: string;
  /** Milliseconds of the epoch. */
  readonly idleSince?: number;
}

/** Best first: of several clients the one is shown with which a person can be reached. */
const SHOWN_FIRST: readonly Availability[] = ["chat", "online", "dnd", "away", "xa", "offline"];

const STATUS_MAX = 500;

/** Characters; browsers give a site five million. */
const KEPT_MAX = 2_000_000;

function personPresence(jid: string, { availability, status, idleSince }: Presence): PersonPresence {
  return { jid, availability, status: bounded(status, STATUS_MAX), ...(idleSince === undefined ? {} : { idleSince }) };
}

export class PresencesPart implements Part {
  readonly asks = ["setAvailability", "touch", "see"] as const;
  readonly #host: Host;
  readonly #conversations: ConversationsPart;
  readonly #watched: Watched;
  readonly #presences = new Map<string, Map<string, PersonPresence>>(); // by bare, by full address
  #own: Said = { availability: "online", status: "" };
  #touched = Date.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onSaid: () => void = () => undefined;

  constructor(host: Host, conversations: ConversationsPart, watched: Watched) {
    this.#host = host;
    this.#conversations = conversations;
    this.#watched = watched;
  }

  /** What others see of the account. */
  get shown(): Said {
    const { availability, status, idleSince } = this.#own;
    const isAway = idleSince !== undefined && (availability === "online" || availability === "chat");
    return isAway ? { availability: "away", status, idleSince } : this.#own;
  }

  /** It was changed: those who are told directly (RFC 6121 section 4.6) have to hear it as well. */
  onSaid(listener: () => void): void {
    this.#onSaid = listener;
  }

  async load(): Promise<void> {
    const written = await this.#host.store.fact(FACT);
    if (written) this.#own = JSON.parse(written) as Said;
  }

  async onSession({ isNew, lost }: Session): Promise<void> {
    this.#watch();
    const { availability, status, idleSince } = this.#own;
    // Who was away when another page was closed is here with this one.
    const isBack = idleSince !== undefined && idleSince !== this.#touched;
    if (isNew) await this.#watched.begin(); // before the first presence
    if (isNew || isBack) await this.#say(isBack ? { availability, status } : this.#own);
    if (isNew) {
      this.#presences.clear();
      this.#tellAll();
    }
    void this.#follow();
    if (!isNew) return;
    // Requests and their answers; saying one twice does no harm (RFC 6121 section 3).
    for (const stanza of lost) if (stanza.name === "presence" && stanza.attrs.to) this.#host.connection.send(stanza);
  }

  onPresence(stanza: Xml): void {
    const read = readPresence(stanza);
    if (!read) return;
    const from = stanza.attrs.from ?? this.#host.account;
    const jid = bareOf(from);
    if (this.#conversations.isRoom(jid)) return; // of who is in the room (rooms.ts)
    if (!this.#watched.has(jid)) return; // it was on its way when he went out of sight
    const clients = this.#presences.get(jid) ?? new Map<string, PersonPresence>();
    clients.delete(from); // who said something last is the last
    if (read.availability !== "offline") clients.set(from, personPresence(jid, read));
    this.#presences.set(jid, clients);
    this.#host.tell({ kind: "presence", presence: this.#of(jid) });
  }

  forget(): void {
    this.#presences.clear();
    this.#watched.forget();
    this.#own = { availability: "online", status: "" };
    clearTimeout(this.#timer);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  handOver(): string | undefined {
    const said = [...this.#presences.values()].flatMap((clients) => [...clients]);
    const kept = jsonOf({ said, watched: this.#watched.handOver() });
    return kept.length <= KEPT_MAX ? kept : undefined;
  }

  takeOver(kept: string): void {
    const { said, watched } = JSON.parse(kept) as { said: [string, PersonPresence][]; watched?: string[] };
    this.#watched.takeOver(watched);
    for (const [from, one] of said) {
      const clients = this.#presences.get(one.jid) ?? new Map<string, PersonPresence>();
      this.#presences.set(one.jid, clients.set(from, one));
    }
    this.#tellAll();
  }

  /** Who is watched and has said nothing is not there. */
  snapshot(): Pick<Snapshot, "presences" | "isSelective"> {
    const known = new Set([...this.#presences.keys(), ...(this.#watched.handOver() ?? [])]);
    return { presences: [...known].map((jid) => this.#of(jid)), isSelective: this.#watched.isOn };
  }

  #tellAll(): void {
    this.#host.tell({ kind: "presences", ...this.snapshot() });
  }

  /** All whose presence a tab shows. */
  see(tab: string, jids: readonly string[]): void {
    this.#watched.see(tab, jids);
    void this.#follow();
  }

  onNews(news: News): void {
    if (news.kind === "contacts" && !news.all) void this.#follow(); // somebody who is shown may be a contact now
  }

  /** Beside the steps: what has come is not kept waiting. */
  async #follow(): Promise<void> {
    for (let change; (change = await this.#watched.change()); ) {
      const { added, removed } = change;
      for (const jid of removed) this.#presences.delete(jid);
      if (removed.length) this.#host.tell({ kind: "unwatched", jids: removed });
      for (const jid of added) this.#host.tell({ kind: "presence", presence: this.#of(jid) });
    }
  }

  async setAvailability(availability: Availability, status = ""): Promise<void> {
    await this.#say({ availability, status });
  }

  /** Somebody has touched a page. */
  async touch(): Promise<void> {
    this.#touched = Date.now();
    this.#watch();
    const { availability, status, idleSince } = this.#own;
    if (idleSince !== undefined) await this.#say({ availability, status });
  }

  // --- what others see -------------------------------------------------------------------------------

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#host.do(() => this.#onQuiet()), this.#touched + IDLE_MS - Date.now());
  }

  async #onQuiet(): Promise<void> {
    if (this.#own.idleSince === undefined && Date.now() - this.#touched >= IDLE_MS) await this.#say({ ...this.#own, idleSince: this.#touched });
  }

  async #say(own: Said): Promise<void> {
    this.#own = own;
    const { availability, ...more } = this.shown;
    await this.#host.sendPresence(presence(availability, more));
    this.#onSaid();
    await this.#host.store.setFact(FACT, jsonOf(own));
  }

  #of(jid: string): PersonPresence {
    const clients = [...(this.#presences.get(jid)?.values() ?? [])].reverse();
    const lately = ({ idleSince = Number.MAX_SAFE_INTEGER }: PersonPresence): number => idleSince;
    clients.sort((a, b) => SHOWN_FIRST.indexOf(a.availability) - SHOWN_FIRST.indexOf(b.availability) || lately(b) - lately(a));
    return clients[0] ?? { jid, availability: "offline", status: "" };
  }
}
