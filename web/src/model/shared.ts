// SPDX-License-Identifier: MIT
//
// What was sent of files and links in one conversation, newest first, as far back as somebody has asked.

import { Emitter } from "../core/emitter.js";
import type { Asker } from "./parts/index.js";
import type { ChatMessage } from "./types.js";

const ENOUGH = 12; // found at once
const PAGES_MAX = 20; // read at once, of which most may be talk

export interface SharedEvents {
  changed: undefined;
}

function isShared({ url, text, isRetracted }: ChatMessage): boolean {
  return !isRetracted && (url !== undefined || /https?:\/\//i.test(text));
}

export class Shared {
  readonly events = new Emitter<SharedEvents>();
  readonly with: string;
  readonly #asker: Asker;
  readonly #onClose: (shared: Shared) => void;
  readonly #found = new Map<string, ChatMessage>();
  #oldest: ChatMessage | undefined;
  #isComplete = false;
  #isLoading = false;

  /** onClose: it wants no messages any more */
  constructor(jid: string, asker: Asker, onClose: (shared: Shared) => void) {
    this.with = jid;
    this.#asker = asker;
    this.#onClose = onClose;
  }

  /** Newest first. */
  get messages(): ChatMessage[] {
    return [...this.#found.values()].sort((a, b) => b.time - a.time);
  }

  /** Nothing older is in the archive. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  close(): void {
    this.#onClose(this);
  }

  /** Looks further back. */
  async more(): Promise<void> {
    if (this.#isLoading || this.#isComplete) return;
    this.#isLoading = true;
    this.events.emit("changed", undefined);
    const wanted = this.#found.size + ENOUGH;
    try {
      for (let page = 0; page < PAGES_MAX && this.#found.size < wanted && !this.#isComplete; page++) {
        const { time = Number.MAX_SAFE_INTEGER, archiveId } = this.#oldest ?? {};
        const { messages, isComplete } = await this.#asker.ask("history", "older", this.with, { time, ...(archiveId === undefined ? {} : { archiveId }) });
        this.#isComplete = isComplete || !messages.length;
        this.#oldest = messages[0] ?? this.#oldest;
        for (const one of messages) if (isShared(one)) this.#found.set(one.key, one);
      }
    } catch {
      // No connection: somebody asks again.
    }
    this.#isLoading = false;
    this.events.emit("changed", undefined);
  }

  /** A message of the conversation is there or has changed. */
  take(one: ChatMessage): void {
    const isKnown = this.#found.delete(one.key);
    if (isShared(one)) this.#found.set(one.key, one);
    else if (!isKnown) return;
    this.events.emit("changed", undefined);
  }
}
