// SPDX-License-Identifier: MIT
//
// What guests leave in a browser (store.ts): nothing. A guest is gone with the page; but a page that goes may have
// no time to remove its store. So it holds a lock of the store's name while it is there, and pages that come later
// remove the stores whose locks nobody holds.

/** The part of Web Locks that is used. */
export interface GuestLocks {
  request(name: string, held: () => Promise<void>): Promise<unknown>;
  request(name: string, options: { ifAvailable: true }, held: (lock: object | null) => Promise<void> | undefined): Promise<unknown>;
}

const PREFIX = "jaseur:guest:"; // no account has a ":" in it (RFC 7622 section 3.3.1)

/** The name of a guest's database. */
export function guestStore(account: string): string {
  return PREFIX + account;
}

export function removed(factory: IDBFactory, store: string): Promise<void> {
  return new Promise((resolve) => {
    const request = factory.deleteDatabase(store);
    request.onsuccess = request.onerror = () => resolve();
  });
}

/** Resolves when the store is held, to what lets go of it. */
export function held(locks: GuestLocks | undefined, store: string): Promise<() => void> {
  if (!locks) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    locks.request(store, () => new Promise<void>((letGo) => resolve(letGo))).catch(reject);
  });
}

/** Of guests whose pages are gone. Without locks, or a list of what there is, they stay. */
export async function removeLeft(locks: GuestLocks | undefined, factory: IDBFactory): Promise<void> {
  if (!locks || !("databases" in factory)) return;
  for (const { name } of await factory.databases())
    if (name?.startsWith(PREFIX)) await locks.request(name, { ifAvailable: true }, (lock) => (lock ? removed(factory, name) : undefined));
}
