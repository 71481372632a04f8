// SPDX-License-Identifier: MIT
//
// Pictures of people and rooms: who has which is told by nodes (XEP-0084) and in presence (XEP-0153);
// the pictures themselves are fetched when somebody looks, once for each hash, and kept.

import { fromBase64, toBase64 } from "../../core/bytes.js";
import { bareOf } from "../../core/jid.js";
import { StanzaError } from "../../core/stanza_error.js";
import { child, type Xml } from "../../core/xml.js";
import { readPresence } from "../../protocol/rfc6121_presence.js";
import { NS_MUC_USER } from "../../protocol/xep0045.js";
import { NS_VCARD, readVCard, vcardQuery, withPhoto, type Picture } from "../../protocol/xep0054.js";
import { readEvent } from "../../protocol/xep0060.js";
import {
  NS_AVATAR_METADATA,
  avatarDataQuery,
  avatarPublications,
  avatarRemoval,
  readAvatarData,
  readAvatarInfos,
} from "../../protocol/xep0084.js";
import type { Host, Part } from "../part.js";
import type { News, Snapshot } from "../types.js";

const FETCHED_AT_ONCE = 4;

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class AvatarsPart implements Part {
  readonly asks = ["look", "publish", "hasOwn", "remove", "setOfRoom"] as const;
  readonly features = [`${NS_AVATAR_METADATA}+notify`];
  readonly #host: Host;
  readonly #hashes = new Map<string, string>(); // by bare address
  readonly #types = new Map<string, string>(); // of the hash, as its owner says
  readonly #fetched = new Map<string, Promise<Picture | undefined>>(); // by hash, while it is
  readonly #waiting: (() => void)[] = [];
  #fetching = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    for (const { jid, hash } of await this.#host.store.avatars()) this.#hashes.set(jid, hash);
  }

  onPresence(stanza: Xml): void {
    if (child(stanza, "x", NS_MUC_USER)) return; // of somebody in a room: the address is the room's
    const presence = readPresence(stanza);
    const hash = presence?.avatarHash?.toLowerCase();
    if (!presence || hash === undefined || presence.availability === "offline") return;
    // "": none, says one who may have one by another device; its node knows better.
    if (/^[0-9a-f]{40}$/.test(hash)) this.#set(bareOf(presence.from), hash);
  }

  async onEvent(stanza: Xml): Promise<void> {
    const event = readEvent(stanza);
    if (event?.node !== NS_AVATAR_METADATA) return;
    const jid = bareOf(stanza.attrs.from ?? this.#host.account);
    const item = event.items.at(-1);
    const [info] = item ? readAvatarInfos(item) : [];
    if (info) this.#types.set(info.hash, info.type);
    this.#set(jid, info?.hash ?? "");
    await Promise.resolve();
  }

  /** Rooms say it of themselves (XEP-0486 section 4). */
  onNews(news: News): void {
    if (news.kind === "room" && news.room.info) this.#set(news.room.jid, news.room.info.avatarHashes[0] ?? "");
  }

  forget(): void {
    this.#hashes.clear();
    this.#types.clear();
  }

  snapshot(): Partial<Snapshot> {
    return { avatars: [...this.#hashes].map(([jid, hash]) => ({ jid, hash })) };
  }

  /** hash: "" for none */
  #set(jid: string, hash: string): void {
    if ((this.#hashes.get(jid) ?? "") === hash) return;
    if (hash) this.#hashes.set(jid, hash);
    else this.#hashes.delete(jid);
    this.#host.tell({ kind: "avatar", jid, hash });
    this.#host.do(() => this.#host.store.putAvatar(jid, hash));
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** The picture of that hash, from here or from whom it shows. Undefined: it cannot be had. */
  async look(jid: string, hash: string): Promise<Picture | undefined> {
    const kept = await this.#host.store.picture(hash);
    if (kept) return kept;
    let fetched = this.#fetched.get(hash);
    if (!fetched) {
      fetched = this.#inTurn(() => this.#fetch(jid, hash)).finally(() => this.#fetched.delete(hash));
      this.#fetched.set(hash, fetched);
    }
    return fetched;
  }

  /** The account's own; width and height in pixels. */
  async publish(picture: Picture, width: number, height: number): Promise<void> {
    const bytes = fromBase64(picture.base64);
    const hash = await hashOf(bytes);
    const [data, metadata] = avatarPublications(toBase64(bytes), { hash, type: picture.type, bytes: bytes.length, width, height });
    await this.#host.ask("set", data);
    await this.#host.ask("set", metadata);
    await this.#host.store.putPicture(hash, picture);
    this.#set(this.#host.account, hash);
  }

  /** Whether the account shows one, wherever it was set. */
  async hasOwn(): Promise<boolean> {
    const { account } = this.#host;
    if (this.#hashes.has(account)) return true;
    const found = await this.#ofCard(account).catch((error: unknown) => {
      if (error instanceof StanzaError && error.type !== "wait") return undefined; // no card, no picture
      throw error;
    });
    return found !== undefined;
  }

  async remove(): Promise<void> {
    await this.#host.ask("set", avatarRemoval());
    this.#set(this.#host.account, "");
  }

  /** By an owner; undefined: none (XEP-0486). The room tells the others. */
  async setOfRoom(jid: string, picture?: Picture): Promise<void> {
    const old = await this.#host.ask("get", vcardQuery(), jid).catch((error: unknown) => {
      if (error instanceof StanzaError && error.condition === "item-not-found") return undefined;
      throw error;
    });
    await this.#host.ask("set", withPhoto(child(old, "vCard", NS_VCARD), picture), jid);
    const hash = picture ? await hashOf(fromBase64(picture.base64)) : "";
    if (picture) await this.#host.store.putPicture(hash, picture);
    this.#set(jid, hash);
  }

  // --- fetching --------------------------------------------------------------------------------------

  /** A list that is scrolled through asks for many. */
  async #inTurn<T>(fetch: () => Promise<T>): Promise<T> {
    if (this.#fetching >= FETCHED_AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    this.#fetching++;
    try {
      return await fetch();
    } finally {
      this.#fetching--;
      this.#waiting.shift()?.();
    }
  }

  async #fetch(jid: string, hash: string): Promise<Picture | undefined> {
    for (const ask of [() => this.#ofNode(jid, hash), () => this.#ofCard(jid)]) {
      const picture = await ask().catch((error: unknown) => {
        if (error instanceof StanzaError && error.type !== "wait") return undefined; // it is not there
        throw error;
      });
      // What has another hash is another picture, whoever sent it.
      if (picture && (await hashOf(fromBase64(picture.base64))) === hash) {
        await this.#host.store.putPicture(hash, picture);
        return picture;
      }
    }
    return undefined;
  }

  async #ofNode(jid: string, hash: string): Promise<Picture | undefined> {
    const base64 = readAvatarData(await this.#host.ask("get", avatarDataQuery(hash), jid), hash);
    return base64 === undefined ? undefined : { type: this.#types.get(hash) ?? "image/png", base64 };
  }

  async #ofCard(jid: string): Promise<Picture | undefined> {
    const card = child(await this.#host.ask("get", vcardQuery(), jid), "vCard", NS_VCARD);
    return card && readVCard(card).photo;
  }
}
