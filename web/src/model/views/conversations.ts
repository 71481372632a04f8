// SPDX-License-Identifier: MIT
//
// The conversations: what was said last, what is unread, who is writing.

import type { Asker } from "../parts/index.js";
import type { Conversation, News, Snapshot } from "../types.js";
import type { View } from "../view.js";

export class Conversations implements View {
  readonly #asker: Asker;
  readonly #all = new Map<string, Conversation>();
  readonly #typing = new Set<string>();

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  /** Latest first. */
  get all(): Conversation[] {
    const shown = [...this.#all.values()].filter(({ kind, time, draft }) => kind === "room" || time > 0 || draft);
    return shown.sort((a, b) => Math.max(b.time, b.since) - Math.max(a.time, a.since));
  }

  /** Messages, in all conversations. */
  get unread(): number {
    let sum = 0;
    for (const { unread } of this.#all.values()) sum += unread;
    return sum;
  }

  with(jid: string): Conversation | undefined {
    return this.#all.get(jid);
  }

  /** Of two people; in rooms see rooms.typists. */
  isTyping(jid: string): boolean {
    return this.#typing.has(jid);
  }

  // --- wishes ------------------------------------------------------------------------------------

  setDraft(jid: string, draft: string): Promise<void> {
    return this.#asker.ask("conversations", "setDraft", jid, draft);
  }

  /** Somebody has seen all of it. */
  async markDisplayed(jid: string): Promise<void> {
    if (this.#all.get(jid)?.unread) await this.#asker.ask("conversations", "markDisplayed", jid);
  }

  // --- news ----------------------------------------------------------------------------------------

  onSnapshot({ conversations }: Snapshot): void {
    this.#all.clear();
    this.#typing.clear();
    for (const conversation of conversations) this.#all.set(conversation.with, conversation);
  }

  onNews(news: News): void {
    if (news.kind === "conversation") this.#all.set(news.conversation.with, news.conversation);
    else if (news.kind === "conversationGone") this.#all.delete(news.with);
    else if (news.kind !== "typing" || news.who !== undefined) return;
    else if (news.isTyping) this.#typing.add(news.with);
    else this.#typing.delete(news.with);
  }
}
