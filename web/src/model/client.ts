// SPDX-License-Identifier: MIT
//
// The account as elements see it, the same in every tab: data goes down from here, wishes come
// up as calls. Views (views/) have the subjects, timelines the messages.

import { Emitter } from "../core/emitter.js";
import type { ConnectionState } from "../core/connection.js";
import { bareOf, resourceOf } from "../core/jid.js";
import type { Secret } from "../core/login.js";
import { Shared } from "./shared.js";
import { soon } from "./soon.js";
import type { Tabs, TabsOptions } from "./tabs.js";
import { Timeline } from "./timeline.js";
import type { ChatMessage, Hits, News, Snapshot, StorageState } from "./types.js";
import type { View } from "./view.js";
import { Avatars } from "./views/avatars.js";
import { Calls } from "./views/calls.js";
import { Conversations } from "./views/conversations.js";
import { Developer } from "./views/developer.js";
import { Notices } from "./views/notices.js";
import { People } from "./views/people.js";
import { Rooms } from "./views/rooms.js";
import { Uploads } from "./views/uploads.js";

export interface ClientEvents {
  /** Anything but messages; at most once a frame. */
  changed: undefined;
  /** Whatever there is to tell. */
  news: News;
  /** Somebody has just said something. */
  said: ChatMessage;
  /** To be told outside the page, by one tab. */
  notice: News & { readonly kind: "notice" };
}

export class Client {
  readonly events = new Emitter<ClientEvents>();
  readonly people: People;
  readonly avatars: Avatars;
  readonly conversations: Conversations;
  readonly rooms: Rooms;
  readonly developer: Developer;
  readonly notices: Notices;
  readonly uploads: Uploads;
  readonly calls: Calls;
  readonly #tabs: Tabs;
  readonly #views: readonly View[];
  readonly #timelines = new Set<Timeline>();
  readonly #shared = new Set<Shared>();
  readonly #id = crypto.randomUUID();
  readonly #tellChanged = soon(() => this.events.emit("changed", undefined));
  #connection: ConnectionState = { kind: "offline" };
  #storage: StorageState = "kept";
  #account = "";
  #hasToken = false;
  #isKnown = false;
  #isReady = false;
  #isVisible: boolean | undefined; // undefined: nobody has said

