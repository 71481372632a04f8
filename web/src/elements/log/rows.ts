// SPDX-License-Identifier: MIT
//
// The rows of a list of messages: the messages, and between them what happened in a room. How far the history is
// read, what is unread and which message is the last is told by messages alone.

import type { Timeline } from "../../model/timeline.js";
import type { ChatMessage, Happening } from "../../model/types.js";

/** What happened between two messages, on one day. */
export interface Happened {
  readonly key: string;
  readonly time: number;
  readonly happened: string;
}

export type Row = ChatMessage | Happened;

function dayOf(time: number): string {
  return new Date(time).toDateString();
}

/**
 * What happened where no messages are is left out: it is read when somebody goes there.
 * happenings: oldest first
 * tell: "" for nothing
 */
export function rowsOf(
  { messages, isComplete, isAway }: Pick<Timeline, "messages" | "isComplete" | "isAway">,
  happenings: readonly Happening[],
  tell: (some: readonly Happening[]) => string,
): readonly Row[] {
  const from = isComplete ? 0 : (messages[0]?.time ?? 0);
  const until = isAway ? (messages.at(-1)?.time ?? 0) : Infinity;
  const here = happenings.filter(({ time }) => time > from && time < until);
  if (!here.length) return messages;
  const rows: Row[] = [];
  let next = 0;
  const putBefore = (time: number): void => {
    while (next < here.length && (here[next]?.time ?? 0) < time) {
      const { time: began = 0 } = here[next] ?? {};
      const day = dayOf(began);
      let end = next + 1;
      for (let one = here[end]; one && one.time < time && dayOf(one.time) === day; one = here[++end]);
      const happened = tell(here.slice(next, end));
      if (happened) rows.push({ key: `happened ${began}`, time: began, happened });
      next = end;
    }
  };
  for (const message of messages) {
    putBefore(message.time);
    rows.push(message);
  }
  putBefore(Infinity);
  return rows;
}
