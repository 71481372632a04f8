// SPDX-License-Identifier: MIT
//
// Brings what the model wants to be told (News "notice") out of the page: one tab shows it, and one
// that may sound sounds. What was told is taken back when it has been read, wherever.

import type { Unsubscribe } from "../../core/emitter.js";
import type { Client, ClientEvents } from "../../model/client.js";
import { noticeTag } from "../../model/notice.js";
import { isMine, type TryLocks } from "../../model/once.js";
import { onActivity } from "./activity.js";
import { Badge } from "./badge.js";
import { Desktop } from "./desktop.js";
import { WebPush } from "./push.js";
import { Sounds } from "./sound.js";
import { PageWorker } from "./worker.js";

export interface NotifierOptions {
  readonly client: Client;
  /** The address of the picture beside what is shown. */
  readonly icon: string;
  /** Title, icon and worker are the server's own page's; another page has its own. */
  readonly isOwnPage: boolean;
  /** A notification was clicked. target: of the Notice */
  readonly onOpen: (target: string) => void;
}

export class Notifier {
  readonly desktop: Desktop;
  readonly push: WebPush;
  readonly #client: Client;
  readonly #locks = (navigator as { locks?: TryLocks }).locks;
  readonly #sounds = new Sounds();
  readonly #worker: PageWorker | undefined;
  readonly #badge: Badge | undefined;
  readonly #leaving = new AbortController();
  readonly #unsubscribe: readonly Unsubscribe[];
  readonly #unread = new Map<string, number>();
  #endpoint = "";

  constructor({ client, icon, isOwnPage, onOpen }: NotifierOptions) {
    this.#client = client;
    if (isOwnPage) {
      this.#badge = new Badge();
      this.#worker = new PageWorker({
        onReading: () => ({ reading: client.notices.reading, tells: this.#tells }),
        onOpen,
        onResubscribed: () => void this.push.check().catch(() => undefined),
      });
      void this.#worker.start().then(() => {
        this.#takeBack();
        client.events.emit("changed", undefined); // there is Web Push now: settings may be open
      });
    }
    const registration = (): ServiceWorkerRegistration | undefined => this.#worker?.registration;
    this.desktop = new Desktop(icon, registration, onOpen);
    this.push = new WebPush(client, registration);
    this.#unsubscribe = [client.events.on("notice", (news) => void this.#show(news)), client.events.on("changed", () => this.#onChanged())];
    onActivity(() => client.touch(), this.#leaving.signal);
  }

  /** How it sounds. */
  sample(): void {
    void this.#sounds.play("message");
  }

  close(): void {
    this.#leaving.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#badge?.set(0);
    this.#worker?.close();
    this.#sounds.close();
  }

  get #tells(): boolean {
    const { connection, notices } = this.#client;
    return connection.kind === "online" && notices.settings.desktop && this.desktop.state === "allowed";
  }

  async #show({ notice, key, sound }: ClientEvents["notice"]): Promise<void> {
    const { settings } = this.#client.notices;
    const told: Promise<void>[] = [];
    if (settings.sounds && this.#sounds.canPlay && (await isMine(this.#locks, `sound ${key}`)))
      told.push(this.#sounds.play(sound));
    if (this.#tells && (await isMine(this.#locks, `notice ${key}`))) told.push(this.desktop.show(notice));
    await Promise.allSettled(told);
  }

  #takeBack(): void {
    const seen = new Set([...this.#unread].filter(([, unread]) => unread === 0).map(([jid]) => noticeTag(jid)));
    this.desktop.takeBack((tag) => seen.has(tag)).catch(() => undefined);
  }

  #onChanged(): void {
    const { conversations, notices, people, rooms, connection } = this.#client;
    this.#badge?.set(conversations.unread + people.requests.length + rooms.invitations.length);
    let isSeen = false;
    for (const { with: jid, unread } of conversations.all) {
      isSeen ||= unread === 0 && this.#unread.get(jid) !== 0;
      this.#unread.set(jid, unread);
    }
    if (isSeen) this.#takeBack();
    const { endpoint } = notices.push;
    if (this.#endpoint && !endpoint) void this.push.drop().catch(() => undefined);
    else if (!this.#endpoint && endpoint && connection.kind === "online") void this.push.check().catch(() => undefined);
    this.#endpoint = endpoint;
  }
}
