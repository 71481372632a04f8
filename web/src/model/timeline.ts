// SPDX-License-Identifier: MIT
//
// The messages of one conversation, as one who looks at it has read so far: from the end
// backwards, or from some place in both directions. Without a gap in any case. Several may be open
// at once.
//
//   at the end    what is said comes
//   away          somewhere else: what is said is only counted, until newer() has met the end, or
//                 toEnd() goes there
//
// It is bounded: who is at the end keeps the last messages, who goes back loses the newest, and is
// away.

import { Emitter } from "../core/emitter.js";
import type { Besides } from "./parts/chat.js";
import type { Asker } from "./parts/index.js";
import { soon } from "./soon.js";
import type { At, ChatMessage } from "./types.js";

export interface TimelineEvents {
  /** At most once a frame. */
  changed: undefined;
}

const END_MAX = 1000; // messages, while nobody goes back
const END_MORE = 200; // before they are cut
const ALL_MAX = 5000;
const SOUGHT_MAX = 20; // pages

function placeOf({ time, archiveId }: ChatMessage): At {
  return { time, ...(archiveId === undefined ? {} : { archiveId }) };
}

export class Timeline {
  readonly events = new Emitter<TimelineEvents>();
  /** The conversation: the other's bare address, or a room's. */
  readonly with: string;
  readonly #asker: Asker;
  readonly #onClose: (timeline: Timeline) => void;
  readonly #tellChanged = soon(() => this.events.emit("changed", undefined));
  #messages: readonly ChatMessage[] = [];
  #isComplete = false;
  #isAway = false;
  #isLoading = false;
  #isFollowed = true; // the end is looked at
  #place = 0; // which messages there are: answers for another place come too late

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

  /** There are newer messages that are not here. */
  get isAway(): boolean {
    return this.#isAway;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  close(): void {
    this.#onClose(this);
  }

  find(key: string): ChatMessage | undefined {
    return this.#messages.find((one) => one.key === key);
  }

  /** The message that an id means, as replies say it. */
  referred(id: string): ChatMessage | undefined {
    return this.#messages.find((one) => one.id === id || one.archiveId === id);
  }

  // --- reading -----------------------------------------------------------------------------------

