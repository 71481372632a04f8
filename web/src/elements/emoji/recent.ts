// SPDX-License-Identifier: MIT
//
// Which emoji somebody has picked last, and the tone of skin, in this browser.

import { BrowserMemory, type Memory } from "../../core/memory.js";
import { TONES } from "./data.js";

const RECENT_MAX = 24;
const EMOJI_MAX = 40; // UTF-16 units of one, with its joiners

export class RecentEmoji {
  readonly #memory: Memory;

  constructor(memory: Memory = new BrowserMemory("jaseur:emoji:")) {
    this.#memory = memory;
  }

  /** Latest first. */
  get all(): readonly string[] {
    const kept = this.#memory.get("recent")?.split(" ") ?? [];
    return kept.filter((emoji) => emoji !== "" && emoji.length <= EMOJI_MAX).slice(0, RECENT_MAX);
  }

  add(emoji: string): void {
    this.#memory.set("recent", [emoji, ...this.all.filter((one) => one !== emoji)].slice(0, RECENT_MAX).join(" "));
  }

  get tone(): string {
    return TONES.find((tone) => tone === this.#memory.get("tone")) ?? "";
  }

  set tone(tone: string) {
    this.#memory.set("tone", tone);
  }
}
