// SPDX-License-Identifier: MIT
//
// The service worker of the server's own page: the page without a network (shell.ts), and
// notifications of what the server pushes while no page is at work.
//
// A click on a notification goes to an open page, and opens one with its target behind the # otherwise.
// It connects to nobody: what it knows of names and wishes, pages have written down (known.ts).

import { bareOf, localOf, resourceOf } from "../core/jid.js";
import { isTold, noticeOf, type Notice } from "../model/notice.js";
import { known } from "./known.js";
import type { KeepLetter, ReadingAnswer, WorkerLetter } from "./letters.js";
import { readPush } from "./push.js";
import { Shell } from "./shell.js";
import type { WindowClient, WorkerEvents, WorkerScope } from "./scope.js";

/** A page that sleeps does not answer, and shows nothing either. */
const ANSWER_MS = 1_000;
const ICON = "/first/bird_192.png";
const NOTHING: ReadingAnswer = { reading: "", tells: false };

export class ServiceWorker {
  readonly #scope: WorkerScope;
  readonly #shell: Shell;

  constructor(scope: WorkerScope) {
    this.#scope = scope;
    this.#shell = new Shell(scope);
  }

  listen(): void {
    const scope = this.#scope;
    // A new version takes over at once: it answers for the pages of the old one as well.
    scope.addEventListener("install", (event) => event.waitUntil(this.#shell.fill().then(() => scope.skipWaiting())));
    scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
    scope.addEventListener("fetch", (event) => {
      if (this.#shell.has(event.request)) event.respondWith(this.#shell.answer(event.request));
    });
    scope.addEventListener("message", (event) => event.waitUntil(this.#onLetter(event.data)));
    scope.addEventListener("push", (event) => event.waitUntil(this.#onPush(event)));
    scope.addEventListener("notificationclick", (event) => event.waitUntil(this.#onClick(event)));
    scope.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(this.#onSubscriptionChange(event)));
  }

  async #onLetter(data: unknown): Promise<void> {
    const letter = data as Partial<KeepLetter> | null;
    if (letter?.kind === "keep" && Array.isArray(letter.urls)) await this.#shell.keep(letter.urls);
  }

  #pages(): Promise<readonly WindowClient[]> {
    return this.#scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  }

  // --- what is pushed ------------------------------------------------------------------------------

  async #onPush({ data }: WorkerEvents["push"]): Promise<void> {
    let pushed;
    try {
      pushed = readPush(data?.json());
    } catch {
      return; // not JSON: not from our server
    }
    if (!pushed) return;
    const { account, kind, sender, text, unread } = pushed;
    const jid = bareOf(sender);
    const { settings, name, nick, wish } = await known(this.#scope.indexedDB, account, jid, this.#scope.navigator.language);
    // The server does not say who is meant; where it does not say the text either, better once too often.
    const isForMe = nick === undefined || !text || text.toLocaleLowerCase().includes((nick || localOf(account)).toLocaleLowerCase());
    if (!isTold({ isForMe, wish }, settings, Date.now()) || (await this.#isShownByPages(jid))) return;
    const happened = { kind, jid, name: name || localOf(jid), nick: nick === undefined ? undefined : resourceOf(sender), text, isForMe, wish };
    await this.#show(noticeOf(happened, settings, unread));
  }

  async #show({ title, body, tag, target }: Notice): Promise<void> {
    await this.#scope.registration.showNotification(title, { body, tag, data: { target }, icon: ICON, badge: ICON });
  }

  /** Somebody is reading it, or a page tells it. */
  async #isShownByPages(jid: string): Promise<boolean> {
    const answers = await Promise.all((await this.#pages()).map((page) => this.#ask(page)));
    return answers.some(({ reading, tells }) => tells || (jid !== "" && reading === jid));
  }

  #ask(page: WindowClient): Promise<ReadingAnswer> {
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(NOTHING), ANSWER_MS);
      port1.onmessage = ({ data }: MessageEvent<ReadingAnswer>) => {
        clearTimeout(late);
        resolve(data);
      };
      page.postMessage({ kind: "reading" } satisfies WorkerLetter, [port2]);
    }).finally(() => port1.close()) as Promise<ReadingAnswer>;
  }

  // --- what is clicked, what the browser changes ---------------------------------------------------------

  async #onClick({ notification }: WorkerEvents["notificationclick"]): Promise<void> {
    notification.close();
    const data = notification.data as { readonly target?: unknown } | null;
    const target = typeof data?.target === "string" ? data.target : "";
    const pages = (await this.#pages()).filter(({ url }) => new URL(url).pathname === "/");
    const page = pages.find(({ visibilityState }) => visibilityState === "visible") ?? pages[0];
    if (page) {
      page.postMessage({ kind: "open", target } satisfies WorkerLetter);
      await page.focus();
    } else await this.#scope.clients.openWindow(`/#${target}`);
  }

  /** The server hears of it from a page: the next one that is opened, if none is. */
  async #onSubscriptionChange({ oldSubscription }: WorkerEvents["pushsubscriptionchange"]): Promise<void> {
    const key = oldSubscription?.options.applicationServerKey;
    if (key) await this.#scope.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    for (const page of await this.#pages()) page.postMessage({ kind: "resubscribed" } satisfies WorkerLetter);
  }
}

// Pages and tests have no skipWaiting().
if ("skipWaiting" in globalThis) new ServiceWorker(globalThis as unknown as WorkerScope).listen();
