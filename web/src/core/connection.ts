// SPDX-License-Identifier: MIT
//
// An account's connection: it comes back by itself, resumes its session also after a reload,
// and says in what state it is.
//
//   offline     nobody wants it                                  connect -> connecting
//   connecting  finding, opening, logging in                     #onLoggedIn -> online
//   online      a session is there
//   waiting     lost; the next try is at `until`                 #try -> connecting
//   refused     only a person can help: another password, ...    connect -> connecting
//
// Each change is made by #enter. While waiting or connecting, what is sent is kept for the
// session that may be resumed; when it cannot be, those stanzas are told as lost.

import { Backoff } from "./backoff.js";
import { BoshTransport } from "./bosh.js";
import { discover, type Endpoints } from "./discovery.js";
import { Emitter } from "./emitter.js";
import { Iqs } from "./iq.js";
import { bareOf, domainOf, localOf } from "./jid.js";
import { jsonOf } from "./json.js";
import { Login, LoginError, type LoggedIn, type Secret } from "./login.js";
import { recall, type Memory } from "./memory.js";
import { NS_CLIENT, NS_CSI, NS_SASL2, NS_SM, NS_STREAM, NS_STREAM_ERRORS } from "./ns.js";
import { StreamManagement, type SavedSession } from "./stream_management.js";
import { endToken } from "./token_end.js";
import type { Transport } from "./transport.js";
import { WebSocketTransport } from "./websocket.js";
import { elements, xml, type Xml } from "./xml.js";

export type ConnectionState =
  | { readonly kind: "offline" }
  | { readonly kind: "connecting" }
  | { readonly kind: "online"; readonly jid: string }
  /** until: milliseconds of Date.now() */
  | { readonly kind: "waiting"; readonly until: number }
  /** condition: of RFC 6120 sections 4.9.3 or 6.5, or "no-mechanism", "server-unproven", "insecure" */
  | { readonly kind: "refused"; readonly condition: string };

export interface ConnectionEvents {
  state: ConnectionState;
  /** Presence and messages, in the order in which they came. */
  stanza: Xml;
  /** The server has handled them: they will arrive, or already have. */
  acknowledged: readonly Xml[];
  /** isNew: nothing of an earlier session holds, and `lost` was perhaps not handled. */
  session: { readonly jid: string; readonly isNew: boolean; readonly lost: readonly Xml[] };
  /** All that passes, for a developer. */
  traffic: { readonly direction: "in" | "out"; readonly el: Xml };
}

export interface ConnectionOptions {
  /** Bare; "" when the token of a portal says it, or for a guest. */
  readonly account: string;
  /** Of guests and tokens; otherwise the account's. */
  readonly domain?: string;
  /** "https://chat.example.org": whose host-meta says where to connect. */
  readonly site: string;
  /** Instead of what host-meta says. */
  readonly endpoints?: Endpoints;
  /** Of this account. */
  readonly memory: Memory;
  readonly backoff?: Backoff;
  readonly makeTransport?: (kind: "websocket" | "bosh", url: string, domain: string) => Transport;
}

/** For a developer. */
export interface ConnectionDetails {
  readonly state: ConnectionState;
  /** Full, of the last session; "" before the first. */
  readonly jid: string;
  readonly transport: "websocket" | "bosh" | undefined;
  readonly url: string;
  /** What the session can be resumed by (XEP-0198); undefined: it cannot. */
  readonly resumption: string | undefined;
  /** Stanzas, in this session. */
  readonly received: number;
  readonly unacknowledged: readonly Xml[];
  /** Of the token that stands for the password, in milliseconds of Date.now(). */
  readonly tokenExpires: number | undefined;
  /** Nobody looks (XEP-0352). */
  readonly isInactive: boolean;
}

const SILENCE_MS = 60_000; // then the server is asked whether it is there
const PROBE_MS = 15_000; // how long it may take to say so
const LOGIN_MS = 45_000;

/** After these a new try would only be refused again (RFC 6120 section 4.9.3). */
const FINAL_STREAM_ERRORS: readonly string[] = ["conflict", "host-unknown", "not-authorized", "policy-violation", "unsupported-version"];
/** Failures of a login that pass by themselves. */
const PASSING_LOGIN_ERRORS: readonly string[] = ["temporary-auth-failure", "aborted"];

function makeTransport(kind: "websocket" | "bosh", url: string, domain: string): Transport {
  return kind === "websocket" ? new WebSocketTransport(url, domain) : new BoshTransport(url, domain);
}

function isSavedSession(value: unknown): value is SavedSession {
  const saved = value as Partial<SavedSession> | null | undefined;
  return (
    typeof saved?.id === "string" &&
    typeof saved.jid === "string" &&
    typeof saved.received === "number" &&
    typeof saved.acked === "number" &&
    typeof saved.maxMs === "number" &&
    typeof saved.until === "number" &&
    Array.isArray(saved.unacked)
  );
}

