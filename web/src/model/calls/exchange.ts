// SPDX-License-Identifier: MIT
//
// The call that there is, one at a time: it rings on all devices (XEP-0353), and then is a session between
// two tabs, whose stanzas pass through here. Sound and pictures are the tab's that has called or
// answered (calls/session.ts); the others know of it.
//
//   calling   we have called                       ringing, proceed, reject
//   ringing   ... and a device of theirs rings
//   incoming  they have called                     accept, reject, retract, answered elsewhere
//   answered  a tab of ours has it, and `peer` is the device at the other end

import { bareOf } from "../../core/jid.js";
import { StanzaError } from "../../core/stanza_error.js";
import { xml, type Xml } from "../../core/xml.js";
import { NS_JINGLE } from "../../protocol/call_features.js";
import { otherSide } from "../../protocol/message.js";
import { readReason, reasonElement, type JingleReason } from "../../protocol/xep0166_reason.js";
import type { MediaKind } from "../../protocol/xep0167_parameters.js";
import { delayIn } from "../../protocol/xep0297.js";
import { readRinging, ringing, type Ringing } from "../../protocol/xep0353.js";
import type { Asked, Host } from "../part.js";
import type { HistoryPart } from "../parts/history.js";
import type { NoticesPart } from "../parts/notices.js";
import type { RosterPart } from "../parts/roster.js";
import type { Call, CallEnd } from "../types.js";
import { Flood } from "./flood.js";
import { onLeft } from "./left.js";

const PATIENCE_MS = 60_000; // how long it rings

function endFor(reason: JingleReason | undefined): CallEnd {
  if (reason === "busy") return "busy";
  if (reason === "decline") return "refused";
  return reason === undefined || reason === "success" || reason === "cancel" || reason === "gone" ? "ended" : "failed";
}

/** The parts that it needs. */
export interface Around {
  readonly roster: RosterPart;
  readonly history: HistoryPart;
  readonly notices: NoticesPart;
}

export class Exchange implements Asked {
  readonly asks = ["start", "accept", "reject", "hangUp", "send", "askServer", "address"] as const;
  readonly #host: Host;
  readonly #around: Around;
  readonly #contacts = new Flood();
  readonly #strangers = new Flood(); // who keep no contact from calling
  #call: Call | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch = new AbortController(); // of the tab that has it

  constructor(host: Host, around: Around) {
    this.#host = host;
    this.#around = around;
  }

  get call(): Call | undefined {
    return this.#call;
  }

