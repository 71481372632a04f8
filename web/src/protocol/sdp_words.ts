// SPDX-License-Identifier: MIT
//
// What others say of a session becomes lines of SDP (RFC 8866), in which a space or the end of a
// line begins something else. So it is taken only where it has none.

const WORD_MAX = 256; // UTF-16 units
const VALUE_MAX = 1024;

/** Undefined: it is none. */
export function word(said: string | undefined): string | undefined {
  return said !== undefined && said.length <= WORD_MAX && /^[\x21-\x7e]+$/.test(said) ? said : undefined;
}

/** The rest of a line: it may have spaces. */
export function restOfLine(said: string | undefined): string | undefined {
  return said !== undefined && said.length <= VALUE_MAX && /^[\x20-\x7e]*$/.test(said) ? said : undefined;
}

/** From 0 up to max. */
export function numberUpTo(max: number, said: string | undefined): number | undefined {
  const value = said !== undefined && /^\d{1,10}$/.test(said) ? Number(said) : NaN;
  return value <= max ? value : undefined;
}