interface SavedToken {
  readonly token: string;
  readonly expires: number;
  readonly count: number;
}

function isSavedToken(value: unknown): value is SavedToken {
  const saved = value as Partial<SavedToken> | null | undefined;
  return typeof saved?.token === "string" && typeof saved.expires === "number" && typeof saved.count === "number";
}

export class Connection {
  readonly events = new Emitter<ConnectionEvents>();
  readonly iqs = new Iqs((stanza) => this.send(stanza));
  readonly #options: ConnectionOptions;
  readonly #backoff: Backoff;
  readonly #sm = new StreamManagement();
  #state: ConnectionState = { kind: "offline" };
  #secret: Secret | undefined;
  #endpoints: Endpoints | undefined;
  #prefersBosh = false;
  #jid = "";
  #transport: Transport | undefined;
  #via: { readonly kind: "websocket" | "bosh"; readonly url: string } | undefined; // of the last try
  #login: Login | undefined;
  #held: Xml[] | undefined; // what came while a step of the login, which takes a while, is made
  #isInactive = false;
  #timer: ReturnType<typeof setTimeout> | undefined; // the next try; silence
  #tries = 0; // tells an old try's answers from those of the present one

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff();
    this.#endpoints = options.endpoints;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Full, of the last session; "" before the first. */
  get jid(): string {
    return this.#jid;
  }

  /** The account, bare. */
  get account(): string {
    return this.#jid ? bareOf(this.#jid) : this.#options.account;
  }

  /** Where the server is: "https://chat.example.org". */
  get site(): string {
    return this.#options.site;
  }

