// SPDX-License-Identifier: MIT
//
// Of whom the server tells presence (docs/watch.md): of all contacts while they are few, else of those whom some
// tab shows, and of some that were shown lately. The tabs say whom they show.

import { StanzaError } from "../../core/stanza_error.js";
import { WATCH_CHANGES_MAX, watching } from "../../protocol/watch.js";
import type { Host } from "../part.js";
import type { RosterPart } from "./roster.js";

/** With so many all are told of: that costs less than asking. */
const FEW = 500;
/** The server lets a session watch 2,000. */
const WATCHED_MAX = 1500;
/** Of removals and additions each. */
const PIECE = WATCH_CHANGES_MAX / 2;

export interface WatchChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Not: there was none, and the server may have done what it was asked for. */
function isAnswer(error: unknown): boolean {
  return error instanceof StanzaError && error.type !== "wait";
}

export class Watched {
  readonly #host: Host;
  readonly #roster: RosterPart;
  readonly #seen = new Map<string, readonly string[]>(); // by tab
  #watched: Set<string> | undefined; // who was seen last is the last; undefined: everybody
  #isChanging = false;

  constructor(host: Host, roster: RosterPart) {
    this.#host = host;
    this.#roster = roster;
    host.connection.events.on("session", ({ isNew }) => {
      if (isNew) this.#watched = undefined;
    });
  }

  get isOn(): boolean {
    return this.#watched !== undefined;
  }

  /** Whether what comes from there is wanted. */
  has(jid: string): boolean {
    return !this.#watched || this.#watched.has(jid) || !this.#roster.isContact(jid);
  }

  /** A session that has not said that it is there. */
  async begin(): Promise<void> {
    if (this.#roster.count <= FEW) return;
    const first = this.#wanted().slice(0, PIECE);
    const isRefused = await this.#host.ask("set", watching(first)).then(() => false, isAnswer);
    if (!isRefused) this.#watched = new Set(first); // else the server tells of everybody
  }

  /** All that a tab shows. */
  see(tab: string, jids: readonly string[]): void {
    if (jids.length) this.#seen.set(tab, jids);
    else this.#seen.delete(tab);
  }

  /** Asks for the next piece of what has changed; undefined: nothing has, or somebody else is asking. */
  async change(): Promise<WatchChange | undefined> {
    const watched = this.#watched;
    if (!watched || this.#isChanging) return undefined;
    const wanted = this.#wanted();
    const added = wanted.filter((jid) => !watched.has(jid)).slice(0, PIECE);
    if (added.length === 0) return undefined;
    for (const jid of [...wanted.filter((one) => watched.has(one)), ...added]) {
      watched.delete(jid);
      watched.add(jid);
    }
    const removed = [...watched].slice(0, Math.max(0, watched.size - WATCHED_MAX));
    this.#isChanging = true;
    try {
      await this.#host.ask("set", watching(added, removed));
      for (const jid of removed) watched.delete(jid);
      return { added, removed };
    } catch (error) {
      if (isAnswer(error)) for (const jid of added) watched.delete(jid);
      return undefined;
    } finally {
      this.#isChanging = false;
    }
  }

  /** Undefined: everybody. */
  handOver(): readonly string[] | undefined {
    return this.#watched && [...this.#watched];
  }

  takeOver(watched: readonly string[] | undefined): void {
    this.#watched = watched && new Set(watched);
  }

  forget(): void {
    this.#watched = undefined;
    this.#seen.clear();
  }

  #wanted(): string[] {
    const all = [...this.#seen.values()].flat().filter((jid) => this.#roster.isContact(jid));
    return [...new Set(all)].slice(0, WATCHED_MAX);
  }
}
