// SPDX-License-Identifier: MIT
//
// The messages of one conversation, as one who looks at it has read so far: from the end
// backwards. Several may be open at once.

import { Emitter } from "../core/emitter.js";
import type { Asker } from "./parts/index.js";
import type { ChatMessage, History } from "./types.js";

export interface TimelineEvents {
  changed: undefined;
}

export class Timeline {
  readonly events = new Emitter<TimelineEvents>();
  /** The conversation: the other's bare address. */
  readonly with: string;
  readonly #asker: Asker;
  readonly #onClose: (timeline: Timeline) => void;
  #messages: readonly ChatMessage[] = [];
  #isComplete = false;
  #isLoading = false;

  /** onClose: it wants no messages any more */
  constructor(jid: string, asker: Asker, onClose: (timeline: Timeline) => void) {
    this.with = jid;
    this.#asker = asker;
    this.#onClose = onClose;
  }

  /** Oldest first. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
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

  // --- wishes ------------------------------------------------------------------------------------

  /** The end of the conversation. */
  open(): Promise<void> {
    return this.#load(() => this.#asker.ask("history", "open", this.with));
  }

  async older(): Promise<void> {
    const time = this.#messages[0]?.time ?? Number.MAX_SAFE_INTEGER;
    if (!this.#isComplete && !this.#isLoading) await this.#load(() => this.#asker.ask("history", "older", this.with, time));
  }

  send(body: string): Promise<void> {
    return this.#asker.ask("chat", "send", this.with, body);
  }

  async setTyping(isTyping: boolean): Promise<void> {
    await this.#asker.ask("chat", "setTyping", this.with, isTyping);
  }

  // --- news ----------------------------------------------------------------------------------------

  /** A message of the conversation is there or has changed. */
  take(message: ChatMessage): void {
    const isKnown = this.#messages.some(({ key }) => key === message.key);
    const first = this.#messages[0];
    if (!isKnown && first && message.time < first.time) return; // read when somebody goes there
    this.#set([message]);
  }

  async #load(read: () => Promise<History>): Promise<void> {
    this.#isLoading = true;
    this.events.emit("changed", undefined);
    try {
      const { messages, isComplete } = await read();
      this.#isComplete = isComplete;
      this.#isLoading = false;
      this.#set(messages);
    } catch {
      this.#isLoading = false; // no connection: what comes later is shown then
      this.events.emit("changed", undefined);
    }
  }

  #set(messages: readonly ChatMessage[]): void {
    const known = new Map([...this.#messages, ...messages].map((message) => [message.key, message]));
    this.#messages = [...known.values()].sort((a, b) => a.time - b.time);
    this.events.emit("changed", undefined);
  }
}
