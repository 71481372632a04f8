// SPDX-License-Identifier: MIT
//
// What all tabs hear and one of them must do: who gets the lock does it, and holds it until the
// others have heard as well.

const HELD_MS = 5_000;

export interface TryLocks {
  request(name: string, options: { ifAvailable: true }, held: (lock: object | null) => Promise<void> | void): Promise<unknown>;
}

/** Whether it is for this tab to do. Without locks every tab is alone. */
export function isMine(locks: TryLocks | undefined, name: string): Promise<boolean> {
  if (!locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const asked = locks.request(`jaseur:once:${name}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<void>((letGo) => setTimeout(letGo, HELD_MS));
    });
    asked.catch(() => resolve(false)); // a page that goes away
  });
}
