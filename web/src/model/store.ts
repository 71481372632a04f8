// SPDX-License-Identifier: MIT
//
// What of an account is kept in the browser (IndexedDB), so that a page shows at once what was
// known. The archive of the server is the truth: what is here is, in each conversation, the
// end of it without a gap, and can be thrown away.

import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from "idb";

import type { Message } from "../protocol/message.js";
import type { ChatMessage, Contact, Conversation, Progress } from "./types.js";

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
    indexes: { time: [string, number]; id: [string, string]; archive: string; progress: string };
  };
  waiting: { key: [string, string]; value: WaitingChange };
  conversations: { key: string; value: Conversation };
  contacts: { key: string; value: Contact };
  facts: { key: string; value: string };
}

/** A message and how it came to be known. */
export interface Told {
  readonly message: Message;
  readonly with: string;
  readonly isOwn: boolean;
  readonly by: string; // bare
  readonly time: number;
  readonly archiveId?: string;
  readonly progress?: Progress;
}

/** Append only: what stands here has run in somebody's browser. */
const MIGRATIONS: readonly ((db: IDBPDatabase<Schema>) => void)[] = [
  (db) => {
    const messages = db.createObjectStore("messages", { keyPath: "key" });
    messages.createIndex("time", ["with", "time"]);
    messages.createIndex("id", ["with", "id"]);
    messages.createIndex("archive", "archiveId");
    messages.createIndex("progress", "progress");
    db.createObjectStore("waiting", { keyPath: ["with", "target"] });
    db.createObjectStore("conversations", { keyPath: "with" });
    db.createObjectStore("contacts", { keyPath: "jid" });
    db.createObjectStore("facts");
  },
];

const RANK: readonly Progress[] = ["failed", "sending", "sent", "received", "read"];

type Transaction = IDBPTransaction<Schema, ("messages" | "waiting")[], "readwrite">;

function target({ message }: Told): string | undefined {
  return message.retracts ?? message.replaces ?? message.reactions?.to;
}

/** The message as the change makes it; undefined when who said the change may not make it. */
function changed(old: ChatMessage, { message, isOwn, by }: Told): ChatMessage | undefined {
  if (message.reactions) return { ...old, reactions: { ...old.reactions, [by]: message.reactions.emojis } };
  if (old.isOwn !== isOwn) return undefined;
  if (message.retracts !== undefined) {
    const { key, with: jid, time, id, archiveId, progress } = old;
    return {
      ...{ key, with: jid, isOwn, time, text: "", isRetracted: true },
      ...(id === undefined ? {} : { id }),
      ...(archiveId === undefined ? {} : { archiveId }),
      ...(progress && { progress }),
    };
  }
  return old.isRetracted ? undefined : { ...old, text: message.body ?? "", isCorrected: true };
}

