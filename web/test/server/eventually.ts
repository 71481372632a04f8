// SPDX-License-Identifier: MIT

const PATIENCE_MS = 30_000;

type Nothing = undefined | null | false;

/** Waits until there is something, which is none of undefined, null and false. */
export async function eventually<T>(what: () => T | Nothing | Promise<T | Nothing>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await what();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > end) throw new Error(`nothing came: ${String(what)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
