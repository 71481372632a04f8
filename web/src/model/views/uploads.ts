// SPDX-License-Identifier: MIT
//
// Files that go to somebody: those that are chosen, in this tab and with the text that is not
// sent yet; and those under way, in all tabs.

import type { FileDetails } from "../../protocol/xep0447.js";
import type { Asker } from "../parts/index.js";
import type { News, Snapshot, Upload, UploadPlace } from "../types.js";
import type { View } from "../view.js";

/** A file that is sent with the next text. */
export interface Chosen {
  readonly key: string;
  readonly data: Blob;
  readonly file: FileDetails;
  /** Where it was taken is not in it any more. */
  readonly hadLocation: boolean;
  /** What it was before it was made smaller. */
  readonly original?: Pick<Chosen, "data" | "file">;
}

const PREVIEWS_MAX = 100; // files of this tab that are shown without asking the server for them
const PREVIEW_MAX = 32 * 1024 * 1024; // bytes of one

export class Uploads implements View {
  readonly #asker: Asker;
  readonly #onChange: () => void;
  readonly #uploads = new Map<string, Upload>();
  readonly #chosen = new Map<string, readonly Chosen[]>(); // by conversation
  readonly #preparing = new Map<string, Promise<void>>(); // by conversation
  readonly #previews = new Map<string, string>(); // blob addresses, by key and later by address
  readonly #allowed = new Set<string>(); // addresses elsewhere
  #place: UploadPlace = { maxSize: undefined, bases: [] };

  /** onChange: something has changed that is no news */
  constructor(asker: Asker, onChange: () => void) {
    this.#asker = asker;
    this.#onChange = onChange;
  }

  /** Bytes of a file, at most; undefined: nobody says. */
  get maxSize(): number | undefined {
    return this.#place.maxSize;
  }

  /** On their way, in the order in which they go. */
  of(jid: string): Upload[] {
    return [...this.#uploads.values()].filter((upload) => upload.with === jid);
  }

  /** Goes with the next text. */
  chosen(jid: string): readonly Chosen[] {
    return this.#chosen.get(jid) ?? [];
  }

  /** More will be chosen in a moment. */
  isPreparing(jid: string): boolean {
    return this.#preparing.has(jid);
  }

  /** Whether the host keeps what is there: nobody else hears that it is asked for. */
  isOwn(url: string): boolean {
    try {
      const { href } = new URL(url);
      return this.#place.bases.some((base) => href.startsWith(base));
    } catch {
      return false;
    }
  }

  /** Whether it may be asked for without anybody's leave. */
  mayLoad(url: string): boolean {
    return this.#allowed.has(url) || this.#previews.has(url) || this.isOwn(url);
  }

  /** Of a file of this tab, by the upload's key or by the address where it is now. */
  preview(keyOrUrl: string): string | undefined {
    return this.#previews.get(keyOrUrl);
  }

  // --- wishes ------------------------------------------------------------------------------------

  /** Somebody wants to see it, wherever it is. */
  allow(url: string): void {
    this.#allowed.add(url);
    this.#onChange();
  }

  /** Until that is done, files are made ready: who sends meanwhile sends them, too. */
  prepare(jid: string, work: Promise<void>): void {
    const all = Promise.all([this.#preparing.get(jid), work]).then(() => {
      if (this.#preparing.get(jid) === all) this.#preparing.delete(jid);
      this.#onChange();
    });
    this.#preparing.set(jid, all);
    this.#onChange();
  }

  /** Returns its key. */
  choose(jid: string, chosen: Omit<Chosen, "key">): string {
    const key = crypto.randomUUID();
    this.#keepPreview(key, chosen.data);
    this.#chosen.set(jid, [...this.chosen(jid), { ...chosen, key }]);
    this.#onChange();
    return key;
  }

  /** It is not sent after all. */
  unchoose(jid: string, key: string): void {
    this.#chosen.set(jid, this.chosen(jid).filter((one) => one.key !== key));
    this.#dropPreview(key);
    this.#onChange();
  }

  /** A smaller one in its place. */
  shrink(jid: string, key: string, { data, file }: Pick<Chosen, "data" | "file">): void {
    this.#change(jid, key, (one) => ({ ...one, data, file, original: one.original ?? { data: one.data, file: one.file } }));
  }

  /** As it was. */
  unshrink(jid: string, key: string): void {
    this.#change(jid, key, ({ original, hadLocation, ...one }) => ({ ...one, ...original, hadLocation }));
  }

  /** Sends what is chosen, and behind the last file the text. */
  async sendChosen(jid: string, caption: string): Promise<void> {
    await this.#preparing.get(jid);
    const chosen = this.chosen(jid);
    this.#chosen.delete(jid);
    this.#onChange();
    for (const [i, one] of chosen.entries()) {
      try {
        await this.#add(jid, one, one === chosen.at(-1) ? caption : "");
      } catch (error) {
        // Nothing is lost that could not be taken.
        this.#chosen.set(jid, [...chosen.slice(i), ...this.chosen(jid)]);
        this.#onChange();
        throw error;
      }
    }
  }

  /** One file, now. */
  async send(jid: string, data: Blob, file: FileDetails): Promise<void> {
    const key = crypto.randomUUID();
    this.#keepPreview(key, data);
    await this.#add(jid, { key, data, file }, "");
  }

  cancel(key: string): Promise<void> {
    return this.#asker.ask("uploads", "cancel", key);
  }

  retry(key: string): Promise<void> {
    return this.#asker.ask("uploads", "retry", key);
  }

  close(): void {
    for (const key of [...this.#previews.keys()]) this.#dropPreview(key);
  }

  #change(jid: string, key: string, change: (one: Chosen) => Chosen): void {
    this.#chosen.set(
      jid,
      this.chosen(jid).map((one) => {
        if (one.key !== key) return one;
        const changed = change(one);
        this.#dropPreview(key);
        this.#keepPreview(key, changed.data);
        return changed;
      }),
    );
    this.#onChange();
  }

  async #add(jid: string, { key, data, file }: Pick<Chosen, "key" | "data" | "file">, caption: string): Promise<void> {
    await this.#asker.ask("uploads", "add", key, jid, data, file, caption);
  }

  // --- news ----------------------------------------------------------------------------------------

  onSnapshot({ uploads, uploadPlace }: Snapshot): void {
    this.#place = uploadPlace;
    this.#uploads.clear();
    for (const upload of uploads) this.#uploads.set(upload.key, upload);
  }

  onNews(news: News): void {
    if (news.kind === "upload") this.#uploads.set(news.upload.key, news.upload);
    else if (news.kind === "uploadPlace") this.#place = news.place;
    else if (news.kind === "uploadEnd") {
      this.#uploads.delete(news.key);
      const preview = this.#previews.get(news.key);
      if (preview !== undefined && news.url !== undefined) {
        this.#previews.delete(news.key);
        this.#previews.set(news.url, preview);
      } else this.#dropPreview(news.key);
    }
  }

  // --- previews --------------------------------------------------------------------------------------

  #keepPreview(key: string, data: Blob): void {
    if (data.size > PREVIEW_MAX) return;
    this.#previews.set(key, URL.createObjectURL(data));
    for (const old of this.#previews.keys()) {
      if (this.#previews.size <= PREVIEWS_MAX) break;
      this.#dropPreview(old);
    }
  }

  #dropPreview(key: string): void {
    const preview = this.#previews.get(key);
    if (preview !== undefined) URL.revokeObjectURL(preview);
    this.#previews.delete(key);
  }
}
