// SPDX-License-Identifier: MIT
//
// Plain values of what strangers said: bounded, and without what was not said.

/** The value without what is undefined in it. */
export function compact<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

/** Trimmed, and of at most so many UTF-16 units: whole characters of them. "" for nothing. */
export function bounded(said: string | undefined, max: number): string {
  const trimmed = said?.trim() ?? "";
  if (trimmed.length <= max) return trimmed;
  const last = trimmed.charCodeAt(max - 1);
  return trimmed.slice(0, last >= 0xd800 && last < 0xdc00 ? max - 1 : max);
}

/** A whole number from 0 up; undefined when it is none. */
export function count(said: string | undefined): number | undefined {
  return said !== undefined && /^\s*\d{1,15}\s*$/.test(said) ? Number(said) : undefined;
}

/** What XML calls true (XML Schema part 2, section 3.2.2). */
export function flag(said: string | undefined): boolean {
  return said === "true" || said === "1";
}
