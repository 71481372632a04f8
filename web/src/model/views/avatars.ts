// SPDX-License-Identifier: MIT
//
// The pictures of people and rooms, as addresses that an <img> can show. A picture is fetched when it
// is asked for; whoever shows it is drawn again when it is there.

import { fromBase64 } from "../../core/bytes.js";
import type { Asker } from "../parts/index.js";
import type { News, Snapshot } from "../types.js";
import type { View } from "../view.js";

/** How many are held for showing. */
const SHOWN_MAX = 500;

export class Avatars implements View {
  readonly #asker: Asker;
  readonly #onChanged: () => void;
  readonly #hashes = new Map<string, string>(); // by bare address
  readonly #urls = new Map<string, string>(); // by hash; those that were asked for last are the last
  readonly #asked = new Set<string>(); // hashes; also of what cannot be had

  constructor(asker: Asker, onChanged: () => void) {
    this.#asker = asker;
    this.#onChanged = onChanged;
  }

  /** Undefined: there is none, or it is not here yet. */
  urlOf(jid: string): string | undefined {
    const hash = this.#hashes.get(jid);
    if (hash === undefined) return undefined;
    const url = this.#urls.get(hash);
    if (url !== undefined) {
      this.#urls.delete(hash);
      this.#urls.set(hash, url);
    } else if (!this.#asked.has(hash)) {
      this.#asked.add(hash);
      void this.#fetch(jid, hash);
    }
    return url;
  }

  async #fetch(jid: string, hash: string): Promise<void> {
    const picture = await this.#asker.ask("avatars", "look", jid, hash).catch(() => undefined);
    if (!picture) return;
    this.#asked.delete(hash);
    this.#urls.set(hash, URL.createObjectURL(new Blob([fromBase64(picture.base64)], { type: picture.type })));
    for (const [old, url] of this.#urls) {
      if (this.#urls.size <= SHOWN_MAX) break;
      this.#urls.delete(old);
      URL.revokeObjectURL(url);
    }
    this.#onChanged();
  }

  // --- wishes ------------------------------------------------------------------------------------

  /** The account's own. base64: of an image of that type and size */
  publish(type: string, base64: string, width: number, height: number): Promise<void> {
    return this.#asker.ask("avatars", "publish", { type, base64 }, width, height);
  }

  hasOwn(): Promise<boolean> {
    return this.#asker.ask("avatars", "hasOwn");
  }

  remove(): Promise<void> {
    return this.#asker.ask("avatars", "remove");
  }

  /** Of a room, by an owner; undefined: none. */
  setOfRoom(jid: string, picture?: { readonly type: string; readonly base64: string }): Promise<void> {
    return this.#asker.ask("avatars", "setOfRoom", jid, picture);
  }

  // --- news ----------------------------------------------------------------------------------------

  onSnapshot({ avatars }: Snapshot): void {
    this.#hashes.clear();
    for (const { jid, hash } of avatars) this.#hashes.set(jid, hash);
  }

  onNews(news: News): void {
    if (news.kind === "avatar" && news.hash) this.#hashes.set(news.jid, news.hash);
    else if (news.kind === "avatar") this.#hashes.delete(news.jid);
    else if (news.kind === "connection" && news.connection.kind === "online") this.#asked.clear(); // perhaps they can be had now
  }
}
