// SPDX-License-Identifier: MIT
//
// Who is meant by "@name" in what is being written.

import type { Mention } from "../../protocol/xep0513.js";

export interface Person {
  readonly name: string;
  /** Bare. */
  readonly jid?: string;
  readonly occupantId?: string;
}

const SHOWN_MAX = 8;
const TYPED_MAX = 40;

/** What stands behind the last "@" before the caret; undefined when nobody is being named. */
export function typedName(text: string, caret: number): string | undefined {
  const typed = /(?:^|[\s([{"'«“])@([^@\n]*)$/u.exec(text.slice(Math.max(0, caret - TYPED_MAX), caret))?.[1];
  // A name may have a space, but does not begin with one.
  return typed === undefined || /^\s/.test(typed) ? undefined : typed;
}

/** Those whose name, or a word of it, begins so; the order is kept. */
export function namedSo(people: readonly Person[], typed: string): Person[] {
  const wanted = typed.toLocaleLowerCase();
  const fits = (name: string): boolean => name.startsWith(wanted) || name.split(/\s+/).some((word) => word.startsWith(wanted));
  return people.filter(({ name }) => fits(name.toLocaleLowerCase())).slice(0, SHOWN_MAX);
}

/** Those of the people that were chosen whom the text still names, with their places. */
export function mentionsIn(text: string, chosen: readonly Person[]): Mention[] {
  const mentions: (Mention & { readonly start: number; readonly end: number })[] = [];
  // Longer names first: "@Ann" is no part of "@Anna".
  for (const { name, jid, occupantId } of [...chosen].sort((a, b) => b.name.length - a.name.length)) {
    const word = `@${name}`;
    for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
      const end = start + word.length;
      if (mentions.some((one) => start < one.end && one.start < end)) continue;
      mentions.push({ start, end, ...(jid === undefined ? {} : { jid }), ...(occupantId === undefined ? {} : { occupantId }) });
      break;
    }
  }
  return mentions.sort((a, b) => a.start - b.start);
}
