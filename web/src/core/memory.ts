// SPDX-License-Identifier: MIT
//
// What a connection keeps beyond a page: strings by name, written at once, as localStorage
// does (a page that goes away has no time for anything else).

export interface Memory {
  get(name: string): string | undefined;
  /** undefined: forgets it. */
  set(name: string, value: string | undefined): void;
}

/** Of one page only: for guests, private windows, tests. */
export class PageMemory implements Memory {
  readonly #values = new Map<string, string>();

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string | undefined): void {
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, value);
  }
}

/** localStorage; where it is full or forbidden, what is set lasts as long as the page. */
export class BrowserMemory implements Memory {
  readonly #prefix: string;
  readonly #page = new PageMemory();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get(name: string): string | undefined {
    try {
      return localStorage.getItem(this.#prefix + name) ?? this.#page.get(name);
    } catch {
      return this.#page.get(name);
    }
  }

  set(name: string, value: string | undefined): void {
    this.#page.set(name, undefined);
    try {
      localStorage.removeItem(this.#prefix + name);
      if (value !== undefined) localStorage.setItem(this.#prefix + name, value);
    } catch {
      this.#page.set(name, value);
    }
  }
}

/** A JSON value; undefined when there is none or it is broken. */
export function recall(memory: Memory, name: string): unknown {
  const text = memory.get(name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
