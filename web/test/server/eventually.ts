// SPDX-License-Identifier: MIT

const PATIENCE_MS = 30_000;

/** Waits until there is something, which is neither undefined nor false. */
export async function eventually<T>(what: () => T | undefined | false): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = what();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`nothing came: ${String(what)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
