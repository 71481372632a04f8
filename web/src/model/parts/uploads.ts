// SPDX-License-Identifier: MIT
//
// Files on their way to the server (XEP-0363), one after the other, and from there as messages.
// A Blob crosses a channel and is written down by reference, so this is done in the tab that is at
// work, whichever has chosen the file: when that tab closes, the next one begins the file anew.
//
//   waiting  for its turn, for the connection, or until the server has room  #next -> sending
//   sending  asks for a slot, puts the bytes there    -> a message, waiting (no network), failed
//   failed   only a person can help                   retry -> waiting
//
// What was written down and is found later than FRESH_MS fails: nobody expects it to be sent then.

import { Backoff } from "../../core/backoff.js";
import { StanzaError } from "../../core/stanza_error.js";
import { payloadOf } from "../../core/iq.js";
import { discoInfoQuery, discoItemsQuery, readDiscoInfo, readDiscoItems } from "../../protocol/xep0030.js";
import { readUploadRefusal, readUploadSlot, uploadRequest, uploadServiceIn, type UploadService } from "../../protocol/xep0363.js";
import type { FileDetails } from "../../protocol/xep0447.js";
import type { Host, Part, Session } from "../part.js";
import { TransferError, transfer, type Transfer } from "../transfer.js";
import type { Snapshot, Upload, UploadFailure, UploadPlace } from "../types.js";
import type { ChatPart } from "./chat.js";

const TOUCHED = "uploads touched"; // when something was last under way
const BASES = "upload bases";
const BASES_MAX = 20;
const SERVICES_MAX = 20; // that are asked whether they keep files
const FRESH_MS = 60_000;
const TOUCH_MS = 5_000;
const TELL_MS = 100; // between two news of how far it is
const TRIES_MAX = 5; // while there is a connection
const PATIENCE_MS = 120_000; // for a server that has no room now

interface Entry {
  upload: Upload;
  readonly data: Blob;
  tries: number;
}

/** What a slot's address has in common with those of other files: without its last two parts. */
function baseOf(url: string): string {
  return url.split("/").slice(0, -2).join("/") + "/";
}

export class UploadsPart implements Part {
  readonly asks = ["add", "cancel", "retry", "data"] as const;
  readonly #host: Host;
  readonly #chat: ChatPart;
  readonly #transfer: Transfer;
  readonly #entries = new Map<string, Entry>();
  readonly #backoff = new Backoff();
  #service: string | undefined; // its address
  #place: UploadPlace;
  #isKnown = false; // whether there is a service
  #running: { readonly key: string; readonly abort: AbortController } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #touched = 0;
  #told = 0;
  #isStopped = false;

  constructor(host: Host, chat: ChatPart, put: Transfer = transfer) {
    this.#host = host;
    this.#chat = chat;
    this.#transfer = put;
    this.#place = this.#placeWith([]);
  }

