// SPDX-License-Identifier: MIT
//
// What the pages of this browser have written down about an account (model/store.ts), read only:
// names of conversations, what is wished to be told. The database is the pages' alone to make
// and to change; where there is none, nothing is known.

import { readSettings, type NoticeSettings, type Wish } from "../model/notice.js";

/** Names of facts in the store. */
export const SETTINGS_FACT = "notices";
export const WISHES_FACT = "notice wishes";

export interface Known {
  readonly settings: NoticeSettings;
  readonly name: string;
  readonly isRoom: boolean;
  readonly wish: Wish | undefined;
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

/** Wishes of conversations as they are written down, by address. */
export function readWishes(written: string | undefined): Map<string, Wish> {
  const wishes = new Map<string, Wish>();
  let value: unknown;
  try {
    value = JSON.parse(written ?? "{}");
  } catch {
    return wishes;
  }
  for (const [jid, wish] of Object.entries((value ?? {}) as Record<string, unknown>))
    if (wish === "always" || wish === "on-mention" || wish === "never") wishes.set(jid, wish);
  return wishes;
}

/** language: of who has chosen none */
export async function known(factory: IDBFactory, account: string, jid: string, language: string): Promise<Known> {
  const db = await opened(factory, account);
  if (!db) return { settings: readSettings(undefined, language), name: "", isRoom: false, wish: undefined };
  // A page with a newer version must not wait for this.
  db.onversionchange = () => db.close();
  try {
    const fact = async (name: string): Promise<string | undefined> => {
      const value = await valueOf(db, "facts", name);
      return typeof value === "string" ? value : undefined;
    };
    const contact = (await valueOf(db, "contacts", jid)) as { readonly name?: unknown } | undefined;
    const conversation = (await valueOf(db, "conversations", jid)) as { readonly kind?: unknown } | undefined;
    return {
      settings: readSettings(await fact(SETTINGS_FACT), language),
      name: typeof contact?.name === "string" ? contact.name : "",
      isRoom: conversation?.kind === "room",
      wish: readWishes(await fact(WISHES_FACT)).get(jid),
    };
  } finally {
    db.close();
  }
}