  /** kept: as an earlier page has left it, or one that has crashed */
  onSession(isNew: boolean, kept: Call | undefined): void {
    if (!isNew) {
      if (kept && !this.#call) this.#set(kept);
      return;
    }
    const call = (this.#call ??= kept);
    if (!call) return;
    // The other end knows an address that is none any more.
    if (call.state !== "answered" && call.isOwn) this.#say(call.with, "retract");
    this.#end(call.state === "incoming" ? "missed" : "failed", "gone");
  }

  /** said: what the stanza is about, which may be a copy. Returns whether nothing is to be known of it */
  onMessage(said: Xml, stanza: Xml): boolean {
    const { account } = this.#host;
    const ring = readRinging(said);
    const jid = otherSide(said, account);
    if (!ring || jid === undefined || said.attrs.type === "groupchat") return false;
    const isOwn = said.attrs.from === undefined || bareOf(said.attrs.from) === account;
    if (isOwn) this.#onOwn(ring);
    // What was kept for later rings no more.
    else if (delayIn(stanza) === undefined) {
      if (ring.kind === "propose") return this.#onProposal(ring, jid, said.attrs.from ?? "");
      this.#onOther(ring, jid, said.attrs.from ?? "");
    }
    return false;
  }

  onJingle(jingle: Xml, from: string | undefined): void {
    const call = this.#call;
    // XEP-0166 section 10: of a session that is none, or not theirs.
    if (call?.state !== "answered" || jingle.attrs.sid !== call.id || from !== call.peer) throw new StanzaError("item-not-found");
    if (jingle.attrs.action === "session-terminate") this.#end(endFor(readReason(jingle)?.condition));
    else this.#host.tell({ kind: "callSignal", id: call.id, jingle });
  }

  /** The session is about to end for good. */
  leave(): void {
    if (this.#call) this.hangUp(this.#call.id);
  }

  /** Somebody else goes on, or nobody. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#watch.abort();
    this.#call = undefined;
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** Rejects when there is a call already, or no connection. */
  start(tab: string, jid: string, media: readonly MediaKind[]): void {
    if (this.#call) throw new StanzaError("conflict");
    const id = crypto.randomUUID();
    if (!this.#tell(jid, { kind: "propose", id, media })) throw new StanzaError("disconnected", "wait");
    this.#set({ id, with: jid, peer: "", isOwn: true, media, state: "calling", tab });
  }

  /** Rejects when it rings no more. */
  accept(tab: string, id: string): void {
    const call = this.#call;
    if (call?.id !== id || call.state !== "incoming") throw new StanzaError("item-not-found");
    // Before anything else that the other device may hear; our other devices hear it by their carbons.
    this.#say(call.peer, "proceed");
    this.#set({ ...call, state: "answered", tab });
  }

  reject(id: string): void {
    const call = this.#call;
    if (call?.id !== id || call.state !== "incoming") return;
    this.#say(call.with, "reject");
    this.#end("ended");
  }

  /** It rings no more, or the session is over. reason: undefined when somebody wanted it so */
  hangUp(id: string, reason?: JingleReason): void {
    const call = this.#call;
    if (call?.id !== id) return;
    if (call.state === "answered") {
      const terminate = xml("jingle", NS_JINGLE, { action: "session-terminate", sid: id }, reasonElement({ condition: reason ?? "success", text: "" }));
      this.#host.ask("set", terminate, call.peer).catch(() => undefined); // who does not know it has ended it
    } else if (call.isOwn) this.#say(call.with, "retract");
    this.#end(endFor(reason));
  }

  /** Rejects with a StanzaError. */
  async send(id: string, jingle: Xml): Promise<void> {
    if (this.#call?.id !== id || !this.#call.peer) throw new StanzaError("item-not-found");
    await this.#host.ask("set", jingle, this.#call.peer);
  }

  /** The full address of the session: what a description begins with. */
  address(): string {
    return this.#host.connection.jid;
  }

  /** Resolves to the whole answer of the host; rejects with a StanzaError. */
  askServer(payload: Xml): Promise<Xml> {
    return this.#host.ask("get", payload, this.#host.connection.domain);
  }

  // --- ringing ---------------------------------------------------------------------------------------

  /** Another device of ours has dealt with it. */
  #onOwn({ kind, id }: Ringing): void {
    if (this.#call?.id !== id || this.#call.state !== "incoming") return;
    if (kind === "proceed") this.#end("elsewhere");
    if (kind === "reject") this.#end("ended");
  }

  #onOther(ring: Ringing, jid: string, from: string): void {
    const call = this.#call;
    if (call?.id !== ring.id || call.with !== jid) return;
    if (call.state === "incoming") {
      if (ring.kind === "retract") this.#end("missed");
    } else if (call.state === "answered") {
      // Where a session can be ended no more: its device has lost its address.
      if (ring.kind === "finish") this.#end(endFor(ring.reason));
    } else {
      if (ring.kind === "ringing") this.#set({ ...call, state: "ringing" });
      if (ring.kind === "proceed") this.#set({ ...call, state: "answered", peer: from });
      if (ring.kind === "reject") this.#end(ring.reason === "busy" ? "busy" : "refused");
    }
  }

  /**
   * Strangers do not make it ring, nor are they told that somebody is there (XEP-0353 section 7): they are found
   * among what was missed. Returns whether it is too much, and nothing is to be known of it.
   */
  #onProposal({ id, media }: Ringing, jid: string, from: string): boolean {
    const isContact = this.#around.roster.isContact(jid);
    if ((isContact ? this.#contacts : this.#strangers).isTooMuch(jid, Date.now())) return true;
    if (!isContact || this.#call?.id === id) return false;
    if (this.#around.notices.settings.refusesCalls) this.#tell(from, { kind: "reject", id, media: [], reason: "decline" });
    else if (this.#call) this.#tell(from, { kind: "reject", id, media: [], reason: "busy" });
    else {
      this.#tell(from, { kind: "ringing", id, media: [] });
      this.#set({ id, with: jid, peer: from, isOwn: false, media, state: "incoming", tab: "" });
    }
    return false;
  }

  #say(to: string, kind: Ringing["kind"], reason?: JingleReason): void {
    if (this.#call) this.#tell(to, { kind, id: this.#call.id, media: [], ...(reason && { reason }) });
  }

  /** Also in the history of the conversation. Returns whether it went out, or will. */
  #tell(to: string, call: Ringing): boolean {
    const { account, connection } = this.#host;
    if (!connection.send(ringing(to, call))) return false;
    const told = { message: { type: "chat", call }, with: bareOf(to), isOwn: true, by: account, time: this.#host.now() } as const;
    if (call.kind !== "ringing") this.#host.do(() => this.#around.history.take(told, { isLive: true, isLatest: true }));
    return true;
  }

  #set(call: Call): void {
    if (this.#call?.tab !== call.tab) this.#watchTab(call);
    this.#call = call;
    clearTimeout(this.#timer);
    if (call.state !== "answered") this.#timer = setTimeout(() => this.#onPatience(), PATIENCE_MS);
    this.#host.tell({ kind: "call", call });
  }

  /** A tab that has crashed does not hang up. */
  #watchTab({ id, tab }: Call): void {
    this.#watch.abort();
    this.#watch = new AbortController();
    if (tab) onLeft(this.#host.locks, tab, this.#watch.signal, () => this.hangUp(id, "gone"));
  }

  #onPatience(): void {
    if (this.#call?.isOwn) this.#say(this.#call.with, "retract");
    this.#end(this.#call?.isOwn ? "unanswered" : "missed");
  }

  #end(how: CallEnd, reason: JingleReason = how === "failed" ? "connectivity-error" : "success"): void {
    const call = this.#call;
    if (!call) return;
    // Both say it, so that all devices know how long it was (XEP-0353 section 3.6).
    if (call.state === "answered") this.#say(call.peer, "finish", reason);
    this.stop();
    this.#host.tell({ kind: "callEnd", call, how });
  }
}
