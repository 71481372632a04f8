// SPDX-License-Identifier: MIT
//
// What was sent and not yet acknowledged, and how much was received (XEP-0198 1.6.3). It
// outlives connections and, written down when a page goes away, pages.

import { NS_SM } from "./ns.js";
import { xml, type Xml } from "./xml.js";

/** Counters are of 32 bits and begin anew (section 4). */
const MODULUS = 2 ** 32;

/** Stanzas that wait for an acknowledgement before the server is asked for one. */
const ASK_EVERY = 5;

/** Stanzas that are received before that is said without having been asked. */
const ANSWER_EVERY = 20;

/** What is written down of a session that may be resumed. */
export interface SavedSession {
  readonly id: string;
  readonly jid: string;
  readonly received: number;
  readonly acked: number;
  readonly unacked: readonly Xml[];
  /** How long the server keeps it without a connection. */
  readonly maxMs: number;
  /** Milliseconds of Date.now(); later the server has forgotten it. */
  readonly until: number;
}

export class StreamManagement {
  /** Of the session that can be resumed; undefined without one. */
  id: string | undefined;
  #isEnabled = false;
  #maxMs = 0;
  #received = 0;
  #acked = 0;
  #unacked: Xml[] = [];
  #sinceAsked = 0;
  #sinceAnswered = 0;

  get unacked(): readonly Xml[] {
    return this.#unacked;
  }

  get received(): number {
    return this.#received;
  }

  /** enabled: the server's <enabled/> */
  start(enabled: Xml): void {
    this.reset();
    this.#isEnabled = true;
    const { resume, id, max } = enabled.attrs;
    if ((resume === "true" || resume === "1") && id) this.id = id;
    this.#maxMs = (Number(max) || 300) * 1000;
  }

  /** There is no session any more. Returns what was not acknowledged. */
  reset(): Xml[] {
    const lost = this.#unacked;
    this.#isEnabled = false;
    this.id = undefined;
    this.#received = this.#acked = this.#sinceAsked = this.#sinceAnswered = 0;
    this.#unacked = [];
    return lost;
  }

  /** Returns whether to say so now: a server lets go of who takes much and acknowledges little. */
  onReceived(): boolean {
    if (!this.#isEnabled) return false;
    this.#received = (this.#received + 1) % MODULUS;
    return ++this.#sinceAnswered >= ANSWER_EVERY;
  }

  /** Returns whether the server should be asked to acknowledge. */
  onSent(stanza: Xml): boolean {
    if (!this.#isEnabled) return false;
    this.#unacked.push(stanza);
    const isDue = ++this.#sinceAsked >= ASK_EVERY || stanza.name === "message";
    if (isDue) this.#sinceAsked = 0;
    return isDue;
  }

  answer(): Xml {
    this.#sinceAnswered = 0;
    return xml("a", NS_SM, { h: this.#received });
  }

  /**
   * The server has handled h stanzas. Returns those that it had not acknowledged before;
   * undefined when it cannot have so many.
   */
  onAcknowledged(h: unknown): Xml[] | undefined {
    const handled = Number(h);
    const n = Number.isInteger(handled) ? (handled - this.#acked + MODULUS) % MODULUS : -1;
    if (n < 0 || n > this.#unacked.length) return undefined;
    this.#acked = handled;
    return this.#unacked.splice(0, n);
  }

  save(jid: string, now: number): SavedSession | undefined {
    if (!this.id) return undefined;
    return {
      id: this.id,
      jid,
      received: this.#received,
      acked: this.#acked,
      unacked: [...this.#unacked],
      maxMs: this.#maxMs,
      until: now + this.#maxMs,
    };
  }

  restore(saved: SavedSession): void {
    this.reset();
    this.#isEnabled = true;
    this.id = saved.id;
    this.#maxMs = saved.maxMs;
    this.#received = saved.received;
    this.#acked = saved.acked;
    this.#unacked = [...saved.unacked];
  }
}
