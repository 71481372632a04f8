// SPDX-License-Identifier: MIT
//
// Which conversations have a window in the dock, and in which state; kept over reloads. How many
// there is room for is another question (fit).

import type { Memory } from "../../core/memory.js";

export interface DockWindow {
  /** The conversation: the other's bare address. */
  readonly jid: string;
  readonly isMinimised: boolean;
}

const WINDOWS_MAX = 12;
const JID_MAX = 2047; // UTF-16 units

export class Windows {
  readonly #memory: Memory;
  #all: readonly DockWindow[];
  #isFolded: boolean;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#isFolded = memory.get("dock-unfolded") === undefined;
    this.#all = read(memory.get("dock-windows"));
  }

  /** From the end of the line to its start. */
  get all(): readonly DockWindow[] {
    return this.#all;
  }

  /** Whether only the bar is seen. */
  get isFolded(): boolean {
    return this.#isFolded;
  }

  set isFolded(isFolded: boolean) {
    this.#isFolded = isFolded;
    this.#memory.set("dock-unfolded", isFolded ? undefined : "yes");
  }

  /** Opens it, or what was minimised; at the end of the line when toEnd. */
  open(jid: string, toEnd = false): void {
    const isKnown = this.#all.some((one) => one.jid === jid);
    if (isKnown && !toEnd) this.#change(jid, false);
    else this.#set([{ jid, isMinimised: false }, ...this.#all.filter((one) => one.jid !== jid)].slice(0, WINDOWS_MAX));
  }

  minimise(jid: string): void {
    this.#change(jid, true);
  }

  minimiseAll(): void {
    this.#set(this.#all.map(({ jid }) => ({ jid, isMinimised: true })));
  }

  close(jid: string): void {
    this.#set(this.#all.filter((one) => one.jid !== jid));
  }

  #change(jid: string, isMinimised: boolean): void {
    this.#set(this.#all.map((one) => (one.jid === jid ? { jid, isMinimised } : one)));
  }

  #set(all: readonly DockWindow[]): void {
    this.#all = all;
    // A line for each, and no JSON: old libraries change what arrays become in it.
    this.#memory.set("dock-windows", all.length ? all.map(({ jid, isMinimised }) => (isMinimised ? "-" : "+") + jid).join("\n") : undefined);
  }
}

/** What was kept; other scripts of the page may write there, too. */
function read(kept = ""): readonly DockWindow[] {
  const found = new Map<string, DockWindow>();
  for (const line of kept.split("\n").slice(0, WINDOWS_MAX)) {
    const jid = line.slice(1);
    if (/^[+-]/.test(line) && jid !== "" && jid.length <= JID_MAX) found.set(jid, { jid, isMinimised: line.startsWith("-") });
  }
  return [...found.values()];
}

export interface Widths {
  /** What there is for all. */
  readonly room: number;
  readonly open: number;
  readonly minimised: number;
}

/** Those that there is room for, in their order, and the rest. At least one open window is shown. */
export function fit(all: readonly DockWindow[], { room, open, minimised }: Widths): { shown: readonly DockWindow[]; rest: readonly DockWindow[] } {
  let left = room;
  const shown = all.filter((one) => {
    left -= one.isMinimised ? minimised : open;
    return left >= 0;
  });
  const first = all.find(({ isMinimised }) => !isMinimised);
  if (shown.length === 0 && first) shown.push(first);
  return { shown, rest: all.filter((one) => !shown.includes(one)) };
}
