// SPDX-License-Identifier: MIT
//
// What the client knows, as values that can be stored and sent to another tab.

import type { ConnectionState } from "../core/connection.js";
import type { Availability } from "../protocol/rfc6121_presence.js";
import type { RosterItem } from "../protocol/rfc6121_roster.js";
import type { Affiliation, Occupant, Role } from "../protocol/xep0045.js";
import type { RoomInfo } from "../protocol/xep0045_info.js";
import type { Xml } from "../core/xml.js";
import type { MediaKind } from "../protocol/xep0167_parameters.js";
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

/** A call and what became of it. */
export interface CallMade {
  readonly media: readonly MediaKind[];
  /** When: milliseconds of the epoch; undefined: it was not. */
  readonly answered?: number;
  readonly isRefused?: true;
  /** Milliseconds. */
  readonly lasted?: number;
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
  /** It is for the account among those in the room: by name, or as an answer. */
  readonly isMention?: true;
  /** Nothing in the text means a style. */
  readonly isUnstyled?: true;
  /** A file's address. */
  readonly url?: string;
  readonly file?: FileDetails;
  /** It is no text but a call, by whose id it goes. */
  readonly call?: CallMade;
  /** By who reacted: bare, in rooms an occupant's id. */
  readonly reactions?: Readonly<Record<string, readonly string[]>>;
}

