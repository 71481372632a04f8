// SPDX-License-Identifier: MIT
//
// The call that there is, in this tab or another. What only the tab needs that has it is in calls/line.ts.

import type { MediaKind } from "../../protocol/xep0167_parameters.js";
import type { Line } from "../calls/line.js";
import { Later } from "../later.js";
import type { Asker } from "../parts/index.js";
import type { Call, CallEnd, News, Snapshot } from "../types.js";
import type { View } from "../view.js";

export class Calls implements View {
  /** What a tab needs that calls or answers. */
  readonly line: Later<Line>;
  readonly #tab: string;
  #call: Call | undefined;
  #ended: { readonly call: Call; readonly how: CallEnd } | undefined;

  /** tab: tells this one from the others */
  constructor(asker: Asker, tab: string) {
    this.#tab = tab;
    this.line = new Later(async () => new (await import("../calls/line.js")).Line(asker, tab));
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

  /** Rejects when there is a call already, or no connection. */
  async start(jid: string, media: readonly MediaKind[]): Promise<void> {
    await (await this.line.get()).start(jid, media);
  }

  /** The page goes away, and sound and pictures with it. */
  close(): void {
    if (this.#call && this.isHere) this.line.loaded?.hangUp(this.#call.id).catch(() => undefined);
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
      this.#ended = news;
      this.#call = undefined;
      this.line.loaded?.clear();
    } else if (news.kind === "callSignal" && this.isHere) this.line.loaded?.hear(news.jingle);
  }
}
