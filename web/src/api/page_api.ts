// SPDX-License-Identifier: MIT
//
// jaseur.api: what a page asks of its client. The element does it; with several in a page, that
// which was there first.

import { listen } from "./callbacks.js";
import type { Api, Buddy, Callbacks, SignIn, Tour } from "./jaseur.js";

/** What <jaseur-chat> does for a page. */
export interface ApiHost {
  /** Whose events are meant. */
  readonly element: EventTarget;
  readonly isThere: boolean; // in the document
  readonly isReady: boolean;
  /** Bare; "" for nobody. */
  readonly signedInAs: string;
  readonly isOnline: boolean;
  readonly buddies: Buddy[];
  watch(jids: readonly string[]): void;
  openConversation(jid: string): void;
  converse(jids: readonly string[], title: string): Promise<string>;
  callWithVideo(jid: string): Promise<void>;
  signIn(how: SignIn): Promise<void>;
  goOffline(): Promise<void>;
  signOut(): Promise<void>;
  say(text: string): void;
  startTour(name: string): Promise<boolean>;
  addTour(tour: Tour): void;
  tourNames(): Promise<string[]>;
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * find    the element that is meant now
 * target  where its events are heard
 */
export class PageApi implements Api {
  readonly #find: () => ApiHost | undefined;
  readonly #target: EventTarget;

  constructor(find: () => ApiHost | undefined, target: EventTarget) {
    this.#find = find;
    this.#target = target;
  }

  get #host(): ApiHost {
    const host = this.#find();
    if (!host) throw new Error("there is no <jaseur-chat> in this page");
    return host;
  }

  openChatWindow(jid: string): void {
    this.#host.openConversation(jid);
  }

  async createNewConversationWith(jids: readonly string[], title = ""): Promise<string> {
    return await this.#host.converse(jids, title);
  }

  async startSimpleVideoCall(jid: string): Promise<void> {
    await this.#host.callWithVideo(jid);
  }

  getBuddyList(): Buddy[] {
    return this.#find()?.buddies ?? [];
  }

  watchBuddies(jids: readonly string[]): void {
    this.#host.watch(jids);
  }

  isConnected(): boolean {
    return this.#find()?.isOnline ?? false;
  }

  async connect(how: SignIn = {}): Promise<void> {
    await this.#host.signIn(how);
  }

  async disconnect(): Promise<void> {
    await this.#host.goOffline();
  }

  async reconnect(): Promise<void> {
    await this.#host.signIn({});
  }

  async signOut(): Promise<void> {
    await this.#host.signOut();
  }

  registerCallbacks(callbacks: Callbacks): () => void {
    const end = listen(this.#target, callbacks, (element) => element !== undefined && element === this.#find()?.element);
    const host = this.#find();
    // Scripts of a page run when they like: nobody misses the beginning.
    if (host?.isReady) queueMicrotask(() => callbacks.onInit?.({ account: host.signedInAs }));
    return end;
  }

  registerCustomModule({ name, module }: { name: string; module: unknown }): void {
    if (!IDENTIFIER.test(name)) throw new TypeError(`${name} is no identifier`);
    if (name in this) throw new TypeError(`jaseur.api has ${name} already`);
    Object.defineProperty(this, name, { value: module, enumerable: true });
  }

  feedback(text: string): void {
    this.#host.say(text);
  }

  async startTour(name: string): Promise<boolean> {
    return await this.#host.startTour(name);
  }

  addTour(tour: Tour): void {
    this.#host.addTour(tour);
  }

  async tourNames(): Promise<string[]> {
    return await this.#host.tourNames();
  }
}

/** Sent by an element that has come into the page; its detail is the ApiHost. */
export const ATTACHED = "jaseur-attached";

/** The elements of a page, those that are shadowed too, in the order in which they came. */
export class PageElements {
  readonly #all = new Set<ApiHost>();

  constructor(page: Document) {
    page.addEventListener(ATTACHED, (event) => {
      event.stopPropagation();
      this.#all.add((event as CustomEvent<ApiHost>).detail);
    });
  }

  get first(): ApiHost | undefined {
    for (const host of this.#all) {
      if (host.isThere) return host;
      this.#all.delete(host);
    }
    return undefined;
  }
}
