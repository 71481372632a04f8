// SPDX-License-Identifier: MIT
//
// From a tab that calls or answers to the engine (exchange.ts), and what the other end says.

import type { Xml } from "../../core/xml.js";
import type { JingleReason } from "../../protocol/xep0166_reason.js";
import type { MediaKind } from "../../protocol/xep0167_parameters.js";
import type { Asker } from "../parts/index.js";
import { stay, type LeftLocks } from "./left.js";
import type { Signalling } from "./signalling.js";

const SIGNALS_MAX = 100; // before somebody listens

export class Line implements Signalling {
  readonly #asker: Asker;
  readonly #tab: string;
  #staying: Promise<void> | undefined;
  #signals: Xml[] = [];
  #listener: ((jingle: Xml) => void) | undefined;

  /** tab: tells this one from the others */
  constructor(asker: Asker, tab: string) {
    this.#asker = asker;
    this.#tab = tab;
  }

  /** Rejects when there is a call already, or no connection. */
  async start(jid: string, media: readonly MediaKind[]): Promise<void> {
    await this.#stay();
    await this.#asker.ask("calls", "start", this.#tab, jid, media);
  }

  /** Rejects when it rings no more. */
  async accept(id: string): Promise<void> {
    await this.#stay();
    await this.#asker.ask("calls", "accept", this.#tab, id);
  }

  reject(id: string): Promise<void> {
    return this.#asker.ask("calls", "reject", id);
  }

  hangUp(id: string, reason?: JingleReason): Promise<void> {
    return this.#asker.ask("calls", "hangUp", id, reason);
  }

  send(id: string, jingle: Xml): Promise<void> {
    return this.#asker.ask("calls", "send", id, jingle);
  }

  address(): Promise<string> {
    return this.#asker.ask("calls", "address");
  }

  askServer(payload: Xml): Promise<Xml> {
    return this.#asker.ask("calls", "askServer", payload);
  }

  listen(listener: (jingle: Xml) => void): void {
    this.#listener = listener;
    for (const jingle of this.#signals.splice(0)) listener(jingle);
  }

  /** The other end says something. */
  hear(jingle: Xml): void {
    if (this.#listener) this.#listener(jingle);
    else if (this.#signals.length < SIGNALS_MAX) this.#signals.push(jingle);
  }

  /** The call is over. */
  clear(): void {
    this.#listener = undefined;
    this.#signals = [];
  }

  #stay(): Promise<void> {
    return (this.#staying ??= stay((navigator as { locks?: LeftLocks }).locks, this.#tab));
  }
}