  /** makeTabs: with this client's listener in its options */
  constructor(makeTabs: (onNews: TabsOptions["onNews"]) => Tabs) {
    this.#tabs = makeTabs((news) => this.#onNews(news));
    this.people = new People(this.#tabs, this.#id, () => this.#tellChanged());
    this.avatars = new Avatars(this.#tabs, this.#tellChanged);
    this.conversations = new Conversations(this.#tabs);
    this.developer = new Developer(this.#tabs);
    this.rooms = new Rooms(this.#tabs, this.people);
    this.notices = new Notices(this.#tabs, this.#id);
    this.calls = new Calls(this.#tabs, this.#id);
    this.uploads = new Uploads(this.#tabs, () => this.#tellChanged());
    this.#views = [this.people, this.avatars, this.conversations, this.rooms, this.notices, this.uploads, this.calls];
  }

  /** Whether anything is known yet. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** There is a connection, and the contacts are known. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  /** Whether there is room in this browser for what is shown. */
  get storage(): StorageState {
    return this.#storage;
  }

  /** Bare. */
  get account(): string {
    return this.#account;
  }

  /** Somebody is signed in, whether or not there is a connection now. */
  get isSignedIn(): boolean {
    return this.#connection.kind === "online" || (this.#hasToken && this.#connection.kind !== "refused");
  }

  /** Of a conversation: the person's, or the room's. */
  nameOf(jid: string): string {
    if (this.rooms.of(jid)) return this.rooms.nameOf(jid);
    const room = bareOf(jid);
    if (room === jid || !this.rooms.of(room)) return this.people.nameOf(jid);
    const nick = resourceOf(jid); // who is spoken to alone
    return `${this.rooms.nameOfOccupant(this.rooms.occupant(room, nick) ?? { nick })} · ${this.rooms.nameOf(room)}`;
  }

  /** The messages of a conversation, until it is closed. */
  timeline(jid: string): Timeline {
    const timeline = new Timeline(jid, this.#tabs, (closed) => this.#timelines.delete(closed));
    this.#timelines.add(timeline);
    void timeline.open();
    return timeline;
  }

  /** Messages with those words; before: `next` of earlier hits. */
  search(words: string, jid?: string, before?: string): Promise<Hits> {
    return this.#tabs.ask("search", "search", words, jid, before);
  }

  /** The files and links of a conversation, until it is closed. */
  shared(jid: string): Shared {
    const shared = new Shared(jid, this.#tabs, (closed) => this.#shared.delete(closed));
    this.#shared.add(shared);
    return shared;
  }

  // --- wishes ------------------------------------------------------------------------------------

  /** Without a secret: by what an earlier login left. */
  signIn(secret?: Secret): Promise<void> {
    return this.#tabs.ask("session", "signIn", secret);
  }

  /** Until signIn(), or the next page. */
  disconnect(): Promise<void> {
    return this.#tabs.ask("session", "disconnect");
  }

  signOut(): Promise<void> {
    return this.#tabs.ask("session", "signOut");
  }

  /** Whether somebody looks at this tab. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#tabs.ask("session", "setVisible", this.#id, isVisible).catch(() => undefined);
  }

  /** Somebody has touched this page. */
  touch(): void {
    this.#tabs.ask("presences", "touch").catch(() => undefined);
  }

  /** The network may be back, or somebody looks again. */
  nudge(): void {
    this.#tabs.engine?.connection.nudge();
  }

  /** The page goes away, or reloads: contacts hear of it unless another goes on with the session. */
  leave(): void {
    // A tab that has a call goes on with the session, however slow it is.
    const isLast = !this.calls.current?.tab || this.calls.isHere;
    const farewell = isLast ? this.#tabs.engine?.connection.farewell() : undefined;
    if (farewell) navigator.sendBeacon(farewell.url, farewell.body);
    this.close();
  }

  close(): void {
    this.calls.close();
    // Another tab is at work: nobody looks at this one any more.
    if (!this.#tabs.isLeading) {
      if (this.#isVisible) this.setVisible(false);
      this.notices.close();
      this.people.close();
    }
    this.uploads.close();
    this.#tabs.close();
  }

  // --- news ----------------------------------------------------------------------------------------

  #onNews(news: News): void {
    if (this.developer.hear(news)) return;
    this.#take(news);
    this.events.emit("news", news);
  }

  #take(news: News): void {
    if (news.kind === "message") {
      for (const shared of this.#shared) if (shared.with === news.message.with) shared.take(news.message);
      for (const timeline of this.#timelines) if (timeline.with === news.message.with) timeline.take(news.message);
      if (news.isNew) this.events.emit("said", news.message);
      return;
    }
    if (news.kind === "dropped") {
      for (const timeline of this.#timelines) if (timeline.with === news.with) timeline.takeAway(news.key);
      return;
    }
    if (news.kind === "notice") {
      this.events.emit("notice", news);
      return;
    }
    if (news.kind === "snapshot") this.#onSnapshot(news.snapshot);
    else {
      if (news.kind === "connection") this.#setConnection(news);
      if (news.kind === "ready" || news.kind === "connection") this.#isReady = news.kind === "ready";
      if (news.kind === "storage") this.#storage = news.storage;
      for (const view of this.#views) view.onNews(news);
    }
    this.#tellChanged();
  }

  #onSnapshot(snapshot: Snapshot): void {
    if (this.#isVisible !== undefined) this.setVisible(this.#isVisible); // another tab may be at work now
    this.#isKnown = true;
    this.#isReady = snapshot.isReady;
    this.#storage = snapshot.storage;
    this.#setConnection(snapshot);
    for (const view of this.#views) view.onSnapshot(snapshot);
  }

  #setConnection({ connection, account, hasToken }: Pick<Snapshot, "connection" | "account" | "hasToken">): void {
    this.#connection = connection;
    this.#account = account;
    this.#hasToken = hasToken;
  }
}