  async load(): Promise<void> {
    const { store } = this.#host;
    this.#place = this.#placeWith(((await store.fact(BASES)) ?? "").split(" ").filter(Boolean));
    const isFresh = Date.now() - Number((await store.fact(TOUCHED)) ?? 0) < FRESH_MS;
    for (const { upload, data } of await store.uploads()) {
      const isOn = upload.state !== "failed" && isFresh;
      const failure = upload.failure ?? "interrupted";
      this.#entries.set(upload.key, { upload: isOn ? { ...upload, state: "waiting", sent: 0 } : { ...upload, state: "failed", failure }, data, tries: 0 });
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a step like those of the others
  async onSession({ isNew }: Session): Promise<void> {
    this.#backoff.reset();
    if (isNew) this.#isKnown = false;
    // Nobody else waits for it; what comes of it later is asked for by the first file.
    this.#discover()
      .catch(() => undefined)
      .finally(() => this.#next());
  }

  forget(): void {
    this.stop();
    this.#isStopped = false;
    this.#entries.clear();
    this.#isKnown = false;
    this.#service = undefined;
    this.#place = this.#placeWith([]);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#running?.abort.abort();
    this.#running = undefined;
  }

  snapshot(): Partial<Snapshot> {
    return { uploads: [...this.#entries.values()].map(({ upload }) => upload), uploadPlace: this.#place };
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  async add(key: string, jid: string, data: Blob, file: FileDetails, caption: string): Promise<void> {
    const upload: Upload = { key, with: jid, file, caption, time: this.#host.now(), state: "waiting", sent: 0 };
    this.#entries.set(key, { upload, data, tries: 0 });
    this.#tell(upload);
    // A browser that has no room keeps it as long as the page.
    await this.#host.store.putUpload(upload, data).catch(() => undefined);
    if (!this.#entries.has(key)) await this.#host.store.deleteUpload(key);
    await this.#touch();
    this.#next();
  }

  async cancel(key: string): Promise<void> {
    await this.#end(key, undefined);
  }

  async retry(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry?.upload.state !== "failed") return;
    entry.tries = 0;
    const { with: to, file, caption, time } = entry.upload;
    await this.#set(entry, { key, with: to, file, caption, time, state: "waiting", sent: 0 });
    this.#next();
  }

  /** What is in the file. */
  data(key: string): Blob | undefined {
    return this.#entries.get(key)?.data;
  }

  // --- where -----------------------------------------------------------------------------------------

  #placeWith(bases: readonly string[], maxSize?: number): UploadPlace {
    const { site } = this.#host.connection;
    return { maxSize, bases: [...new Set([`${site}/upload/`, ...bases])].slice(0, BASES_MAX) };
  }

  async #maxOf(jid: string): Promise<UploadService | undefined> {
    try {
      const info = payloadOf(await this.#host.ask("get", discoInfoQuery(), jid));
      return info && uploadServiceIn(readDiscoInfo(info));
    } catch (error) {
      if (error instanceof StanzaError && error.type === "wait") throw error;
      return undefined;
    }
  }

  /** The host itself, or one of its services (section 4). */
  async #discover(): Promise<void> {
    if (this.#isKnown) return;
    const { domain } = this.#host.connection;
    const service = await this.#maxOf(domain);
    if (service) {
      this.#found(domain, service.maxSize);
      return;
    }
    const items = payloadOf(await this.#host.ask("get", discoItemsQuery(), domain));
    for (const { jid } of items ? readDiscoItems(items).slice(0, SERVICES_MAX) : []) {
      const found = await this.#maxOf(jid);
      if (!found) continue;
      this.#found(jid, found.maxSize);
      return;
    }
    this.#found(undefined, undefined);
  }

  #found(service: string | undefined, maxSize: number | undefined): void {
    this.#service = service;
    this.#isKnown = true;
    this.#setPlace(this.#placeWith(this.#place.bases, maxSize));
  }

  #setPlace(place: UploadPlace): void {
    this.#place = place;
    this.#host.tell({ kind: "uploadPlace", place });
  }

  async #learn(url: string): Promise<void> {
    const base = baseOf(url);
    if (this.#place.bases.includes(base)) return;
    this.#setPlace(this.#placeWith([base, ...this.#place.bases], this.#place.maxSize));
    await this.#host.store.setFact(BASES, this.#place.bases.join(" "));
  }

  // --- one after the other ---------------------------------------------------------------------------

  #next(): void {
    const entry = [...this.#entries.values()].find(({ upload }) => upload.state === "waiting");
    if (!entry || this.#running || this.#isStopped) return;
    if (!this.#isOnline) {
      this.#later(this.#backoff.next());
      return;
    }
    clearTimeout(this.#timer);
    const abort = new AbortController();
    this.#running = { key: entry.upload.key, abort };
    void this.#run(entry, abort.signal).finally(() => {
      if (this.#running?.abort !== abort) return;
      this.#running = undefined;
      // What waits for time or the network lets nobody pass: files go in their order.
      if (entry.upload.state !== "waiting") this.#next();
    });
  }

  async #run(entry: Entry, signal: AbortSignal): Promise<void> {
    try {
      const failure = await this.#send(entry, signal);
      if (failure) await this.#fail(entry, failure);
    } catch (error) {
      if (!signal.aborted) await this.#onError(entry, error);
    }
  }

  /** Returns why it cannot be. Throws when something was in its way. */
  async #send(entry: Entry, signal: AbortSignal): Promise<UploadFailure | undefined> {
    const { upload, data } = entry;
    const { key, with: to, file, caption } = upload;
    await this.#discover();
    if (this.#service === undefined) return "no-service";
    if (data.size > (this.#place.maxSize ?? Infinity)) return "too-large";
    await this.#set(entry, { ...upload, state: "sending", sent: 0 });
    const wish = { filename: file.name, size: data.size, contentType: file.mediaType };
    const slot = readUploadSlot(await this.#host.ask("get", uploadRequest(wish), this.#service));
    signal.throwIfAborted();
    if (!slot) return "refused";
    await this.#learn(slot.get);
    await this.#transfer({
      ...{ url: slot.put, headers: slot.headers, data, signal },
      mediaType: file.mediaType || "application/octet-stream",
      onProgress: (sent) => this.#onProgress(entry, sent),
    });
    signal.throwIfAborted();
    await this.#chat.send(to, slot.get, { url: slot.get, file });
    if (caption) await this.#chat.send(to, caption);
    await this.#end(key, slot.get);
    return undefined;
  }

  async #onError(entry: Entry, error: unknown): Promise<void> {
    if (error instanceof StanzaError && error.condition === "resource-constraint") {
      const delay = (readUploadRefusal(error.extension).retryAt ?? Infinity) - Date.now();
      await (delay < PATIENCE_MS ? this.#wait(entry, Math.max(1000, delay)) : this.#fail(entry, "no-space"));
    } else if (error instanceof StanzaError && error.type !== "wait") {
      const { maxSize } = readUploadRefusal(error.extension);
      if (maxSize !== undefined) this.#setPlace({ ...this.#place, maxSize });
      await this.#fail(entry, maxSize === undefined ? "refused" : "too-large");
    } else if (error instanceof TransferError && error.status === 413) await this.#fail(entry, "too-large");
    else if (!(error instanceof StanzaError || error instanceof TransferError)) throw error;
    else if (this.#isOnline && ++entry.tries >= TRIES_MAX) await this.#fail(entry, "network");
    else await this.#wait(entry, this.#backoff.next());
  }

  /** As far as anybody knows: a connection may not have noticed yet. */
  get #isOnline(): boolean {
    const { onLine } = (globalThis as { navigator?: Partial<Navigator> }).navigator ?? {};
    return this.#host.connection.state.kind === "online" && onLine !== false;
  }

  async #wait(entry: Entry, delay: number): Promise<void> {
    await this.#set(entry, { ...entry.upload, state: "waiting", sent: 0 });
    this.#later(delay);
  }

  #later(delay: number): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => this.#next(), delay);
  }

  async #fail(entry: Entry, failure: UploadFailure): Promise<void> {
    await this.#set(entry, { ...entry.upload, state: "failed", sent: 0, failure });
  }

  #onProgress(entry: Entry, sent: number): void {
    const now = Date.now();
    if (!this.#entries.has(entry.upload.key) || (now - this.#told < TELL_MS && sent < entry.data.size)) return;
    this.#told = now;
    entry.upload = { ...entry.upload, sent: Math.min(sent, entry.data.size) };
    this.#tell(entry.upload);
    if (now - this.#touched > TOUCH_MS) this.#host.do(() => this.#touch());
  }

  /** Written down only when it matters later: a Blob may be copied each time. */
  async #set(entry: Entry, upload: Upload): Promise<void> {
    const { state } = entry.upload;
    entry.upload = upload;
    if (!this.#entries.has(upload.key)) return;
    this.#tell(upload);
    await this.#touch();
    if ((state === "failed") !== (upload.state === "failed")) await this.#host.store.putUpload(upload, entry.data).catch(() => undefined);
  }

  async #end(key: string, url: string | undefined): Promise<void> {
    if (!this.#entries.delete(key)) return;
    if (url === undefined && this.#running?.key === key) {
      this.#running.abort.abort();
      this.#running = undefined;
    }
    this.#host.tell({ kind: "uploadEnd", key, url });
    await this.#host.store.deleteUpload(key);
    this.#next();
  }

  async #touch(): Promise<void> {
    this.#touched = Date.now();
    await this.#host.store.setFact(TOUCHED, String(this.#touched));
  }

  #tell(upload: Upload): void {
    this.#host.tell({ kind: "upload", upload });
  }
}