  get domain(): string {
    return this.account ? domainOf(this.account) : (this.#options.domain ?? "");
  }

  /** Whether connect() needs no secret: an earlier login left a token. */
  get hasToken(): boolean {
    return this.#token() !== undefined;
  }

  get details(): ConnectionDetails {
    return {
      state: this.#state,
      jid: this.#jid,
      transport: this.#via?.kind,
      url: this.#via?.url ?? "",
      resumption: this.#sm.id,
      received: this.#sm.received,
      unacknowledged: [...this.#sm.unacked],
      tokenExpires: this.#token()?.expires,
      isInactive: this.#isInactive,
    };
  }

  /** Whether another page may go on with the session. */
  get isResumable(): boolean {
    return this.#sm.id !== undefined;
  }

  connect(secret?: Secret): void {
    if (this.#state.kind === "online" || this.#state.kind === "connecting") return;
    this.#secret = secret;
    if (!("subtle" in crypto)) {
      this.#enter({ kind: "refused", condition: "insecure" });
      return;
    }
    this.#restore();
    this.#backoff.reset();
    void this.#try();
  }

  /** Ends the session for good. forget: the next connect() needs a secret, and the token is worth nothing */
  disconnect({ forget = false } = {}): void {
    if (forget) this.#forgetToken();
    this.#options.memory.set("session", undefined);
    this.#secret = undefined;
    // Or the server keeps what was received for the next session (XEP-0198 section 4).
    if (this.#state.kind === "online" && this.#sm.received) this.#write(this.#sm.answer());
    this.#let()?.close();
    this.#sm.reset();
    this.iqs.lose();
    this.#enter({ kind: "offline" });
  }

  /**
   * A form for the server, which a page that goes away can still send (navigator.sendBeacon), before
   * suspend(). Unless another page resumes the session within seconds, it ends, and is not
   * believed to be there any longer. Undefined: there is nothing to say.
   */
  farewell(): { readonly url: string; readonly body: URLSearchParams } | undefined {
    const { id } = this.#sm;
    if (id === undefined || !this.#jid) return undefined;
    return { url: `${this.#options.site}/leave`, body: new URLSearchParams({ jid: this.#jid, session: id }) };
  }

  /**
   * The page goes away: what another needs to go on where this one was is written down.
   * isWhole: nothing that came is still to be dealt with; else the next has to begin anew
   */
  suspend({ isWhole = true } = {}): void {
    // What was read here is not to be told again, nor to be pushed.
    if (this.#state.kind === "online" && this.#sm.received) this.#write(this.#sm.answer());
    const saved = isWhole ? this.#sm.save(this.#jid, Date.now()) : undefined;
    this.#options.memory.set("session", saved && jsonOf(saved));
    this.#let()?.abort();
    this.#enter({ kind: "offline" });
  }

  /** The network may be back, or the page was looked at again: does not wait any longer. */
  nudge(): void {
    if (this.#state.kind === "waiting") {
      this.#backoff.reset();
      void this.#try();
    } else if (this.#state.kind === "online") this.#probe();
  }

  /** Whether somebody looks (XEP-0352). */
  setActive(isActive: boolean): void {
    if (this.#isInactive === !isActive) return;
    this.#isInactive = !isActive;
    if (this.#state.kind === "online") this.#write(xml(isActive ? "active" : "inactive", NS_CSI));
  }

  /** Whether a stanza with that id was sent and is not acknowledged yet. */
  isUnderWay(id: string): boolean {
    return this.#sm.unacked.some(({ attrs }) => attrs.id === id);
  }

  /** Returns whether it went out, or will when the session is resumed. */
  send(stanza: Xml): boolean {
    if (this.#state.kind !== "online" && !this.#sm.id) return false;
    const asks = this.#sm.onSent(stanza);
    if (this.#state.kind === "online") {
      this.#write(stanza);
      if (asks) this.#write(xml("r", NS_SM));
    }
    return true;
  }

  // --- trying ---------------------------------------------------------------------------------

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.events.emit("state", state);
  }

  /** The transport is nobody's any more: what it still says is not heard. */
  #let(): Transport | undefined {
    const transport = this.#transport;
    this.#transport = this.#login = this.#held = undefined;
    this.#tries++;
    clearTimeout(this.#timer);
    return transport;
  }

  async #try(): Promise<void> {
    this.#let()?.abort();
    const number = this.#tries;
    this.#enter({ kind: "connecting" });
    this.#timer = setTimeout(() => this.#lost(), LOGIN_MS);
    try {
      this.#endpoints ??= await discover(this.#options.site);
    } catch {
      if (number === this.#tries) this.#lost();
      return;
    }
    if (number !== this.#tries) return;
    const way = this.#way();
    if (!way) {
      this.#enter({ kind: "refused", condition: "no-mechanism" });
      return;
    }
    const { kind, transport } = way;
    const { bosh } = this.#endpoints;
    this.#via = way;
    let wasOpen = false;
    this.#transport = transport;
    transport.open({
      onOpen: () => (wasOpen = true),
      onElement: (el) => {
        if (transport !== this.#transport) return;
        this.events.emit("traffic", { direction: "in", el });
        this.#onElement(el);
      },
      onClose: () => {
        if (transport !== this.#transport) return;
        // A network that lets no WebSocket through may let BOSH through, and the other way round.
        if (!wasOpen) this.#prefersBosh = kind === "websocket" && bosh !== undefined;
        if (!wasOpen && this.#prefersBosh) void this.#try();
        else this.#lost();
      },
    });
  }

  /** A transport to what is known of the server; undefined when nothing is. */
  #way(): { readonly kind: "websocket" | "bosh"; readonly url: string; readonly transport: Transport } | undefined {
    const { websocket, bosh } = this.#endpoints ?? {};
    const kind = websocket && !(this.#prefersBosh && bosh) ? "websocket" : "bosh";
    const url = kind === "websocket" ? websocket : bosh;
    return url === undefined ? undefined : { kind, url, transport: (this.#options.makeTransport ?? makeTransport)(kind, url, this.domain) };
  }

  #lost(): void {
    this.#let()?.abort();
    if (!this.#sm.id) this.iqs.lose();
    const delay = this.#backoff.next();
    this.#timer = setTimeout(() => void this.#try(), delay);
    this.#enter({ kind: "waiting", until: Date.now() + delay });
  }

  #refused(condition: string): void {
    this.#let()?.close();
    this.iqs.lose();
    this.#enter({ kind: "refused", condition });
  }

  // --- logging in ------------------------------------------------------------------------------

  #token(): SavedToken | undefined {
    const saved = recall(this.#options.memory, "token");
    return isSavedToken(saved) && saved.expires > Date.now() ? saved : undefined;
  }

  #restore(): void {
    const saved = recall(this.#options.memory, "session");
    this.#options.memory.set("session", undefined); // nobody else resumes it as well
    if (!isSavedSession(saved) || saved.until < Date.now() || this.#sm.id) return;
    this.#sm.restore(saved);
    this.#jid = saved.jid;
  }

  /** Whoever finds it in this browser later shall not get in with it. */
  #forgetToken(): void {
    const saved = this.#token();
    const way = saved && this.#way();
    if (way) void endToken(way.transport, { user: localOf(this.account), token: saved.token, count: saved.count + 1, agent: this.#agent() });
    this.#options.memory.set("token", undefined);
    this.#options.memory.set("agent", undefined); // who signs in next is another client
  }

  #agent(): string {
    const known = this.#options.memory.get("agent");
    if (known) return known;
    const made = crypto.randomUUID();
    this.#options.memory.set("agent", made);
    return made;
  }

  #secrets(): Secret[] {
    const secrets: Secret[] = [];
    const saved = this.#token();
    if (saved) {
      const count = saved.count + 1;
      this.#options.memory.set("token", jsonOf({ ...saved, count }));
      secrets.push({ kind: "fast", token: saved.token, count });
    }
    if (this.#secret) secrets.push(this.#secret);
    return secrets;
  }

  #startLogin(features: Xml): void {
    const { id } = this.#sm;
    const transport = this.#transport;
    const isCurrent = (): boolean => transport === this.#transport;
    this.#login = new Login(
      {
        account: this.account,
        secrets: this.#secrets(),
        agent: this.#agent(),
        isInactive: this.#isInactive,
        resume: id === undefined ? undefined : { id, received: this.#sm.received },
      },
      {
        send: (el) => {
          if (isCurrent()) this.#write(el);
        },
        onLoggedIn: (result) => {
          if (isCurrent()) this.#onLoggedIn(result);
        },
        onFailed: (error) => {
          if (isCurrent()) this.#onLoginFailed(error);
        },
        onRefused: (secret) => {
          if (secret.kind === "fast") this.#options.memory.set("token", undefined);
        },
      },
    );
    this.#login.start(features);
  }

  #onLoginFailed(error: LoginError): void {
    if (PASSING_LOGIN_ERRORS.includes(error.condition)) this.#lost();
    else this.#refused(error.condition);
  }

  #onLoggedIn({ jid, resumed, enabled, token }: LoggedIn): void {
    clearTimeout(this.#timer);
    this.#login = undefined;
    this.#backoff.reset();
    if (token) this.#options.memory.set("token", jsonOf({ ...token, count: 0 }));
    // Used up (a portal's), or replaced by the token.
    if (token || this.#secret?.kind === "bearer") this.#secret = undefined;
    const handled = resumed && this.#sm.onAcknowledged(resumed.attrs.h);
    if (resumed && !handled) {
      this.#sm.reset();
      this.#lost();
      return;
    }
    let lost: readonly Xml[] = [];
    if (!resumed) {
      lost = this.#sm.reset();
      this.iqs.lose();
      this.#jid = jid;
      if (enabled) this.#sm.start(enabled);
    }
    this.#listenForSilence();
    this.#enter({ kind: "online", jid: this.#jid });
    if (handled?.length) this.events.emit("acknowledged", handled);
    for (const stanza of this.#sm.unacked) this.#write(stanza);
    if (this.#sm.unacked.length) this.#write(xml("r", NS_SM));
    // What was said while it was away holds for a new session only (XEP-0352 section 5).
    if (resumed && this.#isInactive) this.#write(xml("inactive", NS_CSI));
    this.events.emit("session", { jid: this.#jid, isNew: !resumed, lost });
  }

  // --- the session ------------------------------------------------------------------------------

  #write(el: Xml): void {
    this.events.emit("traffic", { direction: "out", el });
    this.#transport?.send(el);
  }

  #onElement(el: Xml): void {
    if (this.#held) this.#held.push(el);
    else if (el.ns === NS_STREAM && el.name === "error") this.#onStreamError(el);
    else if (el.ns === NS_STREAM && el.name === "features") {
      if (this.#state.kind === "connecting" && !this.#login) this.#startLogin(el);
    } else if (el.ns === NS_SASL2) void this.#takeStep(el);
    else if (this.#state.kind === "online") {
      this.#listenForSilence();
      if (el.ns === NS_SM) this.#onSm(el);
      else if (el.ns === NS_CLIENT) this.#onStanza(el);
    }
  }

  async #takeStep(el: Xml): Promise<void> {
    const held: Xml[] = [];
    this.#held = held;
    await this.#login?.take(el);
    if (this.#held !== held) return; // of another try
    this.#held = undefined;
    for (const one of held) if (this.#transport) this.#onElement(one);
  }

  #onStanza(stanza: Xml): void {
    if (this.#sm.onReceived()) this.#write(this.#sm.answer());
    if (stanza.name === "iq") this.iqs.take(stanza, this.#jid);
    else this.events.emit("stanza", stanza);
  }

  #onSm(el: Xml): void {
    if (el.name === "r") this.#write(this.#sm.answer());
    else if (el.name === "a") {
      const handled = this.#sm.onAcknowledged(el.attrs.h);
      if (handled?.length) this.events.emit("acknowledged", handled);
    }
  }

  #onStreamError(error: Xml): void {
    const condition = elements(error, undefined, NS_STREAM_ERRORS).find(({ name }) => name !== "text")?.name ?? "";
    if (FINAL_STREAM_ERRORS.includes(condition)) {
      this.#sm.reset();
      this.#refused(condition);
    } else this.#lost();
  }

  #listenForSilence(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#probe(), SILENCE_MS);
  }

  /** Anything that comes is an answer. */
  #probe(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), PROBE_MS);
    if (this.#sm.id) this.#write(xml("r", NS_SM));
    else this.iqs.ask("get", xml("ping", "urn:xmpp:ping")).catch(() => undefined);
  }
}
