// SPDX-License-Identifier: MIT
//
// What the client knows, as values that can be stored and sent to another tab.

import type { ConnectionState } from "../core/connection.js";
import type { Availability } from "../protocol/rfc6121_presence.js";
import type { RosterItem } from "../protocol/rfc6121_roster.js";

export type Contact = RosterItem;

/** How far an own message has come. */
export type Progress = "sending" | "sent" | "received" | "read" | "failed";

export interface ChatMessage {
  /** Of this store. */
  readonly key: string;
  /** The conversation: the other's bare address. */
  readonly with: string;
  readonly isOwn: boolean;
  readonly text: string;
  /** Milliseconds of the epoch; messages are in this order. */
  readonly time: number;
  /** As the sender chose it. */
  readonly id?: string;
  readonly archiveId?: string;
  readonly progress?: Progress;
  readonly isCorrected?: true;
  readonly isRetracted?: true;
  /** A file's address. */
  readonly url?: string;
  /** By who reacted, bare. */
  readonly reactions?: Readonly<Record<string, readonly string[]>>;
}

export interface Conversation {
  readonly with: string;
  readonly unread: number;
  /** Of the last message; 0: nothing was said. */
  readonly time: number;
  readonly lastText: string;
  readonly isLastOwn: boolean;
  /** What was begun to be written. */
  readonly draft: string;
  /** Nothing older is in the archive. */
  readonly isComplete: boolean;
  /** How far back the archive was read: an id of it; "" for not at all. */
  readonly oldestRead: string;
}

export interface PersonPresence {
  readonly jid: string;
  readonly availability: Availability;
  readonly status: string;
}

/** Somebody who wants to see the account's presence. */
export interface ContactRequest {
  readonly jid: string;
  readonly text: string;
}

export interface Snapshot {
  /** Bare; "" before the first login. */
  readonly account: string;
  readonly connection: ConnectionState;
  /** Whether connect() needs no secret. */
  readonly hasToken: boolean;
  readonly contacts: readonly Contact[];
  readonly presences: readonly PersonPresence[];
  readonly conversations: readonly Conversation[];
  readonly requests: readonly ContactRequest[];
}

/** A change, in the order in which it happened. */
export type News =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "connection"; readonly connection: ConnectionState; readonly account: string; readonly hasToken: boolean }
  /** all: `put` are the whole roster */
  | { readonly kind: "contacts"; readonly put: readonly Contact[]; readonly removed: readonly string[]; readonly all: boolean }
  /** All of them. */
  | { readonly kind: "presences"; readonly presences: readonly PersonPresence[] }
  | { readonly kind: "presence"; readonly presence: PersonPresence }
  | { readonly kind: "conversation"; readonly conversation: Conversation }
  /** isNew: it has just been said, by somebody else */
  | { readonly kind: "message"; readonly message: ChatMessage; readonly isNew: boolean }
  | { readonly kind: "typing"; readonly with: string; readonly isTyping: boolean }
  | { readonly kind: "requests"; readonly requests: readonly ContactRequest[] };

export interface History {
  readonly messages: readonly ChatMessage[];
  /** Nothing older is in the archive. */
  readonly isComplete: boolean;
}
