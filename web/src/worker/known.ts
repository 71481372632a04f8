// SPDX-License-Identifier: MIT
//
// What the pages of this browser have written down about an account (model/store.ts), read only:
// names of conversations, what is wished to be told. The database is the pages' alone to make
// and to change; where there is none, nothing is known.

import { localOf } from "../core/jid.js";
import { SETTINGS_FACT, WISHES_FACT, readSettings, readWishes, type NoticeSettings } from "../model/notice.js";
import type { Contact, Room } from "../model/types.js";
import type { NotifyWhen } from "../protocol/xep0492.js";

/** Of those that a room is called by. */
const PEOPLE_MAX = 5;

export interface Known {
  readonly settings: NoticeSettings;
  readonly name: string;
  /** In a room: by which name one is meant there; undefined: it is none. */
  readonly nick: string | undefined;
  readonly wish: NotifyWhen | undefined;
}

function opened(factory: IDBFactory, account: string): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    const request = factory.open(`jaseur:${account}`);
    request.onupgradeneeded = () => request.transaction?.abort(); // it was not there, and is not made here
    request.onerror = () => resolve(undefined);
    request.onsuccess = () => resolve(request.result);
  });
}

function valueOf(db: IDBDatabase, store: string, key: string): Promise<unknown> {
  return new Promise((resolve) => {
    if (!db.objectStoreNames.contains(store)) {
      resolve(undefined);
      return;
    }
    const request = db.transaction(store).objectStore(store).get(key) as IDBRequest<unknown>;
    request.onerror = () => resolve(undefined);
    request.onsuccess = () => resolve(request.result);
  });
}

/** language: of who has chosen none */
export async function known(factory: IDBFactory, account: string, jid: string, language: string): Promise<Known> {
  const db = await opened(factory, account);
  if (!db) return { settings: readSettings(undefined, language), name: "", nick: undefined, wish: undefined };
  // A page with a newer version must not wait for this.
  db.onversionchange = () => db.close();
  try {
    const fact = async (name: string): Promise<string | undefined> => {
      const value = await valueOf(db, "facts", name);
      return typeof value === "string" ? value : undefined;
    };
    const nameOf = async (person: string): Promise<string> => ((await valueOf(db, "contacts", person)) as Contact | undefined)?.name ?? "";
    const settings = readSettings(await fact(SETTINGS_FACT), language);
    const room = (await valueOf(db, "rooms", jid)) as Room | undefined;
    if (!room) return { settings, name: await nameOf(jid), nick: undefined, wish: readWishes(await fact(WISHES_FACT)).get(jid) };
    const people = await Promise.all(room.people.slice(0, PEOPLE_MAX).map(async (one) => (await nameOf(one)) || localOf(one)));
    return { settings, name: room.name || people.join(", "), nick: room.nick, wish: room.notify ?? (room.info?.isPublic ? "on-mention" : undefined) };
  } finally {
    db.close();
  }
}