export class Store {
  readonly #db: IDBPDatabase<Schema>;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  /** onOutdated: another tab has a newer client; this one must be loaded again */
  static async open(account: string, onOutdated: () => void = () => undefined): Promise<Store> {
    const db = await openDB<Schema>(`jaseur:${account}`, MIGRATIONS.length, {
      upgrade: (opened, from) => {
        for (const migrate of MIGRATIONS.slice(from)) migrate(opened);
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

  /** All but what was written here and has not reached the archive: the rest is read anew. */
  async forgetHistory(): Promise<void> {
    const tx = this.#db.transaction(["messages", "waiting"], "readwrite");
    const messages = tx.objectStore("messages");
    const own: ChatMessage[] = [];
    for (const progress of ["sending", "failed"]) own.push(...(await messages.index("progress").getAll(progress)));
    await Promise.all([messages.clear(), tx.objectStore("waiting").clear()]);
    for (const one of own) void messages.put(one);
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

  /** all: these are the whole roster */
  async putContacts(put: readonly Contact[], removed: readonly string[], all: boolean): Promise<void> {
    const tx = this.#db.transaction("contacts", "readwrite");
    if (all) void tx.store.clear();
    for (const contact of put) void tx.store.put(contact);
    for (const jid of removed) void tx.store.delete(jid);
    await tx.done;
  }

  conversations(): Promise<Conversation[]> {
    return this.#db.getAll("conversations");
  }

  async putConversation(conversation: Conversation): Promise<void> {
    await this.#db.put("conversations", conversation);
  }

  // --- messages ----------------------------------------------------------------------------------

  /**
   * Takes a message or what one says about another. Returns the message that is new or changed,
   * undefined when it was known already or its target is not.
   */
  async take(told: Told): Promise<{ message: ChatMessage; isAdded: boolean } | undefined> {
    const tx = this.#db.transaction(["messages", "waiting"], "readwrite");
    const taken = target(told) === undefined ? await this.#add(tx, told) : await this.#change(tx, told);
    await tx.done;
    return taken;
  }

  async #add(tx: Transaction, told: Told): Promise<{ message: ChatMessage; isAdded: boolean } | undefined> {
    const messages = tx.objectStore("messages");
    const { message, archiveId } = told;
    if (archiveId !== undefined && (await messages.index("archive").get(archiveId))) return undefined;
    const id = message.id ?? message.originId;
    const same = id === undefined ? undefined : await this.#byId(tx, told.with, id, told.isOwn);
    if (same) {
      // Sent from here, and now told by the archive, which knows the time.
      if (archiveId === undefined || same.archiveId !== undefined) return undefined;
      const known = { ...same, archiveId, time: told.time, progress: this.#further(same.progress, "sent") };
      await messages.put(known);
      return { message: known, isAdded: false };
    }
    let made: ChatMessage = {
      key: archiveId ?? `${told.isOwn ? "own" : "got"} ${id ?? crypto.randomUUID()}`,
      with: told.with,
      isOwn: told.isOwn,
      text: message.body ?? "",
      time: told.time,
      ...(id === undefined ? {} : { id }),
      ...(archiveId === undefined ? {} : { archiveId }),
      ...(told.progress && { progress: told.progress }),
      ...(message.url === undefined ? {} : { url: message.url }),
    };
    const waiting = id === undefined ? undefined : await tx.objectStore("waiting").get([told.with, id]);
    for (const change of waiting?.changes ?? []) made = changed(made, change) ?? made;
    if (waiting) await tx.objectStore("waiting").delete([waiting.with, waiting.target]);
    await messages.put(made);
    return { message: made, isAdded: true };
  }

  async #change(tx: Transaction, told: Told): Promise<{ message: ChatMessage; isAdded: boolean } | undefined> {
    const id = target(told) ?? "";
    const old = await this.#byId(tx, told.with, id, told.message.reactions ? undefined : told.isOwn);
    if (old) {
      const message = changed(old, told);
      if (message) await tx.objectStore("messages").put(message);
      return message && { message, isAdded: false };
    }
    const waiting = await tx.objectStore("waiting").get([told.with, id]);
    await tx.objectStore("waiting").put({ with: told.with, target: id, changes: [...(waiting?.changes ?? []), told] });
    return undefined;
  }

  async #byId(tx: Transaction, jid: string, id: string, isOwn: boolean | undefined): Promise<ChatMessage | undefined> {
    const found = await tx.objectStore("messages").index("id").getAll([jid, id]);
    return found.find((one) => isOwn === undefined || one.isOwn === isOwn);
  }

  #further(old: Progress | undefined, to: Progress): Progress {
    return old && RANK.indexOf(old) > RANK.indexOf(to) ? old : to;
  }

  /**
   * An own message has come further; "read" means all before it as well (XEP-0333 section 4).
   * Returns those that changed.
   */
  async advance(jid: string, id: string, to: Progress): Promise<ChatMessage[]> {
    const tx = this.#db.transaction(["messages", "waiting"], "readwrite");
    const messages = tx.objectStore("messages");
    const last = await this.#byId(tx, jid, id, true);
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

  /** Of the oldest message here that the archive has. */
  async oldestArchived(jid: string): Promise<string | undefined> {
    const tx = this.#db.transaction("messages");
    const range = IDBKeyRange.bound([jid, 0], [jid, Number.MAX_SAFE_INTEGER]);
    for (let cursor = await tx.store.index("time").openCursor(range); cursor; cursor = await cursor.continue())
      if (cursor.value.archiveId !== undefined) return cursor.value.archiveId;
    return undefined;
  }

  /** The last message of the other side. */
  async lastOfOther(jid: string): Promise<ChatMessage | undefined> {
    const tx = this.#db.transaction("messages");
    const range = IDBKeyRange.bound([jid, 0], [jid, Number.MAX_SAFE_INTEGER]);
    for (let cursor = await tx.store.index("time").openCursor(range, "prev"); cursor; cursor = await cursor.continue())
      if (!cursor.value.isOwn) return cursor.value;
    return undefined;
  }

  /** What was written and perhaps never reached the server, in the order of writing. */
  async unsent(): Promise<ChatMessage[]> {
    const found = await this.#db.getAllFromIndex("messages", "progress", "sending");
    return found.sort((a, b) => a.time - b.time);
  }
}
