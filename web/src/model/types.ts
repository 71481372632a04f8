// SPDX-License-Identifier: MIT
//
// What the client knows, as values that can be stored and sent to another tab.

import type { ConnectionState } from "../core/connection.js";
import type { Availability } from "../protocol/rfc6121_presence.js";
import type { RosterItem } from "../protocol/rfc6121_roster.js";
import type { Moderation } from "../protocol/xep0425.js";
import type { FileDetails } from "../protocol/xep0447.js";
import type { Reply } from "../protocol/xep0461.js";
import type { Mention } from "../protocol/xep0513.js";
import type { PassedStanza } from "./developer.js";
import type { NotifyWhen } from "../protocol/xep0492.js";
import type { Notice, NoticeSettings } from "./notice.js";

export type Contact = RosterItem;

/** How far an own message has come. */
export type Progress = "sending" | "sent" | "received" | "read" | "failed";

/** Who said something in a room. */
export interface Author {
  readonly nick: string;
  /** As the room gave it (XEP-0421): nicknames change hands. */
  readonly id?: string;
  /** Bare, where the room says it. */
  readonly jid?: string;
}

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
  /** It was a moderator who took it back. */
  readonly moderated?: Moderation;
  /** In rooms. */
  readonly author?: Author;
  /** What it answers. */
  readonly reply?: Reply;
  readonly mentions?: readonly Mention[];
  /** Nothing in the text means a style. */
  readonly isUnstyled?: true;
  /** A file's address. */
  readonly url?: string;
  readonly file?: FileDetails;
  /** By who reacted: bare, in rooms an occupant's id. */
  readonly reactions?: Readonly<Record<string, readonly string[]>>;
}

export interface Conversation {
  readonly with: string;
  readonly kind: "chat" | "room";
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
  /** Milliseconds of the epoch: since then nobody has touched the client. */
  readonly idleSince?: number;
}

/** What is told about somebody who is blocked. */
export interface Complaint {
  readonly reason: "spam" | "abuse";
  readonly text: string;
}

/** Who has which picture: SHA-1, hex. */
export interface AvatarOf {
  readonly jid: string;
  readonly hash: string;
}

/** How somebody calls himself. */
export interface NickOf {
  readonly jid: string;
  readonly nick: string;
}

/** Somebody who wants to see the account's presence. */
export interface ContactRequest {
  readonly jid: string;
  readonly text: string;
}

/** An own message that did not arrive, which somebody should know. */
export interface Failure {
  readonly key: string;
  readonly with: string;
  readonly text: string;
  readonly time: number;
}

export interface NoticesState {
  /** Of this device. */
  readonly settings: NoticeSettings;
  /** By conversation; those that are like the others are not here. */
  readonly wishes: Readonly<Record<string, NotifyWhen>>;
  /** Latest first. */
  readonly failures: readonly Failure[];
}

/** Whether the browser's push service tells this device what comes while no page is open. */
export interface PushState {
  /** The server's key (RFC 8292); "": the server has no such thing, or there is no connection. */
  readonly key: string;
  /** The endpoint that the server was told of; "": none. */
  readonly endpoint: string;
}

/** Why a file did not get to the server. */
export type UploadFailure = "too-large" | "no-space" | "no-service" | "refused" | "network" | "interrupted";

/** A file that is not sent yet. */
export interface Upload {
  readonly key: string;
  /** The conversation. */
  readonly with: string;
  readonly file: FileDetails;
  /** What is said after it. */
  readonly caption: string;
  /** Milliseconds of the epoch: when it was chosen. */
  readonly time: number;
  /** waiting: for its turn, or for the connection */
  readonly state: "waiting" | "sending" | "failed";
  /** Bytes. */
  readonly sent: number;
  readonly failure?: UploadFailure;
}

/** Where the host keeps files. */
export interface UploadPlace {
  /** Bytes of a file, at most; undefined: nobody says. */
  readonly maxSize: number | undefined;
  /** With what addresses of its files begin. */
  readonly bases: readonly string[];
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
  readonly blocked: readonly string[];
  readonly avatars: readonly AvatarOf[];
  readonly nicks: readonly NickOf[];
  readonly notices: NoticesState;
  readonly push: PushState;
  readonly uploads: readonly Upload[];
  readonly uploadPlace: UploadPlace;
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
  /** It is there no more: it was written here, and not sent. */
  | { readonly kind: "dropped"; readonly with: string; readonly key: string }
  | { readonly kind: "typing"; readonly with: string; readonly isTyping: boolean }
  /** All of them. */
  | { readonly kind: "blocked"; readonly blocked: readonly string[] }
  /** hash, nick: "" for none */
  | ({ readonly kind: "avatar" } & AvatarOf)
  | ({ readonly kind: "nick" } & NickOf)
  | { readonly kind: "requests"; readonly requests: readonly ContactRequest[] }
  /** Only while somebody watches (developer.ts). */
  | { readonly kind: "passed"; readonly passed: PassedStanza }
  | { readonly kind: "notices"; readonly notices: NoticesState }
  | { readonly kind: "push"; readonly push: PushState }
  /** To be told outside the page, by one tab. key: of what has happened */
  | { readonly kind: "notice"; readonly notice: Notice; readonly key: string; readonly sound: "message" | "mention" }
  | { readonly kind: "upload"; readonly upload: Upload }
  /** url: where it is now; undefined: it is not sent */
  | { readonly kind: "uploadEnd"; readonly key: string; readonly url: string | undefined }
  | { readonly kind: "uploadPlace"; readonly place: UploadPlace };

/** A piece of a conversation, oldest first. */
export interface History {
  readonly messages: readonly ChatMessage[];
  /** Nothing is further in the direction in which was read. */
  readonly isComplete: boolean;
}

/** A piece somewhere in a conversation. */
export interface Excursion {
  readonly messages: readonly ChatMessage[];
  /** The message that was looked for, or the first after that time; "" when there is none. */
  readonly key: string;
  readonly isStart: boolean;
  readonly isEnd: boolean;
}

/** What was found by words. */
export interface Hit {
  readonly with: string;
  readonly archiveId: string;
  readonly time: number;
  readonly isOwn: boolean;
  /** In rooms; between two it is a part of the address. */
  readonly nick: string;
  readonly text: string;
}

export interface Hits {
  /** Newest first. */
  readonly hits: readonly Hit[];
  /** Where more would be; undefined: there is no more. */
  readonly next?: string;
}

/** A place in a conversation. */
export interface At {
  readonly time: number;
  /** Of the message there, when the archive has it. */
  readonly archiveId?: string;
}
