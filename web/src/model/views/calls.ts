// SPDX-License-Identifier: MIT
//
// The call that there is, in this tab or another, and its signals, for the tab that has it.

import type { Xml } from "../../core/xml.js";
import type { JingleReason } from "../../protocol/xep0166_reason.js";
import type { MediaKind } from "../../protocol/xep0167_parameters.js";
import type { Signalling } from "../calls/signalling.js";
import type { Asker } from "../parts/index.js";
import type { Call, CallEnd, News, Snapshot } from "../types.js";
import type { View } from "../view.js";

const SIGNALS_MAX = 100; // before somebody listens

export class Calls implements View, Signalling {
  readonly #asker: Asker;
  readonly #tab: string;
  #call: Call | undefined;
  #ended: { readonly call: Call; readonly how: CallEnd } | undefined;
  #signals: Xml[] = [];
  #listener: ((jingle: Xml) => void) | undefined;

  /** tab: tells this one from the others */
  constructor(asker: Asker, tab: string) {
    this.#asker = asker;
    this.#tab = tab;
  }

  get current(): Call | undefined {
    return this.#call;
  }

  /** The last, until there is another: it may be over before anybody looks. */
  get ended(): { readonly call: Call; readonly how: CallEnd } | undefined {
    return this.#ended;
  }

  /** Sound and pictures are here. */
  get isHere(): boolean {
    return this.#call !== undefined && this.isOf(this.#call);
  }

  /** Whether this tab has, or had it. */
  isOf({ tab }: Call): boolean {
    return tab === this.#tab;
  }

  // --- wishes ------------------------------------------------------------------------------------

  start(jid: string, media: readonly MediaKind[]): Promise<void> {
    return this.#asker.ask("calls", "start", this.#tab, jid, media);
  }

  accept(id: string): Promise<void> {
    return this.#asker.ask("calls", "accept", this.#tab, id);
  }

  reject(id: string): Promise<void> {
    return this.#asker.ask("calls", "reject", id);
  }

  /** reason: undefined when somebody wanted it so */
  hangUp(id: string, reason?: JingleReason): Promise<void> {
    return this.#asker.ask("calls", "hangUp", id, reason);
  }

  send(id: string, jingle: Xml): Promise<void> {
    return this.#asker.ask("calls", "send", id, jingle);
  }

  /** This end's, full. */
  address(): Promise<string> {
    return this.#asker.ask("calls", "address");
  }

  askServer(payload: Xml): Promise<Xml> {
    return this.#asker.ask("calls", "askServer", payload);
  }

  /** Until the call is over; also of what has come before. */
  listen(listener: (jingle: Xml) => void): void {
    this.#listener = listener;
    for (const jingle of this.#signals.splice(0)) listener(jingle);
  }

  /** The page goes away, and sound and pictures with it. */
  close(): void {
    if (this.#call && this.isHere) this.hangUp(this.#call.id).catch(() => undefined);
  }

  // --- news ----------------------------------------------------------------------------------------

  onSnapshot({ call }: Snapshot): void {
    this.#call = call;
  }

  onNews(news: News): void {
    if (news.kind === "call") {
      this.#call = news.call;
      this.#ended = undefined;
    } else if (news.kind === "callEnd") {
      this.#ended = { call: news.call, how: news.how };
      this.#call = this.#listener = undefined;
      this.#signals = [];
    } else if (news.kind === "callSignal" && this.isHere) {
      if (this.#listener) this.#listener(news.jingle);
      else if (this.#signals.length < SIGNALS_MAX) this.#signals.push(news.jingle);
    }
  }
}
