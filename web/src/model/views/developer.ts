// SPDX-License-Identifier: MIT
//
// What passes, and what tabs are told, for who develops with the client.

import type { ConnectionDetails } from "../../core/connection.js";
import type { Unsubscribe } from "../../core/emitter.js";
import type { Xml } from "../../core/xml.js";
import type { DeveloperFeed, Passed } from "../developer.js";
import { WATCH_MS } from "../parts/developer.js";
import type { Asker } from "../parts/index.js";
import type { News } from "../types.js";

export class Developer implements DeveloperFeed {
  readonly #asker: Asker;
  readonly #watchers = new Set<(passed: Passed) => void>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  watch(onPassed: (passed: Passed) => void): Unsubscribe {
    this.#watchers.add(onPassed);
    this.#timer ??= setInterval(() => this.#renew(), WATCH_MS / 3);
    this.#renew();
    return () => {
      this.#watchers.delete(onPassed);
      if (this.#watchers.size) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  send(stanza: Xml): Promise<boolean> {
    return this.#asker.ask("developer", "send", stanza);
  }

  ask(type: "get" | "set", payload: Xml, to: string): Promise<Xml | undefined> {
    return this.#asker.ask("developer", "request", type, payload, to);
  }

  details(): Promise<ConnectionDetails> {
    return this.#asker.ask("developer", "details");
  }

  /** All news there are. Returns whether they are for nobody else. */
  hear(news: News): boolean {
    // Another tab may be at work now, which knows of nobody who watches.
    if (news.kind === "snapshot" && this.#watchers.size) this.#renew();
    const { kind, ...value } = news;
    const passed: Passed = news.kind === "passed" ? news.passed : { direction: "event", time: Date.now(), name: kind, value };
    for (const watcher of this.#watchers) watcher(passed);
    return kind === "passed";
  }

  #renew(): void {
    this.#asker.ask("developer", "watch").catch(() => undefined);
  }
}
