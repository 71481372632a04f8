// SPDX-License-Identifier: MIT
//
// An account at work: one connection, one store, and the parts that know what passes (part.ts).
// Runs in one tab at a time (tabs.ts); all tabs hear its news and ask it for what they want.

import { Connection, type ConnectionOptions, type ConnectionState } from "../core/connection.js";
import { StanzaError } from "../core/stanza_error.js";
import type { Xml } from "../core/xml.js";
import { NS_DISCO_INFO, discoInfo, type DiscoInfo } from "../protocol/xep0030.js";
import { NS_CAPS, capsOf, isCapsNode } from "../protocol/xep0115.js";
import { isEvent } from "../protocol/xep0490.js";
import type { LeftLocks } from "./calls/left.js";
import { guestStore, held, removed, type GuestLocks } from "./guests.js";
import { DEFAULT_SETTINGS } from "./notice.js";
import type { Host, Part, Session } from "./part.js";
import { makeParts, type Parts } from "./parts/index.js";
import { Store, accountStore } from "./store.js";
import type { News, Snapshot, StorageState } from "./types.js";

const ROOM = "room"; // a fact that is written to see whether there is any

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

export interface EngineOptions extends ConnectionOptions {
  readonly onNews: (news: News) => void;
  readonly onOutdated?: () => void;
  /** Of the browser. */
  readonly locks?: (GuestLocks & LeftLocks) | undefined;
}

export class Engine implements Host {
  readonly connection: Connection;
  readonly parts: Parts;
  readonly #options: EngineOptions;
  readonly #all: readonly Part[];
  #store: Store | undefined;
  #removeGuest: (() => Promise<void>) | undefined; // what is kept of the guest
  #storage: StorageState = "kept";
  #work: Promise<void> = Promise.resolve(); // one step after the other
  #isStopped = false;
  #caps: Promise<Xml> | undefined;
  #lastTime = 0;
  #arrivals = 0;
  #due = 0; // presences that have come and whose turn has not

