// SPDX-License-Identifier: MIT
//
// How long to wait before the next try: twice as long each time, between half of that and all
// of it, so that those whom a restarted server lost do not come back at one moment.

const FIRST_MS = 1_000;
const LAST_MS = 120_000;

export class Backoff {
  readonly #random: () => number;
  #tries = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  next(): number {
    const most = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(this.#tries++, 16));
    return Math.round(most / 2 + (this.#random() * most) / 2);
  }

  /** After a connection that worked. */
  reset(): void {
    this.#tries = 0;
  }
}
