// SPDX-License-Identifier: MIT
//
// Looking for words in what was said (XEP-0431), newest first: the server reads the archive of the
// account, or of a room.

import { localOf } from "../../core/jid.js";
import { readArchiveEnd, type ArchiveResult } from "../../protocol/xep0313.js";
import type { Host, Part } from "../part.js";
import { targetOf } from "../told.js";
import type { Hit, Hits } from "../types.js";
import type { ConversationsPart } from "./conversations.js";
import type { HistoryPart } from "./history.js";

const PAGE = 30;
const PAGES_MAX = 5; // at once, until there is something to show
const WORDS_MAX = 200; // UTF-16 units
const ROOMS_MAX = 20; // rooms that are looked through as well, of the latest
const ROOM_PAGE = 10;

export class SearchPart implements Part {
  readonly asks = ["search"] as const;
  readonly #host: Host;
  readonly #conversations: ConversationsPart;
  readonly #history: HistoryPart;

  constructor(host: Host, conversations: ConversationsPart, history: HistoryPart) {
    this.#host = host;
    this.#conversations = conversations;
    this.#history = history;
  }

  /**
   * jid     of one conversation; undefined: in all
   * before  `next` of the page that is followed
   */
  async search(words: string, jid?: string, before = ""): Promise<Hits> {
    const text = words.trim().slice(0, WORDS_MAX);
    if (!text) return { hits: [] };
    const found = await this.#in(jid, text, before, PAGE);
    if (jid !== undefined || before) return found;
    const hits = [...found.hits];
    const rooms = this.#conversations.all.filter(({ kind }) => kind === "room").sort((a, b) => b.time - a.time);
    // A room that cannot be asked any more has nothing to say.
    for (const room of rooms.slice(0, ROOMS_MAX)) hits.push(...(await this.#in(room.with, text, "", ROOM_PAGE).catch(() => ({ hits: [] }))).hits);
    return { ...found, hits: hits.sort((a, b) => b.time - a.time) };
  }

  async #in(jid: string | undefined, text: string, from: string, max: number): Promise<Hits> {
    const hits: Hit[] = [];
    let before = from;
    for (let page = 0; page < PAGES_MAX; page++) {
      const { found, answer } = await this.#history.read(jid, { text, before, max });
      hits.push(...[...found].reverse().flatMap((result) => this.#hit(result, jid) ?? []));
      const end = readArchiveEnd(answer);
      if (end?.complete || !found.length || end?.first === undefined) return { hits };
      before = end.first;
      if (hits.length >= max / 2) return { hits, next: before };
    }
    return { hits, next: before };
  }

  #hit(result: ArchiveResult, jid: string | undefined): Hit | undefined {
    const told = this.#history.toldBy(result, jid === undefined ? "chat" : this.#conversations.of(jid).kind);
    if (told?.message.body === undefined || targetOf(told) !== undefined) return undefined;
    const { with: conversation, isOwn, time, author, message } = told;
    const nick = author?.nick ?? localOf(isOwn ? this.#host.account : conversation);
    return { with: conversation, archiveId: result.id, time, isOwn, nick, text: message.body ?? "" };
  }
}
