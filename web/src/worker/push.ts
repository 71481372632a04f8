// SPDX-License-Identifier: MIT
//
// What the server pushes (docs/schemas/web-push.json), decrypted by the browser already.

import type { NoticeKind } from "../model/notice.js";

export interface Pushed {
  /** Bare. */
  readonly account: string;
  readonly kind: NoticeKind;
  /** Messages, in all conversations; 0: not told. */
  readonly unread: number;
  /** Full; "": not told. */
  readonly sender: string;
  readonly text: string;
}

const KINDS: Readonly<Record<string, Pushed["kind"]>> = { call: "call", subscription: "request" };
const ADDRESS_MAX = 3071;
const TEXT_MAX = 4096;

function textAt(value: object, name: string, max: number): string {
  const text = (value as Record<string, unknown>)[name];
  return typeof text === "string" && text.length <= max ? text : "";
}

/** undefined: it is nothing that the server says */
export function readPush(value: unknown): Pushed | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const account = textAt(value, "account", ADDRESS_MAX);
  const unread = (value as Record<string, unknown>)["message-count"];
  if (!account) return undefined;
  return {
    account,
    kind: KINDS[textAt(value, "kind", 100)] ?? "message", // "More kinds may come: show them like messages."
    unread: typeof unread === "number" && unread > 0 ? Math.floor(unread) : 0,
    sender: textAt(value, "last-message-sender", ADDRESS_MAX),
    text: textAt(value, "last-message-body", TEXT_MAX),
  };
}
