// SPDX-License-Identifier: MIT
//
// Places in texts: XEP-0426 0.3.0 counts characters of Unicode, strings here count UTF-16 units.

/** The place of the character with that number; undefined beyond the end. */
export function unitsAt(text: string, characters: number): number | undefined {
  let units = 0;
  for (let left = characters; left > 0; left--) {
    const code = text.codePointAt(units);
    if (code === undefined) return undefined;
    units += code > 0xffff ? 2 : 1;
  }
  return units;
}

/** How many characters are before that place. */
export function charactersAt(text: string, units: number): number {
  let characters = 0;
  for (let at = 0; at < units; characters++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return characters;
}
