// SPDX-License-Identifier: MIT
//
// The inbox: XEP-0430 0.2.0. Conversations with their last message and what is unread.

import { child, xml, type Xml } from "../core/xml.js";
import { pageWish, type PageWish } from "./xep0059.js";
import { readArchiveResult, type ArchiveResult } from "./xep0313.js";

export const NS_INBOX = "urn:xmpp:inbox:1";

export interface InboxEntry {
  readonly jid: string;
  readonly unread: number;
  /** Of the last message, in the archive. */
  readonly id: string;
  readonly last?: ArchiveResult;
}

function countOf(value: string | undefined): number {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

export function inboxQuery(page: PageWish): Xml {
  return xml("inbox", NS_INBOX, {}, pageWish(page));
}

/** account: whose inbox was asked */
export function readInboxEntry(stanza: Xml, account: string): InboxEntry | undefined {
  const entry = child(stanza, "entry", NS_INBOX);
  if (!entry?.attrs.jid || (stanza.attrs.from !== undefined && stanza.attrs.from !== account)) return undefined;
  const last = readArchiveResult(stanza, account);
  return { jid: entry.attrs.jid, unread: countOf(entry.attrs.unread), id: entry.attrs.id ?? "", ...(last && { last }) };
}
