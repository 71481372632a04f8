// SPDX-License-Identifier: MIT
//
// A tab that has a call may crash and say nothing. So it holds a lock of its name while it is there; who
// gets that lock knows that it is gone.

/** The part of Web Locks that is used. */
export interface LeftLocks {
  request(name: string, options: { readonly signal?: AbortSignal; readonly ifAvailable?: boolean }, held: (lock: object | null) => Promise<void> | void): Promise<unknown>;
}

function nameOf(tab: string): string {
  return `jaseur:tab:${tab}`;
}

/** Resolves once it is held, until the page is gone. */
export function stay(locks: LeftLocks | undefined, tab: string): Promise<void> {
  if (!locks) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const held = (): Promise<void> => {
      resolve();
      return new Promise(() => undefined);
    };
    locks.request(nameOf(tab), {}, held).catch(reject);
  });
}

/** tab: has called stay(). Without locks nobody knows. */
export function onLeft(locks: LeftLocks | undefined, tab: string, signal: AbortSignal, left: () => void): void {
  locks?.request(nameOf(tab), { signal }, left).catch(() => undefined); // nobody wants to know any more
}
