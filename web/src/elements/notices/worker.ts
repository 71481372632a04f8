// SPDX-License-Identifier: MIT
//
// The page's side of the service worker (src/worker). Only the server's own page has one: a
// worker belongs to an origin, and in a portal that is the portal's.

import type { KeepLetter, ReadingAnswer, WorkerLetter } from "../../worker/letters.js";

export interface WorkerEvents {
  /** What is looked at, and whether this page tells what comes. */
  onReading(): ReadingAnswer;
  /** A notification was clicked. */
  onOpen(target: string): void;
  onResubscribed(): void;
}

export class PageWorker {
  readonly #events: WorkerEvents;
  readonly #leaving = new AbortController();
  #registration: ServiceWorkerRegistration | undefined;

  constructor(events: WorkerEvents) {
    this.#events = events;
  }

  /** undefined: none, or not yet. */
  get registration(): ServiceWorkerRegistration | undefined {
    return this.#registration;
  }

  /** Private windows and unprotected connections have none: the page works without. */
  async start(): Promise<void> {
    const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
    if (!container) return;
    container.addEventListener("message", (event) => this.#onLetter(event), { signal: this.#leaving.signal });
    // Who has a worker already need not wait until the browser has looked for a newer one.
    container.register("/service_worker.js", { updateViaCache: "none" }).catch(() => undefined);
    this.#registration = await container.ready;
    const urls = performance.getEntriesByType("resource").map(({ name }) => name);
    this.#registration.active?.postMessage({ kind: "keep", urls: [location.href, ...urls] } satisfies KeepLetter);
  }

  close(): void {
    this.#leaving.abort();
  }

  #onLetter({ data, ports }: MessageEvent): void {
    const letter = data as WorkerLetter;
    if (letter.kind === "reading") ports[0]?.postMessage(this.#events.onReading());
    else if (letter.kind === "open") this.#events.onOpen(letter.target);
    else this.#events.onResubscribed();
  }
}
