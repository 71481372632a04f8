// SPDX-License-Identifier: MIT
//
// Several tabs, one account at work. The tab that holds a lock (Web Locks) runs the engine; all
// tabs, itself included, hear its news and ask it over a channel (BroadcastChannel). When it
// closes, the lock goes to another, which resumes the session.
//
//   waiting    not the holder; asks the holder
//   leading    holds the lock and runs the engine
//   closed     lets go of everything

import type { Engine } from "./engine.js";
import type { ArgsOf, AskOf, Asker, Parts, ResultOf } from "./parts/index.js";
import type { News } from "./types.js";

type Letter =
  | { readonly kind: "hello" }
  | { readonly kind: "leading" }
  | { readonly kind: "news"; readonly news: News }
  | { readonly kind: "ask"; readonly id: string; readonly part: string; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: "answer"; readonly id: string; readonly value?: unknown; readonly error?: string };

/** The part of Web Locks that is used. */
export interface Locks {
  request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<void>;
}

export interface TabsOptions {
  /** Tells one account's tabs from those of another. */
  readonly name: string;
  readonly makeEngine: (onNews: (news: News) => void) => Engine;
  readonly onNews: (news: News) => void;
  /** Without: this tab is alone. */
  readonly locks: Locks | undefined;
}

interface Waiting {
  readonly letter: Letter & { kind: "ask" };
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Tabs implements Asker {
  readonly #options: TabsOptions;
  readonly #channel: BroadcastChannel;
  readonly #closing = new AbortController();
  readonly #waiting = new Map<string, Waiting>();
  #engine: Engine | undefined;
  #isReady = false; // what is asked before waits, here and in the other tabs
  #letGo: () => void = () => undefined;

  constructor(options: TabsOptions) {
    this.#options = options;
    this.#channel = new BroadcastChannel(`jaseur:${options.name}`);
    this.#channel.onmessage = ({ data }: MessageEvent<Letter>) => this.#onLetter(data);
    this.#post({ kind: "hello" });
    const lead = (): Promise<void> => this.#lead();
    if (options.locks)
      options.locks.request(`jaseur:${options.name}`, { signal: this.#closing.signal }, lead).catch((error: unknown) => {
        if (!this.#closing.signal.aborted) throw error;
      });
    // As with a lock: no news before whoever makes this has all that hears them.
    else queueMicrotask(() => void lead());
  }

  get isLeading(): boolean {
    return this.#engine !== undefined;
  }

  /** The engine, for what only its own tab can do; undefined in the others. */
  get engine(): Engine | undefined {
    return this.#engine;
  }

  ask<Name extends keyof Parts, Ask extends AskOf<Name>>(part: Name, name: Ask, ...args: ArgsOf<Name, Ask>): Promise<ResultOf<Name, Ask>> {
    const letter = { kind: "ask", id: crypto.randomUUID(), part, name, args } as const;
    return new Promise((resolve, reject) => {
      // Until it is answered: a new holder is asked again.
      this.#waiting.set(letter.id, { letter, resolve: resolve as (value: unknown) => void, reject });
      this.#deliver(letter);
    });
  }

  /** Synchronously as far as another tab or page needs it: pages that go away do not wait. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#engine?.stop().catch(() => undefined);
    this.#engine = undefined;
    this.#letGo();
    this.#channel.close();
  }

  async #lead(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const held = new Promise<void>((resolve) => (this.#letGo = resolve));
    this.#engine = this.#options.makeEngine((news) => {
      this.#post({ kind: "news", news });
      this.#options.onNews(news);
    });
    await this.#engine.start();
    this.#isReady = true;
    this.#post({ kind: "leading" });
    for (const { letter } of [...this.#waiting.values()]) this.#deliver(letter);
    await held;
  }

  #post(letter: Letter): void {
    if (!this.#closing.signal.aborted) this.#channel.postMessage(letter);
  }

  #deliver(letter: Letter & { kind: "ask" }): void {
    if (!this.#engine) this.#post(letter);
    else if (this.#isReady) void this.#run(letter).then((answer) => this.#onAnswer(answer));
  }

  #onLetter(letter: Letter): void {
    if (letter.kind === "answer") this.#onAnswer(letter);
    else if (letter.kind === "news") {
      if (!this.#engine) this.#options.onNews(letter.news);
    } else if (letter.kind === "leading") for (const { letter: asked } of this.#waiting.values()) this.#deliver(asked);
    else if (this.#engine) {
      if (letter.kind === "hello") this.#post({ kind: "news", news: { kind: "snapshot", snapshot: this.#engine.snapshot() } });
      else if (this.#isReady) void this.#run(letter).then((answer) => this.#post(answer));
    }
  }

  async #run({ id, part, name, args }: Letter & { kind: "ask" }): Promise<Letter & { kind: "answer" }> {
    try {
      if (!this.#engine) throw new Error("closed");
      return { kind: "answer", id, value: await this.#engine.run(part, name, args) };
    } catch (error) {
      return { kind: "answer", id, error: error instanceof Error ? error.message : String(error) };
    }
  }

  #onAnswer({ id, value, error }: Letter & { kind: "answer" }): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}