export interface Conversation {
  readonly with: string;
  readonly kind: "chat" | "room";
  readonly unread: number;
  /** Those of the unread that are for the account; in rooms. */
  readonly mentions: number;
  /** Milliseconds of the epoch: when it began here; 0 for what is known by its messages. */
  readonly since: number;
  /** Of the last message; 0: nothing was said. */
  readonly time: number;
  /** As it reads; of one that a moderator took away, the reason. */
  readonly lastText: string;
  /** It was taken back. */
  readonly lastEnd: "" | "retracted" | "moderated";
  readonly isLastOwn: boolean;
  /** It was a call. */
  readonly isLastCall: boolean;
  /** In rooms: who said it. */
  readonly lastAuthor: string;
  /** In rooms: the time of the last message that was displayed on any device; 0: of none. */
  readonly readUntil: number;
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

/** availability: undefined until it is known */
export type SeenPresence = Omit<PersonPresence, "availability"> & { readonly availability: Availability | undefined };

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

/**
 *   kept     what is shown is in the store
 *   full     no room is left for more
 *   missing  this browser keeps nothing, as some private windows do
 */
export type StorageState = "kept" | "full" | "missing";

/** The account and a room: what it wants, and how it stands. */
export interface Room {
  readonly jid: string;
  /** "" without: it is called by the people in it. */
  readonly name: string;
  /** Own, or the one that will be tried. */
  readonly nick: string;
  /** To be in it whenever there is a connection. */
  readonly isWanted: boolean;
  readonly standing: "outside" | "entering" | "inside";
  /**
   * Why one is not in: the condition of an error (XEP-0045 section 7.2), or "banned", "kicked", "removed",
   * "destroyed"; "" for nothing.
   */
  readonly problem: string;
  /** What was said about it; "" for nothing. */
  readonly reason: string;
  readonly subject: string;
  readonly role: Role;
  readonly affiliation: Affiliation;
  /** Own, of XEP-0421; "" while it is not known. */
  readonly ownId: string;
  /** What is said while one is away comes, too (docs/rooms.md). */
  readonly isSubscribed: boolean;
  readonly notify?: NotifyWhen;
  readonly password?: string;
  readonly info?: RoomInfo;
  /** Of a conversation that is called by its people: their addresses without the own one. */
  readonly people: readonly string[];
}

/** What owners decide. */
export interface RoomSettings {
  readonly name: string;
  readonly description: string;
  /** It can be found. */
  readonly isPublic: boolean;
  readonly isMembersOnly: boolean;
  /** Who comes may listen only, until somebody lets him speak. */
  readonly isModerated: boolean;
  /** Everybody sees who people are. */
  readonly showsAddresses: boolean;
  /** "" for none. */
  readonly password: string;
}

/** Somebody wants the account in a room, and it is for the person to say whether. */
export interface RoomInvitation {
  readonly room: string;
  /** Of the room; "" without. */
  readonly name: string;
  /** Bare. */
  readonly from: string;
  readonly reason: string;
  readonly password?: string;
}

/**
 * Something that happened in a room and is no message. Who comes and goes is told in small rooms, and kept by
 * nobody.
 *
 *   demoted, guest         no moderator, no member any more
 *   speaker, listener      he may write; he may not
 *   archived, unarchived   of what is said from then on (XEP-0045 section 10.2.1)
 *   open, halfOpen, closed everybody, moderators, nobody can see who people are
 */
export interface Happening {
  readonly room: string;
  readonly time: number;
  readonly what:
    | ("came" | "left" | "renamed")
    | ("kicked" | "banned" | "removed" | "destroyed")
    | ("owner" | "moderator" | "demoted" | "member" | "guest" | "speaker" | "listener")
    | ("subject" | "named" | "pictured" | "configured")
    | ("archived" | "unarchived" | "open" | "halfOpen" | "closed");
  /** Of whom; "" for the room itself. */
  readonly nick: string;
  /** Bare; where the room tells. */
  readonly jid?: string;
  readonly isOwn: boolean;
  /** Nickname of who did it; "" where it is not told. */
  readonly by: string;
  /** The reason; the new nickname; the subject; the name. */
  readonly text: string;
}

/** Some of those who are in a room, and what happened. */
export interface OccupantsNews {
  readonly kind: "occupants";
  readonly room: string;
  readonly put: readonly Occupant[];
  /** Nicknames. */
  readonly gone: readonly string[];
  /** `put` are all of them. */
  readonly all: boolean;
  readonly happenings: readonly Happening[];
}

/** Between this account and somebody (parts/calls.ts). */
export interface Call {
  /** Of the session. */
  readonly id: string;
  /** Bare. */
  readonly with: string;
  /** The device at the other end, full; "" before it is known. */
  readonly peer: string;
  readonly isOwn: boolean;
  /** What whoever calls would send. */
  readonly media: readonly MediaKind[];
  readonly state: "calling" | "ringing" | "incoming" | "answered";
  /** The tab that has called or answered; "" for none. */
  readonly tab: string;
}

/** elsewhere: another device has answered; ended: somebody wanted it so */
export type CallEnd = "refused" | "busy" | "unanswered" | "missed" | "elsewhere" | "ended" | "failed";

export interface Snapshot {
  /** Bare; "" before the first login. */
  readonly account: string;
  readonly connection: ConnectionState;
  /** Whether connect() needs no secret. */
  readonly hasToken: boolean;
  readonly contacts: readonly Contact[];
  /** The contacts are those of this session. */
  readonly isReady: boolean;
  readonly presences: readonly PersonPresence[];
  /** The presence of other contacts is not known, unless somebody looks at them. */
  readonly isSelective: boolean;
  readonly conversations: readonly Conversation[];
  readonly requests: readonly ContactRequest[];
  /** Names of groups of which only the name is shown. */
  readonly folded: readonly string[];
  readonly blocked: readonly string[];
  readonly avatars: readonly AvatarOf[];
  readonly nicks: readonly NickOf[];
  readonly notices: NoticesState;
  readonly push: PushState;
  readonly uploads: readonly Upload[];
  readonly uploadPlace: UploadPlace;
  readonly rooms: readonly Room[];
  readonly occupants: readonly OccupantsNews[];
  /** By room, oldest first. */
  readonly happenings: readonly (readonly [string, readonly Happening[]])[];
  readonly invitations: readonly RoomInvitation[];
  readonly storage: StorageState;
  readonly call?: Call | undefined;
}

/** A change, in the order in which it happened. */
export type News =
  | { readonly kind: "call"; readonly call: Call }
  | { readonly kind: "callEnd"; readonly call: Call; readonly how: CallEnd }
  /** For the tab that has it: what the other end says. */
  | { readonly kind: "callSignal"; readonly id: string; readonly jingle: Xml }
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "connection"; readonly connection: ConnectionState; readonly account: string; readonly hasToken: boolean }
  /** all: `put` are the whole roster */
  | { readonly kind: "contacts"; readonly put: readonly Contact[]; readonly removed: readonly string[]; readonly all: boolean }
  /** There is a connection, and the contacts are known. */
  | { readonly kind: "ready" }
  /** All of them. */
  | { readonly kind: "presences"; readonly presences: readonly PersonPresence[]; readonly isSelective: boolean }
  /** Nobody has looked at them for long: their presence is not known any more. */
  | { readonly kind: "unwatched"; readonly jids: readonly string[] }
  | { readonly kind: "presence"; readonly presence: PersonPresence }
  | { readonly kind: "conversation"; readonly conversation: Conversation }
  | { readonly kind: "conversationGone"; readonly with: string }
  /** isNew: it has just been said, by somebody else */
  | { readonly kind: "message"; readonly message: ChatMessage; readonly isNew: boolean }
  /** It is there no more: it was written here, and not sent. */
  | { readonly kind: "dropped"; readonly with: string; readonly key: string }
  /** who: a nickname, in rooms */
  | { readonly kind: "typing"; readonly with: string; readonly isTyping: boolean; readonly who?: string }
  | { readonly kind: "room"; readonly room: Room }
  | { readonly kind: "roomGone"; readonly jid: string }
  | OccupantsNews
  | { readonly kind: "invitations"; readonly invitations: readonly RoomInvitation[] }
  /** All of them. */
  | { readonly kind: "folded"; readonly folded: readonly string[] }
  | { readonly kind: "blocked"; readonly blocked: readonly string[] }
  /** hash, nick: "" for none */
  | ({ readonly kind: "avatar" } & AvatarOf)
  | ({ readonly kind: "nick" } & NickOf)
  | { readonly kind: "requests"; readonly requests: readonly ContactRequest[] }
  /** Only while somebody watches (developer.ts). */
  | { readonly kind: "passed"; readonly passed: PassedStanza }
  | { readonly kind: "notices"; readonly notices: NoticesState }
  | { readonly kind: "push"; readonly push: PushState }
  | { readonly kind: "storage"; readonly storage: StorageState }
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