  /** Shows the end of the conversation. */
  open(): Promise<void> {
    this.#move();
    return this.#load(async () => {
      const { messages, isComplete } = await this.#asker.ask("history", "open", this.with);
      return () => {
        this.#isComplete = isComplete;
        this.#isAway = false;
        this.#set(messages, []);
      };
    });
  }

  async older(): Promise<void> {
    const [first] = this.#messages;
    if (!first) return this.#isAway ? undefined : this.open();
    if (this.#isComplete || this.#isLoading) return;
    await this.#load(async () => {
      const { messages, isComplete } = await this.#asker.ask("history", "older", this.with, placeOf(first));
      return () => {
        this.#isComplete = isComplete;
        this.#set(messages, this.#messages);
        if (this.#messages.length > ALL_MAX) {
          this.#messages = this.#messages.slice(0, ALL_MAX);
          this.#isAway = true;
        }
      };
    });
  }

  async newer(): Promise<void> {
    const last = this.#messages.at(-1);
    if (!last || !this.#isAway || this.#isLoading) return;
    await this.#load(async () => {
      const { messages, isComplete } = await this.#asker.ask("history", "newer", this.with, placeOf(last));
      return () => {
        this.#isAway = !isComplete;
        this.#set(this.#messages, messages);
        if (this.#messages.length > ALL_MAX) {
          this.#messages = this.#messages.slice(-ALL_MAX);
          this.#isComplete = false;
        }
      };
    });
  }

  /** Goes to a message of the archive, or to the first at or after a time. Returns its key. */
  async go(to: Partial<At>): Promise<string | undefined> {
    const here = to.archiveId === undefined ? undefined : this.#messages.find(({ archiveId }) => archiveId === to.archiveId);
    if (here) return here.key;
    this.#move();
    let found: string | undefined;
    await this.#load(async () => {
      const { messages, key, isStart, isEnd } = await this.#asker.ask("history", "around", this.with, to);
      return () => {
        found = key || messages.at(-1)?.key;
        this.#isComplete = isStart;
        this.#isAway = !isEnd;
        this.#messages = [];
        this.#set(messages, []);
      };
    });
    return found;
  }

  /** Goes to the message that a reply means, if it is not too far. Returns its key. */
  async goReferred(id: string): Promise<string | undefined> {
    for (let page = 0; page < SOUGHT_MAX; page++) {
      const here = this.referred(id);
      if (here) return here.key;
      const known = page === 0 ? await this.#asker.ask("history", "find", this.with, id) : undefined;
      if (known) await this.go(known);
      if (this.#isComplete || this.#isLoading) break;
      const before = this.#messages[0];
      await this.older();
      if (this.#messages[0] === before) break;
    }
    return this.referred(id)?.key;
  }

  /** Whether the end is looked at: if not, nothing is taken away at the beginning. */
  setFollowed(isFollowed: boolean): void {
    this.#isFollowed = isFollowed;
    if (isFollowed) this.#bound();
  }

  // --- saying ------------------------------------------------------------------------------------

  send(body: string, besides?: Besides): Promise<void> {
    return this.#asker.ask("chat", "send", this.with, body, besides, crypto.randomUUID());
  }

  correct(key: string, body: string, besides?: Pick<Besides, "mentions">): Promise<void> {
    return this.#asker.ask("chat", "correct", key, body, besides);
  }

  retract(key: string): Promise<void> {
    return this.#asker.ask("chat", "retract", key);
  }

  moderate(key: string, reason: string): Promise<void> {
    return this.#asker.ask("chat", "moderate", key, reason);
  }

  react(key: string, emojis: readonly string[]): Promise<void> {
    return this.#asker.ask("chat", "react", key, emojis);
  }

  resend(key: string): Promise<void> {
    return this.#asker.ask("chat", "resend", key);
  }

  drop(key: string): Promise<void> {
    return this.#asker.ask("chat", "drop", key);
  }

  async setTyping(isTyping: boolean): Promise<void> {
    await this.#asker.ask("chat", "setTyping", this.with, isTyping);
  }

  // --- news ----------------------------------------------------------------------------------------

  /** A message of the conversation is there or has changed. */
  take(message: ChatMessage): void {
    const at = this.#messages.findIndex(({ key }) => key === message.key);
    const [first] = this.#messages;
    const last = this.#messages.at(-1);
    if (at < 0 && first && message.time < first.time) return; // read when somebody goes there
    if (at < 0 && this.#isAway && (!last || message.time > last.time)) return;
    const isSamePlace = at >= 0 && this.#messages[at]?.time === message.time;
    if (isSamePlace) this.#messages = [...this.#messages.slice(0, at), message, ...this.#messages.slice(at + 1)];
    else if (at < 0 && (!last || message.time > last.time)) this.#messages = [...this.#messages, message];
    else this.#set(this.#messages, [message]);
    this.#bound();
    this.#tellChanged();
  }

  /** A message is there no more. */
  takeAway(key: string): void {
    this.#messages = this.#messages.filter((one) => one.key !== key);
    this.#tellChanged();
  }

  #bound(): void {
    if (!this.#isFollowed || this.#isAway || this.#messages.length <= END_MAX + END_MORE) return;
    this.#messages = this.#messages.slice(-END_MAX);
    this.#isComplete = false;
    this.#tellChanged();
  }

  #move(): void {
    this.#place++;
    this.#isLoading = false;
  }

  /** read: returns what is then done */
  async #load(read: () => Promise<() => void>): Promise<void> {
    const place = this.#place;
    this.#isLoading = true;
    this.#tellChanged();
    try {
      const done = await read();
      if (place === this.#place) done();
    } catch {
      // No connection: what comes later is shown then.
    }
    if (place === this.#place) this.#isLoading = false;
    this.#tellChanged();
  }

  /** In their order; what is in both is as in `more`. */
  #set(some: readonly ChatMessage[], more: readonly ChatMessage[]): void {
    const known = new Map([...some, ...more].map((message) => [message.key, message]));
    this.#messages = [...known.values()].sort((a, b) => a.time - b.time);
  }
}
