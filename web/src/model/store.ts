// SPDX-License-Identifier: MIT
//
// What of an account is kept in the browser (IndexedDB), so that a page shows at once what was
// known. The archives of the server and of rooms are the truth: what is here is, in each
// conversation, the end of it without a gap, and can be thrown away.

import { openDB, unwrap, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";

import type { Picture } from "../protocol/xep0054.js";
import { changed, idOf, isMeant, messageOf, targetOf, type Told } from "./told.js";
import type { AvatarOf, ChatMessage, Contact, Conversation, Happening, NickOf, Progress, Room, RoomInvitation, Upload } from "./types.js";

/** A change to a message that is not here yet: it waits for it. */
interface WaitingChange {
  readonly with: string;
  readonly target: string;
  readonly changes: readonly Told[];
}

interface Schema extends DBSchema {
  messages: {
    key: string;
    value: ChatMessage;
    indexes: { time: [string, number]; id: [string, string]; archived: [string, string]; progress: string };
  };
  waiting: { key: [string, string]; value: WaitingChange };
  conversations: { key: string; value: Conversation };
  contacts: { key: string; value: Contact };
  rooms: { key: string; value: Room };
  invitations: { key: string; value: RoomInvitation };
  happenings: { key: [string, number]; value: Happening };
  facts: { key: string; value: string };
  avatars: { key: string; value: AvatarOf };
  nicks: { key: string; value: NickOf };
  pictures: { key: string; value: Picture };
  uploads: { key: string; value: KeptUpload };
}

/** A file that is not sent yet, and what is in it. */
export interface KeptUpload {
  readonly key: string;
  readonly upload: Upload;
  readonly data: Blob;
}

type Upgrade = IDBPTransaction<Schema, StoreNames<Schema>[], "versionchange">;

/** Append only: what stands here has run in somebody's browser. */
const MIGRATIONS: readonly ((db: IDBPDatabase<Schema>, tx: Upgrade) => void)[] = [
  (db) => {
    const messages = db.createObjectStore("messages", { keyPath: "key" });
    messages.createIndex("time", ["with", "time"]);
    messages.createIndex("id", ["with", "id"]);
    messages.createIndex("archive" as never, "archiveId");
    messages.createIndex("progress", "progress");
    db.createObjectStore("waiting", { keyPath: ["with", "target"] });
    db.createObjectStore("conversations", { keyPath: "with" });
    db.createObjectStore("contacts", { keyPath: "jid" });
    db.createObjectStore("facts");
  },
  (db) => {
    db.createObjectStore("avatars", { keyPath: "jid" });
    db.createObjectStore("nicks", { keyPath: "jid" });
    db.createObjectStore("pictures");
  },
  (db) => {
    db.createObjectStore("uploads", { keyPath: "key" });
  },
  (db, tx) => {
    // Each room has an archive of its own, whose ids may be those of another.
    const messages = tx.objectStore("messages");
    messages.deleteIndex("archive");
    messages.createIndex("archived", ["with", "archiveId"]);
    db.createObjectStore("rooms", { keyPath: "jid" });
    db.createObjectStore("invitations", { keyPath: "room" });
  },
  (db) => {
    db.createObjectStore("happenings", { keyPath: ["room", "time"] });
  },
];

const PICTURES_MAX = 2000;
const HAPPENINGS_MAX = 200; // of one room

const PIECE = 250; // contacts that are written down in one go

const RANK: readonly Progress[] = ["failed", "sending", "sent", "received", "read"];

type Transaction = IDBPTransaction<Schema, ("messages" | "waiting")[], "readwrite">;

/** Changes that wait for one message, and messages that are waited for. */
const CHANGES_MAX = 50;
const WAITING_MAX = 2000;

function rangeOf(jid: string): IDBKeyRange {
  return IDBKeyRange.bound([jid, 0], [jid, Number.MAX_SAFE_INTEGER]);
}

/** The name of an account's database. */
export function accountStore(account: string): string {
  return `jaseur:${account}`;
}

export class Store {
  readonly #db: IDBPDatabase<Schema>;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  /** onOutdated: another tab has a newer client; this one must be loaded again */
  static async open(name: string, onOutdated: () => void = () => undefined): Promise<Store> {
    const db = await openDB<Schema>(name, MIGRATIONS.length, {
      upgrade: (opened, from, _to, tx) => {
        for (const migrate of MIGRATIONS.slice(from)) migrate(opened, tx);
      },
      blocking: (_current, _blocked, { target: closing }) => {
        (closing as IDBDatabase).close();
        onOutdated();
      },
    });
    return new Store(db);
  }

  close(): void {
    this.#db.close();
  }

  async clear(): Promise<void> {
    const names = [...this.#db.objectStoreNames];
    const tx = this.#db.transaction(names, "readwrite");
    await Promise.all([...names.map((name) => tx.objectStore(name).clear()), tx.done]);
  }

  /** All but what was said in rooms, and what was written here and has not reached the archive: the rest is read anew. */
  async forgetHistory(): Promise<void> {
    const tx = this.#db.transaction(["messages", "waiting"], "readwrite");
    for (let cursor = await tx.objectStore("messages").openCursor(); cursor; cursor = await cursor.continue()) {
      const { author, progress } = cursor.value;
      if (!author && progress !== "sending" && progress !== "failed") await cursor.delete();
    }
    await tx.objectStore("waiting").clear();
    await tx.done;
  }

  /** The conversation with all that was said in it. */
  async dropConversation(jid: string): Promise<void> {
    const tx = this.#db.transaction(["messages", "waiting", "conversations", "happenings"], "readwrite");
    const messages = tx.objectStore("messages");
    for (let cursor = await messages.index("time").openKeyCursor(rangeOf(jid)); cursor; cursor = await cursor.continue())
      await messages.delete(cursor.primaryKey);
    await tx.objectStore("waiting").delete(IDBKeyRange.bound([jid], [jid, []]));
    await tx.objectStore("conversations").delete(jid);
    await tx.objectStore("happenings").delete(rangeOf(jid));
    await tx.done;
  }

  // --- values by name --------------------------------------------------------------------------

  fact(name: string): Promise<string | undefined> {
    return this.#db.get("facts", name);
  }

  async setFact(name: string, value: string): Promise<void> {
    await this.#db.put("facts", value, name);
  }

  contacts(): Promise<Contact[]> {
    return this.#db.getAll("contacts");
  }

  /** All or nothing of it, but in pieces: others are let in between. all: these are the whole roster */
  async putContacts(put: readonly Contact[], removed: readonly string[], all: boolean): Promise<void> {
    const tx = this.#db.transaction("contacts", "readwrite");
    const contacts = unwrap(tx.store); // promises would cost as much again
    if (all) contacts.clear();
    let left = PIECE;
    for (const contact of put)
      if (--left > 0) contacts.put(contact);
      else {
        left = PIECE;
        if (!(await tx.store.put(contact).catch(() => undefined))) return tx.done; // which tells why
      }
    for (const jid of removed) contacts.delete(jid);
    return tx.done;
  }

  avatars(): Promise<AvatarOf[]> {
    return this.#db.getAll("avatars");
  }

  /** hash: "" for none */
  async putAvatar(jid: string, hash: string): Promise<void> {
    if (hash) await this.#db.put("avatars", { jid, hash });
    else await this.#db.delete("avatars", jid);
  }

  nicks(): Promise<NickOf[]> {
    return this.#db.getAll("nicks");
  }

  /** nick: "" for none */
  async putNick(jid: string, nick: string): Promise<void> {
    if (nick) await this.#db.put("nicks", { jid, nick });
    else await this.#db.delete("nicks", jid);
  }

  /** By its hash. */
  picture(hash: string): Promise<Picture | undefined> {
    return this.#db.get("pictures", hash);
  }

  /** Some others give way when there are many: they can be fetched again. */
  async putPicture(hash: string, picture: Picture): Promise<void> {
    const tx = this.#db.transaction("pictures", "readwrite");
    const keys = (await tx.store.count()) >= PICTURES_MAX ? await tx.store.getAllKeys(null, PICTURES_MAX / 10) : [];
    for (const key of keys) void tx.store.delete(key);
    await tx.store.put(picture, hash);
    await tx.done;
  }

  conversations(): Promise<Conversation[]> {
    return this.#db.getAll("conversations");
  }

  async putConversation(conversation: Conversation): Promise<void> {
    await this.#db.put("conversations", conversation);
  }

  rooms(): Promise<Room[]> {
    return this.#db.getAll("rooms");
  }

  async putRoom(room: Room): Promise<void> {
    await this.#db.put("rooms", room);
  }

  async dropRoom(jid: string): Promise<void> {
    await this.#db.delete("rooms", jid);
  }

  invitations(): Promise<RoomInvitation[]> {
    return this.#db.getAll("invitations");
  }

  async putInvitation(invitation: RoomInvitation): Promise<void> {
    await this.#db.put("invitations", invitation);
  }

  async dropInvitation(room: string): Promise<void> {
    await this.#db.delete("invitations", room);
  }

  /** Of all rooms, in their order. */
  async happenings(): Promise<Happening[]> {
    return (await this.#db.getAll("happenings")).sort((a, b) => a.time - b.time);
  }

  /** The oldest of a room give way. */
  async putHappening(happening: Happening): Promise<void> {
    const tx = this.#db.transaction("happenings", "readwrite");
    await tx.store.put(happening);
    const keys = await tx.store.getAllKeys(rangeOf(happening.room));
    for (const key of keys.slice(0, -HAPPENINGS_MAX)) void tx.store.delete(key);
    await tx.done;
  }

  // --- files under way -----------------------------------------------------------------------------

  async uploads(): Promise<KeptUpload[]> {
    return this.#db.getAll("uploads");
  }

  async putUpload(upload: Upload, data: Blob): Promise<void> {
    await this.#db.put("uploads", { key: upload.key, upload, data });
  }

  async deleteUpload(key: string): Promise<void> {
    await this.#db.delete("uploads", key);
  }

  // --- messages ----------------------------------------------------------------------------------

  /**
   * Takes a message or what one says about another. Returns the message that is new or changed,
   * undefined when it was known already or its target is not.
   */
  async take(told: Told): Promise<{ message: ChatMessage; isAdded: boolean } | undefined> {
    const tx = this.#db.transaction(["messages", "waiting"], "readwrite");
    const taken = targetOf(told) === undefined ? await this.#add(tx, told) : await this.#change(tx, told);
    await tx.done;
    return taken;
  }

  async #add(tx: Transaction, told: Told): Promise<{ message: ChatMessage; isAdded: boolean } | undefined> {
    const messages = tx.objectStore("messages");
    const { archiveId } = told;
    if (archiveId !== undefined && (await this.#byArchiveId(tx, told.with, archiveId))) return undefined;
    const id = idOf(told);
    const same = id === undefined ? undefined : (await this.#byId(tx, told.with, id)).find(({ isOwn }) => isOwn === told.isOwn);
    if (same && (told.isOwn || !told.author)) {
      // Sent from here, and now told by the archive, which knows the time.
      if (archiveId === undefined || same.archiveId !== undefined) return undefined;
      const known = {
        ...same,
        archiveId,
        time: told.time,
        progress: this.#further(same.progress, "sent"),
        ...(told.author && { author: told.author }),
      };
      await messages.put(known);
      return { message: await this.#changeAsWaited(tx, known), isAdded: false };
    }
    const made = messageOf(told);
    await messages.put(made);
    return { message: await this.#changeAsWaited(tx, made), isAdded: true };
  }

  /** With what was said about it before it was here. */
  async #changeAsWaited(tx: Transaction, message: ChatMessage): Promise<ChatMessage> {
    const waiting = tx.objectStore("waiting");
    let after = message;
    for (const target of [message.id, message.archiveId]) {
      const found = target === undefined ? undefined : await waiting.get([message.with, target]);
      if (!found) continue;
      for (const change of found.changes) if (isMeant(after, change)) after = changed(after, change) ?? after;
      await waiting.delete([message.with, found.target]);
    }
    if (after !== message) await tx.objectStore("messages").put(after);
    return after;
  }

  async #change(tx: Transaction, told: Told): Promise<{ message: ChatMessage; isAdded: boolean } | undefined> {
    const target = targetOf(told) ?? "";
    const found = [...(await this.#byId(tx, told.with, target)), await this.#byArchiveId(tx, told.with, target)];
    const old = found.find((one) => one && isMeant(one, told));
    if (old) {
      const message = changed(old, told);
      if (message) await tx.objectStore("messages").put(message);
      return message && { message, isAdded: false };
    }
    const waiting = tx.objectStore("waiting");
    const before = (await waiting.get([told.with, target]))?.changes ?? [];
    if (before.length < CHANGES_MAX && (before.length || (await waiting.count()) < WAITING_MAX))
      await waiting.put({ with: told.with, target, changes: [...before, told] });
    return undefined;
  }

  #byId(tx: Transaction, jid: string, id: string): Promise<ChatMessage[]> {
    return tx.objectStore("messages").index("id").getAll([jid, id]);
  }

  #byArchiveId(tx: Transaction, jid: string, id: string): Promise<ChatMessage | undefined> {
    return tx.objectStore("messages").index("archived").get([jid, id]);
  }

  #further(old: Progress | undefined, to: Progress): Progress {
    // What was refused was handled, too.
    if (to === "failed" || (old === "failed" && to === "sent")) return old === "received" || old === "read" ? old : "failed";
    return old && RANK.indexOf(old) > RANK.indexOf(to) ? old : to;
  }

  /**
   * An own message has come further; "read" means all before it as well (XEP-0333 section 4).
   * Returns those that changed.
   */
  async advance(jid: string, id: string, to: Progress): Promise<ChatMessage[]> {
    const tx = this.#db.transaction(["messages", "waiting"], "readwrite");
    const messages = tx.objectStore("messages");
    const last = (await this.#byId(tx, jid, id)).find(({ isOwn }) => isOwn);
    const advanced: ChatMessage[] = [];
    if (last) {
      const range = IDBKeyRange.bound([jid, to === "read" ? 0 : last.time], [jid, last.time]);
      for (let cursor = await messages.index("time").openCursor(range, "prev"); cursor; cursor = await cursor.continue()) {
        const one = cursor.value;
        if (!one.isOwn || (to !== "read" && one.key !== last.key)) continue;
        if (one.progress === "read" && one.key !== last.key) break; // as are all before it
        if (this.#further(one.progress, to) === one.progress) continue;
        const message = { ...one, progress: to };
        await messages.put(message);
        advanced.push(message);
      }
    }
    await tx.done;
    return advanced;
  }

  /** The last messages before a time, oldest first. */
  async before(jid: string, time: number, max: number): Promise<ChatMessage[]> {
    const tx = this.#db.transaction("messages");
    const found: ChatMessage[] = [];
    const range = IDBKeyRange.bound([jid, 0], [jid, time], false, true);
    for (let cursor = await tx.store.index("time").openCursor(range, "prev"); cursor && found.length < max; cursor = await cursor.continue())
      found.push(cursor.value);
    return found.reverse();
  }

  /** The first messages after a time. */
  async after(jid: string, time: number, max: number): Promise<ChatMessage[]> {
    const range = IDBKeyRange.bound([jid, time], [jid, Number.MAX_SAFE_INTEGER], true);
    return this.#db.getAllFromIndex("messages", "time", range, max);
  }

  get(key: string): Promise<ChatMessage | undefined> {
    return this.#db.get("messages", key);
  }

  byArchiveId(jid: string, id: string): Promise<ChatMessage | undefined> {
    return this.#db.getFromIndex("messages", "archived", [jid, id]);
  }

  /** By the sender's id, or by that of the archive. */
  async byReference(jid: string, reference: string): Promise<ChatMessage | undefined> {
    const [found] = await this.#db.getAllFromIndex("messages", "id", [jid, reference], 1);
    return found ?? (await this.byArchiveId(jid, reference));
  }

  /** As it is; it is there already. */
  async put(message: ChatMessage): Promise<void> {
    await this.#db.put("messages", message);
  }

  async drop(key: string): Promise<void> {
    await this.#db.delete("messages", key);
  }

  /** The oldest message here that the archive has. */
  async oldestArchived(jid: string): Promise<ChatMessage | undefined> {
    return this.#archived(jid, "next");
  }

  async newestArchived(jid: string): Promise<ChatMessage | undefined> {
    return this.#archived(jid, "prev");
  }

  async #archived(jid: string, direction: "next" | "prev"): Promise<ChatMessage | undefined> {
    const tx = this.#db.transaction("messages");
    for (let cursor = await tx.store.index("time").openCursor(rangeOf(jid), direction); cursor; cursor = await cursor.continue())
      if (cursor.value.archiveId !== undefined) return cursor.value;
    return undefined;
  }

  /** Keeps the last messages only, and what the archive does not have; returns whether some were more. */
  async keepLast(jid: string, max: number): Promise<boolean> {
    const tx = this.#db.transaction("messages", "readwrite");
    const index = tx.store.index("time");
    const most = (await index.count(rangeOf(jid))) - max;
    let deleted = 0;
    for (let cursor = most > 0 ? await index.openCursor(rangeOf(jid)) : null; cursor && deleted < most; cursor = await cursor.continue())
      if (cursor.value.archiveId !== undefined) {
        await cursor.delete();
        deleted++;
      }
    await tx.done;
    return deleted > 0;
  }

  /** Of others, behind that time and behind what was said from here; at most `max`. */
  async unreadAfter(jid: string, time: number, max: number): Promise<{ unread: number; mentions: number }> {
    const tx = this.#db.transaction("messages");
    const range = IDBKeyRange.bound([jid, time], [jid, Number.MAX_SAFE_INTEGER], true);
    let [unread, mentions] = [0, 0];
    for (let cursor = await tx.store.index("time").openCursor(range, "prev"); cursor; cursor = await cursor.continue()) {
      if (cursor.value.isOwn || unread === max) break;
      unread++;
      if (cursor.value.isMention) mentions++;
    }
    return { unread, mentions };
  }

  /** The last message of the other side. */
  async lastOfOther(jid: string): Promise<ChatMessage | undefined> {
    const tx = this.#db.transaction("messages");
    for (let cursor = await tx.store.index("time").openCursor(rangeOf(jid), "prev"); cursor; cursor = await cursor.continue())
      if (!cursor.value.isOwn) return cursor.value;
    return undefined;
  }

  /** Own messages that did not arrive, latest first. */
  async failed(max: number): Promise<ChatMessage[]> {
    const found = await this.#db.getAllFromIndex("messages", "progress", "failed");
    return found.sort((a, b) => b.time - a.time).slice(0, max);
  }

  /** What was written and perhaps never reached the server, in the order of writing. */
  async unsent(): Promise<ChatMessage[]> {
    const found = await this.#db.getAllFromIndex("messages", "progress", "sending");
    return found.sort((a, b) => a.time - b.time);
  }
}