  constructor(options: EngineOptions) {
    this.#options = options;
    this.connection = new Connection(options);
    this.parts = makeParts(this);
    this.#all = Object.values(this.parts);
    const { events, iqs } = this.connection;
    events.on("state", () => this.#tellConnection());
    events.on("session", ({ isNew, lost }) => {
      const session = { isNew, lost, began: this.now() };
      this.do(() => this.#onSession(session));
    });
    events.on("stanza", (stanza) => {
      if (this.#all.some((part) => part.takesAnswer?.(stanza))) return;
      const arrival = ++this.#arrivals;
      const isPresence = stanza.name === "presence";
      if (isPresence) this.#due++;
      this.do(async () => {
        if (isPresence) this.#due--;
        await this.#onStanza(stanza, arrival);
      });
    });
    events.on("acknowledged", (stanzas) => {
      for (const part of this.#all) if (part.onAcknowledged) this.do(async () => part.onAcknowledged?.(stanzas));
    });
    iqs.onRequest("get", "query", NS_DISCO_INFO, ({ attrs: { node } }) => {
      if (!isCapsNode(node)) throw new StanzaError("item-not-found");
      return discoInfo(this.#info(), node);
    });
  }

  /** Shows what the store knows, before there is a connection. */
  async start(): Promise<void> {
    if (this.account) await this.#try(() => this.#load());
    this.tell({ kind: "snapshot", snapshot: this.snapshot() });
    if (this.connection.hasToken && this.#storage !== "missing") this.connection.connect();
  }

  /** The page goes away; another may go on. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.connection.suspend({ isWhole: this.#handOver() });
    this.connection.iqs.lose(); // the next asks again
    await this.#settled();
    for (const part of this.#all) part.stop?.();
    this.#store?.close();
    await this.#removeGuest?.();
  }

  /** Returns whether another may go on with the session: it knows then all that this one did. */
  #handOver(): boolean {
    let isWhole = this.#due === 0 && this.connection.isResumable;
    for (const [name, part] of this.#named()) {
      const kept = isWhole ? part.handOver?.() : undefined;
      this.#options.memory.set(`kept ${name}`, kept);
      if (part.handOver && kept === undefined) isWhole = false;
    }
    return isWhole;
  }

  snapshot(): Snapshot {
    const nothing: Snapshot = {
      account: this.account,
      connection: this.#connectionState(),
      hasToken: this.connection.hasToken,
      contacts: [],
      isReady: false,
      presences: [],
      isSelective: false,
      conversations: [],
      requests: [],
      folded: [],
      blocked: [],
      avatars: [],
      nicks: [],
      notices: { settings: DEFAULT_SETTINGS, wishes: {}, failures: [] },
      push: { key: "", endpoint: "" },
      uploads: [],
      uploadPlace: { maxSize: undefined, bases: [] },
      rooms: [],
      occupants: [],
      happenings: [],
      invitations: [],
      storage: this.#storage,
    };
    return Object.assign(nothing, ...this.#all.map((part) => part.snapshot?.())) as Snapshot;
  }

  /** What a tab asks for. Rejects what is no part's ask. */
  async run(name: string, ask: string, args: readonly unknown[]): Promise<unknown> {
    const said = Object.hasOwn(this.parts, name) ? (this.parts[name as keyof Parts] as Part) : undefined;
    // At once, if it can be: a page that goes away does not wait.
    const part = said?.later ? (said.later.loaded ?? (await said.later.get())) : said;
    if (!part?.asks.includes(ask)) throw new Error(`cannot ${name} ${ask}`);
    const methods = part as unknown as Readonly<Record<string, (...all: readonly unknown[]) => unknown>>;
    try {
      return await methods[ask]?.(...args);
    } catch (error) {
      if (isFull(error)) this.#setStorage("full");
      throw error;
    }
  }

  // --- for the parts (part.ts) ---------------------------------------------------------------------

  get account(): string {
    return this.connection.account;
  }

  get store(): Store {
    if (!this.#store) throw new StanzaError("disconnected", "wait");
    return this.#store;
  }

  get locks(): LeftLocks | undefined {
    return this.#options.locks;
  }

  get arrivals(): number {
    return this.#arrivals;
  }

  ask(type: "get" | "set", payload: Xml, to?: string): Promise<Xml> {
    // No answer will come here, and the store is closed behind the last step.
    if (this.#isStopped) return Promise.reject(new StanzaError("disconnected", "wait"));
    return this.connection.iqs.ask(type, payload, to);
  }

  async sendPresence(stanza: Xml): Promise<void> {
    const caps = await (this.#caps ??= capsOf(this.#info()));
    this.connection.send({ ...stanza, children: [...stanza.children, caps] });
  }

  tell(news: News): void {
    this.#options.onNews(news);
    for (const part of this.#all) part.onNews?.(news);
  }

  do(step: () => Promise<void>): void {
    // What is not done when the engine is stopped, the archive tells the next one.
    this.#work = this.#work.then(() => (this.#isStopped ? undefined : this.#try(step)));
  }

  now(): number {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 0.001);
    return this.#lastTime;
  }

  async forget(): Promise<void> {
    if (this.connection.state.kind === "online") await Promise.allSettled(this.#all.map(async (part) => part.onLeaving?.()));
    this.connection.disconnect({ forget: true });
    await this.#settled();
    for (const part of this.#all) part.forget?.(); // and writes nothing down any more
    await this.#store?.clear();
    this.tell({ kind: "snapshot", snapshot: this.snapshot() });
  }

  #info(): Pick<DiscoInfo, "identities" | "features"> {
    const features = [NS_DISCO_INFO, NS_CAPS, ...this.#all.flatMap((part) => part.features ?? [])];
    return { identities: [{ category: "client", type: "web", name: "Jaseur" }], features };
  }

  // --- order -----------------------------------------------------------------------------------------

  /** What goes wrong in one step keeps nothing from the next. */
  async #try(step: () => Promise<void> | undefined): Promise<void> {
    try {
      await step();
      if (this.#storage !== "full") return;
      await this.store.setFact(ROOM, "");
      this.#setStorage("kept");
    } catch (error) {
      if (isFull(error)) this.#setStorage("full");
      // A lost connection ends what was asked; the next session asks again.
      else if (!(error instanceof StanzaError)) console.error("jaseur:", error);
    }
  }

  #setStorage(storage: StorageState): void {
    if (this.#storage === storage) return;
    this.#storage = storage;
    this.tell({ kind: "storage", storage });
  }

  async #settled(): Promise<void> {
    for (let before; before !== this.#work; ) {
      before = this.#work;
      await before;
    }
  }

  async #load(): Promise<void> {
    if (this.#store) return;
    try {
      const name = this.#options.account ? accountStore(this.account) : await this.#holdGuest();
      this.#store = await Store.open(name, this.#options.onOutdated);
    } catch (error) {
      this.#setStorage("missing");
      this.connection.disconnect();
      throw new StanzaError("disconnected", "wait", String(error));
    }
    this.#setStorage("kept");
    for (const part of this.#all) await part.load?.();
  }

  /** Returns the name of the store. */
  async #holdGuest(): Promise<string> {
    const name = guestStore(this.account);
    const letGo = await held(this.#options.locks, name);
    this.#removeGuest = () => removed(indexedDB, name).then(letGo);
    return name;
  }

  async #onSession(session: Session): Promise<void> {
    if (!this.#store) {
      await this.#load();
      this.tell({ kind: "snapshot", snapshot: this.snapshot() });
    }
    // Once: later sessions of this engine go on with what it knows itself.
    for (const [name, part] of this.#named()) {
      const kept = this.#options.memory.get(`kept ${name}`);
      this.#options.memory.set(`kept ${name}`, undefined);
      if (kept !== undefined && !session.isNew) part.takeOver?.(kept);
    }
    for (const part of this.#all) await this.#try(() => part.onSession?.(session));
  }

  #named(): [string, Part][] {
    return Object.entries(this.parts);
  }

  async #onStanza(stanza: Xml, arrival: number): Promise<void> {
    if (stanza.name === "presence") for (const part of this.#all) part.onPresence?.(stanza);
    else if (isEvent(stanza)) for (const part of this.#all) await part.onEvent?.(stanza, arrival);
    else for (const part of this.#all) if (await part.onMessage?.(stanza, arrival)) return;
  }

  /** Without a store nobody is signed in: nothing that is shown would be kept. */
  #connectionState(): ConnectionState {
    const { state } = this.connection;
    return this.#storage === "missing" && state.kind === "offline" ? { kind: "refused", condition: "no-storage" } : state;
  }

  #tellConnection(): void {
    const { account, hasToken } = this.connection;
    this.tell({ kind: "connection", connection: this.#connectionState(), account, hasToken });
  }
}
