// SPDX-License-Identifier: MIT
//
// What waits for an answer or should be known, and how much is told outside the page.

import type { BrowserSubscription } from "../../protocol/xep0357.js";
import type { NotifyWhen } from "../../protocol/xep0492.js";
import { DEFAULT_SETTINGS, FOR_GOOD, type NoticeSettings } from "../notice.js";
import type { Asker } from "../parts/index.js";
import type { Failure, News, NoticesState, PushState, Snapshot } from "../types.js";
import type { View } from "../view.js";

/** When the day begins that "until tomorrow" ends with. */
const MORNING = 8;

export class Notices implements View {
  readonly #asker: Asker;
  readonly #tab: string;
  readonly #reading = new Set<string>();
  #state: NoticesState = { settings: DEFAULT_SETTINGS, wishes: {}, failures: [] };
  #push: PushState = { key: "", endpoint: "" };

  /** tab: tells this one from the others */
  constructor(asker: Asker, tab: string) {
    this.#asker = asker;
    this.#tab = tab;
  }

  get settings(): NoticeSettings {
    return this.#state.settings;
  }

  get failures(): readonly Failure[] {
    return this.#state.failures;
  }

  get push(): PushState {
    return this.#push;
  }

  get isMuted(): boolean {
    return Date.now() < this.settings.mutedUntil;
  }

  /** undefined: like the others */
  wishOf(jid: string): NotifyWhen | undefined {
    return this.#state.wishes[jid];
  }

  /** The last conversation that is looked at in this tab, to its end; "" for none. */
  get reading(): string {
    return [...this.#reading].at(-1) ?? "";
  }

  // --- wishes ------------------------------------------------------------------------------------

  change(change: Partial<NoticeSettings>): Promise<void> {
    return this.#asker.ask("notices", "change", change);
  }

  mute(until: "hour" | "tomorrow" | "for good" | "not"): Promise<void> {
    const now = new Date();
    const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING).getTime();
    const times = { hour: now.getTime() + 3_600_000, tomorrow: morning, "for good": FOR_GOOD, not: 0 };
    return this.change({ mutedUntil: times[until] });
  }

  setWish(jid: string, wish: NotifyWhen | undefined): Promise<void> {
    return this.#asker.ask("notices", "setWish", jid, wish);
  }

  /** Whether somebody looks at the end of that conversation now. */
  setReading(jid: string, isReading: boolean): void {
    if (this.#reading.has(jid) === isReading) return;
    if (isReading) this.#reading.add(jid);
    else this.#reading.delete(jid);
    this.#tellReading();
  }

  /** All was seen. */
  dismiss(): Promise<void> {
    return this.#asker.ask("notices", "dismiss");
  }

  enablePush(subscription: BrowserSubscription): Promise<void> {
    return this.#asker.ask("push", "enable", subscription);
  }

  disablePush(): Promise<void> {
    return this.#asker.ask("push", "disable");
  }

  /** Nobody reads here any more. */
  close(): void {
    this.#reading.clear();
    this.#tellReading();
  }

  // --- news ----------------------------------------------------------------------------------------

  onSnapshot({ notices, push }: Snapshot): void {
    this.#state = notices;
    this.#push = push;
    if (this.#reading.size) this.#tellReading(); // another tab may be at work now
  }

  onNews(news: News): void {
    if (news.kind === "notices") this.#state = news.notices;
    else if (news.kind === "push") this.#push = news.push;
  }

  #tellReading(): void {
    this.#asker.ask("notices", "setReading", this.#tab, [...this.#reading]).catch(() => undefined);
  }
}
