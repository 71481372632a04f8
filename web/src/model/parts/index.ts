// SPDX-License-Identifier: MIT
//
// The parts of an engine by name. Sessions begin and stanzas pass in this order.

import type { Later } from "../later.js";
import type { Asked, Host, Part } from "../part.js";
import { AvatarsPart } from "./avatars.js";
import { BlockingPart } from "./blocking.js";
import { CallsPart } from "./calls.js";
import { ChatPart } from "./chat.js";
import { ConversationsPart } from "./conversations.js";
import { DeveloperPart } from "./developer.js";
import { HistoryPart } from "./history.js";
import { NoticesPart } from "./notices.js";
import { PresencesPart } from "./presences.js";
import { ProfilesPart } from "./profiles.js";
import { PushPart } from "./push.js";
import { RoomCarePart } from "./room_care.js";
import { RoomTalkPart } from "./room_talk.js";
import { RoomsPart } from "./rooms.js";
import { RosterPart } from "./roster.js";
import { SearchPart } from "./search.js";
import { SessionPart } from "./session.js";
import { UploadsPart } from "./uploads.js";
import { Watched } from "./watched.js";

export function makeParts(host: Host) {
  const conversations = new ConversationsPart(host);
  const roster = new RosterPart(host);
  const history = new HistoryPart(host, conversations);
  const presences = new PresencesPart(host, conversations, new Watched(host, roster));
  const rooms = new RoomsPart(host, conversations, presences, roster);
  const chat = new ChatPart(host, conversations, history, rooms);
  const notices = new NoticesPart(host, roster, conversations, rooms);
  return {
    session: new SessionPart(host),
    roster,
    presences,
    blocking: new BlockingPart(host),
    avatars: new AvatarsPart(host),
    profiles: new ProfilesPart(host),
    conversations,
    calls: new CallsPart(host, { roster, history, notices }),
    history,
    rooms,
    roomTalk: new RoomTalkPart(host, conversations, history, rooms, chat),
    roomCare: new RoomCarePart(host, rooms),
    chat,
    search: new SearchPart(host, conversations, history),
    developer: new DeveloperPart(host),
    notices,
    push: new PushPart(host),
    uploads: new UploadsPart(host, chat),
  } satisfies Readonly<Record<string, Part>>;
}

export type Parts = ReturnType<typeof makeParts>;

/** Who is asked: the part, or what is loaded in its place. */
type Whole<Name extends keyof Parts> = Parts[Name] extends { readonly later: Later<infer P extends Asked> } ? P : Parts[Name];

/** What tabs may ask for: part, method. */
export type AskOf<Name extends keyof Parts> = Whole<Name>["asks"][number] & keyof Whole<Name>;
type Method<Name extends keyof Parts, Ask extends AskOf<Name>> = Whole<Name>[Ask] extends (...args: infer Args) => infer Result
  ? { args: Args; result: Awaited<Result> }
  : never;
export type ArgsOf<Name extends keyof Parts, Ask extends AskOf<Name>> = Method<Name, Ask>["args"];
export type ResultOf<Name extends keyof Parts, Ask extends AskOf<Name>> = Method<Name, Ask>["result"];

/** Asks the engine, in whatever tab it is. Rejects when it could not be done. */
export interface Asker {
  ask<Name extends keyof Parts, Ask extends AskOf<Name>>(part: Name, name: Ask, ...args: ArgsOf<Name, Ask>): Promise<ResultOf<Name, Ask>>;
}
