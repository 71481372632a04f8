// SPDX-License-Identifier: MIT
//
// How often somebody may call: whoever calls again and again is not heard for a while.

const SPAN_MS = 60_000;
const OF_ONE_MAX = 5; // within it
const OF_ALL_MAX = 30;

export class Flood {
  #calls: readonly { readonly jid: string; readonly time: number }[] = []; // those of the last minute that were heard

  /** Counts it, if not. now: milliseconds */
  isTooMuch(jid: string, now: number): boolean {
    this.#calls = this.#calls.filter(({ time }) => now - time < SPAN_MS);
    if (this.#calls.length >= OF_ALL_MAX || this.#calls.filter((one) => one.jid === jid).length >= OF_ONE_MAX) return true;
    this.#calls = [...this.#calls, { jid, time: now }];
    return false;
  }
}
