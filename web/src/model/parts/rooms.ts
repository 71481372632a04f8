// SPDX-License-Identifier: MIT
//
// The rooms of the account: bookmarks say in which it wants to be (XEP-0402), presence says who is
// there (XEP-0045). What is said in them is in room_talk.ts, what is done to them in room_care.ts.
//
//   outside   not wanted, or not let in: `problem` says why        #enter -> entering
//   entering  said so; the room has not answered                   #onIn -> inside, #onRefused -> outside
//   inside    who is there is known, what is said comes            #onOut, a new session -> outside
//
// Presence comes in floods: what changed in a room is told once a frame.

import { payloadOf } from "../../core/iq.js";
import { StanzaError } from "../../core/stanza_error.js";
import { bareOf, domainOf, localOf } from "../../core/jid.js";
import type { Xml } from "../../core/xml.js";
import { roomSubscription, roomUnsubscription } from "../../protocol/mucsub.js";
import { discoInfoQuery, NS_DISCO_INFO, readDiscoInfo } from "../../protocol/xep0030.js";
import {
  CODE,
  entering,
  leaving,
  NS_MUC,
  readInvitationThrough,
  readRoomCodes,
  readRoomPresence,
  roomPresence,
  type Occupant,
  type RoomPresence,
} from "../../protocol/xep0045.js";
import { affiliatesQuery, readAffiliates } from "../../protocol/xep0045_admin.js";
import { readRoomInfo, type RoomInfo } from "../../protocol/xep0045_info.js";
import { roomConfigCancellation } from "../../protocol/xep0045_owner.js";
import { readEvent, readItems, type Item } from "../../protocol/xep0060.js";
import { registrationEnd } from "../../protocol/xep0077.js";
import { NS_CONFERENCE, readInvitation, type Invitation } from "../../protocol/xep0249.js";
import { NS_HATS } from "../../protocol/xep0317.js";
import { bookmarkPublication, bookmarkRetraction, bookmarksQuery, NS_BOOKMARKS, readBookmark, type Bookmark } from "../../protocol/xep0402.js";
import { isStillThere, selfPing } from "../../protocol/xep0410.js";
import type { NotifyWhen } from "../../protocol/xep0492.js";
import { soon } from "../soon.js";
import type { Host, Part, Session } from "../part.js";
import type { Author, Happening, OccupantsNews, Room, RoomInvitation, Snapshot } from "../types.js";
import type { ConversationsPart } from "./conversations.js";
import type { PresencesPart } from "./presences.js";
import type { RosterPart } from "./roster.js";

const NICKS_MAX = 8; // that are tried when one is taken
const OCCUPANTS_MAX = 30_000; // of one room; more are not kept
const INVITATIONS_MAX = 100;
const PEOPLE_MAX = 200; // by whom a conversation is called
const SMALL = 20; // people in a room: in larger ones it is no news who comes and goes
const HAPPENINGS_MAX = 300; // of one room
const TICK_MS = 60_000;
const SILENCE_MS = 15 * 60_000; // then the room is asked whether one is still there (XEP-0410 section 3)
const PATIENCE_MS = 60_000; // with a room that does not answer

/** Who was not let in for these tries again (XEP-0045 section 7.2); others have to be asked by somebody. */
const PASSING: readonly string[] = ["remote-server-not-found", "remote-server-timeout", "resource-constraint", "service-unavailable", "internal-server-error", "timeout"];

/** What is no news when many are there, and is kept by nobody. */
const PASSES: readonly Happening["what"][] = ["came", "left", "renamed"];

/** What a room says of its configuration (section 10.2.1). */
const NOTICES: ReadonlyMap<number, Happening["what"]> = new Map(
  (["archived", "unarchived", "open", "halfOpen", "closed"] as const).map((what) => [CODE[what], what]),
);

/** A room that one is in, or comes into. */
interface Presence {
  readonly occupants: Map<string, Occupant>; // by nickname
  /** Who is under another name from now on. */
  readonly renamed: Set<string>;
  readonly waiting: ((problem: string) => void)[];
  /** Set: the room is asked for another name. */
  renames: ((problem: string) => void) | undefined;
  /** Ids of what was said here since coming in, until what was written before is said, too. */
  said: Set<string> | undefined;
  /** It is made by entering. */
  makes: boolean;
  tries: number;
  /** When something last came from it. */
  heard: number;
  // not told yet:
  put: Map<string, Occupant>;
  gone: Set<string>;
  all: boolean;
  happenings: Happening[];
}

export class RoomsPart implements Part {
  readonly asks = ["enter", "leave", "setNick", "setNotify", "answerInvitation"] as const;
  readonly features = [NS_MUC, NS_CONFERENCE, NS_HATS, `${NS_BOOKMARKS}+notify`];
  readonly #host: Host;
  readonly #conversations: ConversationsPart;
  readonly #presences: PresencesPart;
  readonly #roster: RosterPart;
  readonly #rooms = new Map<string, Room>();
  readonly #there = new Map<string, Presence>();
  readonly #extensions = new Map<string, Bookmark["extensions"]>(); // of bookmarks, as others wrote them
  readonly #invitations = new Map<string, RoomInvitation>();
  readonly #happened = new Map<string, Happening[]>(); // by room, oldest first
  readonly #flush = soon(() => this.#tellOccupants());
  #onEntered: (jid: string) => Promise<void> = () => Promise.resolve();
  #hasBookmarks = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isStopped = false;

  constructor(host: Host, conversations: ConversationsPart, presences: PresencesPart, roster: RosterPart) {
    this.#host = host;
    this.#conversations = conversations;
    this.#presences = presences;
    this.#roster = roster;
    presences.onSaid(() => this.#sayPresence());
    // At once, not in its turn: what is asked for from now on is of the new session.
    host.connection.events.on("session", ({ isNew }) => {
      if (isNew) for (const jid of [...this.#there.keys()]) this.#outside(jid, "", "");
    });
  }

  // --- for the parts that know what is said and done -------------------------------------------------

  /** One has come in; what was missed can be read. */
  onEntered(listener: (jid: string) => Promise<void>): void {
    this.#onEntered = listener;
  }

  of(jid: string): Room | undefined {
    return this.#rooms.get(jid);
  }

  isInside(jid: string): boolean {
    return this.#rooms.get(jid)?.standing === "inside";
  }

  occupant(jid: string, nick: string): Occupant | undefined {
    return this.#there.get(jid)?.occupants.get(nick);
  }

  /** Whose message is the account's own. id: of the room (XEP-0421), if it gives any */
  isOwn(jid: string, nick: string, id: string | undefined): boolean {
    const room = this.#rooms.get(jid);
    return room !== undefined && (room.ownId && id ? room.ownId === id : room.standing === "inside" && room.nick === nick);
  }

  /** The account as others see it in that room; undefined: it is no room. */
  ownAuthor(jid: string): Author | undefined {
    const room = this.#rooms.get(jid);
    return room && { nick: room.nick, ...(room.ownId && { id: room.ownId }), jid: this.#host.account };
  }

  /** Something was said there. */
  noteSaid(jid: string, id: string): void {
    this.#there.get(jid)?.said?.add(id);
  }

  /** Whether it was said since coming in: what the room says of it may wait for what its archive has. */
  isSaid(jid: string, id: string): boolean {
    return this.#there.get(jid)?.said?.has(id) ?? false;
  }

  /** What was written before is said. */
  endUnsent(jid: string): void {
    const there = this.#there.get(jid);
    if (there) there.said = undefined;
  }

  /** Another value of what is known of a room. */
  change(jid: string, change: Partial<Omit<Room, "jid">>): void {
    const old = this.#rooms.get(jid);
    if (!old) return;
    const room = { ...old, ...change };
    this.#rooms.set(jid, room);
    this.#keep(this.#host.store.putRoom(room));
    this.#host.tell({ kind: "room", room });
  }

  /** Something happened that is no message. */
  happened(what: Omit<Happening, "time">): void {
    const there = this.#there.get(what.room);
    const isPassing = PASSES.includes(what.what);
    if (!there || (isPassing && there.occupants.size > SMALL)) return;
    const happening = { ...what, time: this.#host.now() };
    const all = this.#happened.get(what.room) ?? [];
    this.#happened.set(what.room, all);
    all.push(happening);
    if (all.length > HAPPENINGS_MAX) all.shift();
    there.happenings.push(happening);
    if (!isPassing) this.#keep(this.#host.store.putHappening(happening));
    this.#flush();
  }

  /** Of the room itself. */
  #tellOfRoom(room: string, what: Happening["what"], text = ""): void {
    this.happened({ room, what, nick: "", isOwn: false, by: "", text });
  }

  /** Resolves to "" when one is in, else to why not. makes: there may be no such room */
  enterAs(
    jid: string,
    { nick, password, makes = false, name = "", people = [] }: { nick?: string; password?: string; makes?: boolean; name?: string; people?: readonly string[] },
  ): Promise<string> {
    this.#make(jid, { name, people });
    if (this.isInside(jid)) return Promise.resolve("");
    this.change(jid, { ...(nick ? { nick } : {}), ...(password === undefined ? {} : { password }) });
    return new Promise((resolve) => {
      this.#enter(jid, { makes });
      this.#there.get(jid)?.waiting.push(resolve);
    });
  }

  /** It is wanted from now on, on all devices. */
  async keep(jid: string): Promise<void> {
    this.change(jid, { isWanted: true });
    await this.#publish(jid);
  }

  /** It is nothing to the account any more. */
  async giveUp(jid: string): Promise<void> {
    await this.#host.ask("set", bookmarkRetraction(jid)).catch(() => undefined); // there may be none
    await this.#drop(jid);
  }

  /** What the room says of itself. */
  async readInfo(jid: string): Promise<RoomInfo | undefined> {
    const answer = await this.#host.ask("get", discoInfoQuery(), jid);
    const query = payloadOf(answer);
    const info = query?.ns === NS_DISCO_INFO ? readRoomInfo(readDiscoInfo(query)) : undefined;
    // A room without a name calls itself by its address.
    return info && info.name === localOf(jid) ? { ...info, name: "" } : info;
  }

  // --- life --------------------------------------------------------------------------------------------

  async load(): Promise<void> {
    for (const room of await this.#host.store.rooms()) this.#rooms.set(room.jid, { ...room, standing: "outside", role: "none" });
    for (const invitation of await this.#host.store.invitations()) this.#invitations.set(invitation.room, invitation);
    for (const happening of await this.#host.store.happenings()) {
      const all = this.#happened.get(happening.room) ?? [];
      this.#happened.set(happening.room, all);
      all.push(happening);
    }
  }

  async onSession({ isNew }: Session): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    if (isNew || !this.#hasBookmarks) await this.#readBookmarks();
    for (const { jid, isWanted, standing } of this.#rooms.values())
      if (standing === "inside") this.#ping(jid);
      else if (isWanted && standing === "outside") this.#enter(jid, {});
  }

  forget(): void {
    this.stop();
    this.#isStopped = false;
    this.#rooms.clear();
    this.#there.clear();
    this.#extensions.clear();
    this.#invitations.clear();
    this.#happened.clear();
    this.#hasBookmarks = false;
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  snapshot(): Partial<Snapshot> {
    const occupants = [...this.#there].map(([room, { occupants: all }]): OccupantsNews => ({
      ...{ kind: "occupants", room, put: [...all.values()], gone: [], all: true, happenings: [] },
    }));
    return { rooms: [...this.#rooms.values()], occupants, happenings: [...this.#happened], invitations: [...this.#invitations.values()] };
  }

  // --- what tabs ask for -------------------------------------------------------------------------------

  /** name: as it is called until it says so itself. Returns "" when one is in, else why not. */
  async enter(jid: string, nick = "", password?: string, name = ""): Promise<string> {
    const isNew = !this.#rooms.has(jid);
    const problem = await this.enterAs(jid, { nick, name, ...(password === undefined ? {} : { password }) });
    if (problem === "") await this.keep(jid);
    else if (isNew) await this.#drop(jid); // what was said in one that is known stays
    return problem;
  }

  /** For good: it is in no list any more, on no device. */
  async leave(jid: string): Promise<void> {
    const room = this.#rooms.get(jid);
    if (!room) return;
    if (room.isSubscribed) await this.#host.ask("set", roomUnsubscription(), jid).catch(() => undefined);
    if (this.#there.has(jid)) this.#host.connection.send(leaving(jid, room.nick));
    if (room.info?.isMembersOnly) await this.#host.ask("set", registrationEnd(), jid).catch(() => undefined); // no member any more
    await this.giveUp(jid);
  }

  /** Another name in it, on all devices (XEP-0045 section 7.6). Returns "" when one has it, else why not. */
  async setNick(jid: string, nick: string): Promise<string> {
    const there = this.#there.get(jid);
    const room = this.#rooms.get(jid);
    if (!room || room.nick === nick) return "";
    if (!there || !this.isInside(jid)) {
      this.change(jid, { nick });
      await this.#publish(jid);
      return "";
    }
    if (there.renames) return "resource-constraint"; // one after the other
    const answer = new Promise<string>((resolve) => (there.renames = resolve));
    this.#host.connection.send(roomPresence(jid, nick, this.#shown()));
    const timer = setTimeout(() => there.renames?.("timeout"), PATIENCE_MS);
    return answer.finally(() => {
      clearTimeout(timer);
      there.renames = undefined;
    });
  }

  /** Of which messages one is told. */
  async setNotify(jid: string, notify: NotifyWhen): Promise<void> {
    this.change(jid, { notify });
    await this.#publish(jid);
    await this.#subscribe(jid);
  }

  /** Returns "" when it was refused, or one is in. */
  async answerInvitation(jid: string, isAccepted: boolean): Promise<string> {
    const invitation = this.#invitations.get(jid);
    const problem = isAccepted ? await this.enter(jid, "", invitation?.password, invitation?.name) : "";
    if (problem === "") await this.#dropInvitation(jid);
    return problem;
  }

  // --- bookmarks ---------------------------------------------------------------------------------------

  async onEvent(stanza: Xml): Promise<void> {
    const { account } = this.#host;
    const event = stanza.attrs.from === undefined || stanza.attrs.from === account ? readEvent(stanza) : undefined;
    if (event?.node !== NS_BOOKMARKS) return;
    for (const item of event.items) {
      const jid = await this.#onBookmark(item);
      const room = jid === undefined ? undefined : this.#rooms.get(jid);
      if (room?.isWanted && room.standing === "outside") this.#enter(room.jid, {});
      else if (room && !room.isWanted && room.standing === "inside") this.#host.connection.send(leaving(room.jid, room.nick));
    }
    for (const jid of event.retracted) {
      const room = this.#rooms.get(jid);
      if (room && this.#there.has(jid)) this.#host.connection.send(leaving(jid, room.nick));
      await this.#drop(jid);
    }
  }

  async #readBookmarks(): Promise<void> {
    let items: readonly Item[] = [];
    try {
      items = readItems(await this.#host.ask("get", bookmarksQuery()))?.items ?? [];
    } catch (error) {
      if (!(error instanceof StanzaError) || error.condition !== "item-not-found") throw error; // no node: no bookmarks
    }
    const kept = new Set<string>();
    for (const item of items) kept.add((await this.#onBookmark(item)) ?? "");
    for (const jid of [...this.#rooms.keys()]) if (!kept.has(jid) && !this.#there.has(jid)) await this.#drop(jid);
    this.#hasBookmarks = true;
  }

  async #onBookmark(item: Item): Promise<string | undefined> {
    const bookmark = readBookmark(item);
    if (!bookmark) return undefined;
    const { jid, name, nick, isJoined, password, notify, extensions } = bookmark;
    this.#extensions.set(jid, extensions);
    this.#make(jid);
    const room = this.#rooms.get(jid);
    this.change(jid, {
      name: room?.info?.name ?? name,
      isWanted: isJoined,
      ...(nick && room?.standing !== "inside" ? { nick } : {}),
      ...(password === undefined ? {} : { password }),
      ...(notify && { notify }),
    });
    await this.#dropInvitation(jid);
    return jid;
  }

  async #publish(jid: string): Promise<void> {
    const room = this.#rooms.get(jid);
    if (!room) return;
    const { name, nick, isWanted: isJoined, password, notify } = room;
    const extensions = this.#extensions.get(jid) ?? [];
    await this.#host.ask(
      "set",
      bookmarkPublication({ jid, name, nick, isJoined, extensions, ...(password === undefined ? {} : { password }), ...(notify && { notify }) }),
    );
  }

  /** Knows the room, if it is not known. At once: it is a room from now on for all who ask. */
  #make(jid: string, { name = "", people = [] }: Partial<Pick<Room, "name" | "people">> = {}): void {
    if (this.#rooms.has(jid)) return;
    const room: Room = {
      ...{ jid, name, nick: localOf(this.#host.account), isWanted: false, standing: "outside", problem: "", reason: "", subject: "" },
      ...{ role: "none", affiliation: "none", ownId: "", isSubscribed: false, people },
    };
    this.#rooms.set(jid, room);
    this.#keep(this.#conversations.change(jid, { kind: "room", since: this.#conversations.of(jid).since || this.#host.now() }));
  }

  async #drop(jid: string): Promise<void> {
    if (!this.#rooms.delete(jid)) return;
    this.#there.delete(jid);
    this.#extensions.delete(jid);
    this.#happened.delete(jid);
    await this.#host.store.dropRoom(jid);
    this.#host.tell({ kind: "roomGone", jid });
    await this.#conversations.drop(jid);
  }

  // --- coming in and going --------------------------------------------------------------------------

  #enter(jid: string, { makes = false, tries = 0 }: { makes?: boolean; tries?: number }): void {
    const room = this.#rooms.get(jid);
    if (!room) return;
    const before = this.#there.get(jid);
    this.#there.set(jid, {
      ...{ occupants: new Map(), renamed: new Set(), put: new Map(), gone: new Set(), all: true, happenings: [] },
      ...{ waiting: before?.waiting ?? [], renames: undefined, said: new Set(), makes, tries, heard: Date.now() },
    });
    const { nick, password } = room;
    this.change(jid, { standing: "entering", problem: "", reason: "" });
    const asked = tries ? `${nick} ${tries + 1}` : nick;
    this.#host.connection.send(entering(jid, asked, { ...this.#shown(), ...(password === undefined ? {} : { password }) }));
  }

  #shown(): { show?: string; status?: string } {
    const { availability, status } = this.#presences.shown;
    return { ...(availability === "online" || availability === "offline" ? {} : { show: availability }), ...(status && { status }) };
  }

  #sayPresence(): void {
    for (const { jid, nick, standing } of this.#rooms.values())
      if (standing === "inside") this.#host.connection.send(roomPresence(jid, nick, this.#shown()));
  }

  onPresence(stanza: Xml): void {
    const jid = bareOf(stanza.attrs.from ?? "");
    const there = this.#there.get(jid);
    if (!there) return;
    there.heard = Date.now();
    if (stanza.attrs.type === "error") {
      this.#onRefused(jid, there, StanzaError.of(stanza));
      return;
    }
    const read = readRoomPresence(stanza);
    if (!read) return;
    const { occupant, isOwn } = read;
    const { nick } = occupant;
    if (read.isThere) {
      const old = there.occupants.get(nick);
      if (!old && there.occupants.size >= OCCUPANTS_MAX && !isOwn) return;
      there.occupants.set(nick, occupant);
      there.put.set(nick, occupant);
      there.gone.delete(nick);
      const became = old && becameOf(old, occupant);
      if (became) this.#tellOf(read, became, read.reason);
      if (isOwn) this.#onIn(jid, there, read);
      else if (!old && !there.renamed.delete(nick) && this.isInside(jid)) {
        this.#tellOf(read, "came");
        const room = this.#rooms.get(jid);
        if (room?.people.length && occupant.jid && !room.people.includes(occupant.jid) && room.people.length < PEOPLE_MAX)
          this.change(jid, { people: [...room.people, occupant.jid] });
      }
    } else {
      there.occupants.delete(nick);
      there.put.delete(nick);
      there.gone.add(nick);
      if (read.newNick !== undefined) this.#onRenamed(jid, there, read, read.newNick);
      else if (isOwn) this.#onOut(jid, there, read);
      else if (this.isInside(jid)) this.#tellOf(read, whyGone(read.codes), read.reason ?? "");
    }
    this.#flush();
  }

  #tellOf({ room, occupant: { nick, jid }, isOwn, actor }: RoomPresence, what: Happening["what"], text = ""): void {
    this.happened({ room, what, nick, ...(jid && { jid }), isOwn, by: actor ?? "", text });
  }

  #onRenamed(jid: string, there: Presence, read: RoomPresence, to: string): void {
    there.renamed.add(to);
    this.#tellOf(read, "renamed", to);
    if (!read.isOwn) return;
    this.change(jid, { nick: to });
    there.renames?.("");
    this.#keep(this.#publish(jid));
  }

  #onIn(jid: string, there: Presence, { occupant, codes }: RoomPresence): void {
    const room = this.#rooms.get(jid);
    if (!room) return;
    const { nick, role, affiliation, occupantId: ownId = "" } = occupant;
    const isNew = room.standing === "entering";
    if (isNew && codes.includes(CODE.created) && !there.makes) {
      // There is no such room any more, and it was made anew by coming in (section 10.1.3).
      this.#keep(this.#host.ask("set", roomConfigCancellation(), jid));
      this.#outside(jid, "item-not-found", "");
      return;
    }
    if (isNew || room.role !== role || room.affiliation !== affiliation) this.change(jid, { standing: "inside", nick, role, affiliation, ownId });
    if (!isNew) return;
    there.all = true;
    this.#tellOccupants();
    for (const resolve of there.waiting.splice(0)) resolve("");
    this.#keep(this.#onEntered(jid));
    if (!there.makes) this.#keep(this.refresh(jid));
  }

  /** What the room says of itself, and what follows from it. isNews: it was changed just now */
  async refresh(jid: string, { isNews = false } = {}): Promise<void> {
    const info = await this.readInfo(jid);
    if (!info) return;
    const before = this.#rooms.get(jid)?.info;
    this.change(jid, { info, name: info.name });
    if (isNews && before) this.#tellChange(jid, before, info);
    if (!info.name && info.isMembersOnly) await this.#readPeople(jid);
    await this.#subscribe(jid);
  }

  #tellChange(jid: string, before: RoomInfo, now: RoomInfo): void {
    if (now.name && now.name !== before.name) this.#tellOfRoom(jid, "named", now.name);
    if (String(now.avatarHashes) !== String(before.avatarHashes)) this.#tellOfRoom(jid, "pictured");
    const flags = ["description", "isPublic", "isMembersOnly", "isModerated", "needsPassword", "canAllSetSubject", "slowMode"] as const;
    if (flags.some((flag) => now[flag] !== before[flag])) this.#tellOfRoom(jid, "configured");
  }

  /** By whom a conversation is called that has no name. */
  async #readPeople(jid: string): Promise<void> {
    const people = new Set<string>();
    for (const which of ["owner", "admin", "member"] as const)
      for (const one of await this.#host.ask("get", affiliatesQuery(which), jid).then(readAffiliates, () => [])) people.add(one.jid);
    people.delete(this.#host.account);
    if (people.size) this.change(jid, { people: [...people].slice(0, PEOPLE_MAX) });
  }

  /** What is said while no client is there is to come as well, unless one does not want to hear it. */
  async #subscribe(jid: string): Promise<void> {
    const room = this.#rooms.get(jid);
    if (!room?.info?.canSubscribe || room.standing !== "inside") return;
    const isWanted = room.notify !== "never";
    if (isWanted === room.isSubscribed) return;
    await this.#host.ask("set", isWanted ? roomSubscription(room.nick) : roomUnsubscription(), jid);
    this.change(jid, { isSubscribed: isWanted });
  }

  #onRefused(jid: string, there: Presence, { condition, text }: StanzaError): void {
    const room = this.#rooms.get(jid);
    if (room?.standing === "inside") there.renames?.(condition);
    if (room?.standing !== "entering") return;
    if (condition === "conflict" && there.tries < NICKS_MAX) this.#enter(jid, { makes: there.makes, tries: there.tries + 1 });
    else this.#outside(jid, condition, text);
  }

  #onOut(jid: string, _there: Presence, read: RoomPresence): void {
    const { codes, destroyed, reason = "" } = read;
    const isTechnical = codes.includes(CODE.broken) || codes.includes(CODE.shutDown);
    const why = destroyed ? "destroyed" : whyGone(codes);
    const isPutOut = !isTechnical && why !== "left";
    this.#tellOf(read, why, destroyed?.reason ?? reason);
    this.#tellOccupants();
    this.#outside(jid, isPutOut ? why : "", destroyed?.reason ?? reason);
    if (!isPutOut) return; // comes back by itself if it is wanted
    this.change(jid, { isWanted: false, isSubscribed: false });
    this.#keep(this.#publish(jid));
  }

  #outside(jid: string, problem: string, reason: string): void {
    const there = this.#there.get(jid);
    this.#there.delete(jid);
    this.change(jid, { standing: "outside", role: "none", problem, reason });
    this.#host.tell({ kind: "occupants", room: jid, put: [], gone: [], all: true, happenings: [] });
    for (const resolve of there?.waiting ?? []) resolve(problem || "left");
    there?.renames?.(problem || "disconnected");
  }

  // --- whether one is still there -----------------------------------------------------------------------

  #tick(): void {
    if (this.#host.connection.state.kind !== "online") return;
    const now = Date.now();
    for (const { jid, standing, isWanted, problem } of this.#rooms.values()) {
      const heard = this.#there.get(jid)?.heard ?? 0;
      if (standing === "inside" && now - heard > SILENCE_MS) this.#ping(jid);
      else if (standing === "entering" && now - heard > PATIENCE_MS) this.#outside(jid, "timeout", "");
      else if (standing === "outside" && isWanted && (problem === "" || PASSING.includes(problem))) this.#enter(jid, {});
    }
  }

  #ping(jid: string): void {
    const room = this.#rooms.get(jid);
    if (!room) return;
    const judge = (condition?: string): void => {
      const there = this.#there.get(jid);
      if (there && isStillThere(condition) === true) there.heard = Date.now();
      if (isStillThere(condition) === false && this.isInside(jid)) this.#enter(jid, {});
    };
    this.#host.ask("get", selfPing(), `${jid}/${room.nick}`).then(
      () => judge(),
      (error: unknown) => judge(error instanceof StanzaError ? error.condition : "timeout"),
    );
  }

  // --- messages of rooms and about them ---------------------------------------------------------------

  // eslint-disable-next-line @typescript-eslint/require-await -- a step like those of the others
  async onMessage(stanza: Xml): Promise<boolean> {
    const jid = bareOf(stanza.attrs.from ?? "");
    const there = this.#there.get(jid);
    if (there) there.heard = Date.now();
    const codes = this.#rooms.has(jid) ? readRoomCodes(stanza) : [];
    if (codes.length) {
      for (const code of codes) {
        const what = NOTICES.get(code);
        if (what) this.#tellOfRoom(jid, what);
      }
      this.#keep(this.refresh(jid, { isNews: true }));
      return true;
    }
    const invitation = readInvitationThrough(stanza) ?? readInvitation(stanza);
    if (invitation) void this.onInvitation(invitation);
    return invitation !== undefined;
  }

  /** By a contact into a room for members only of the own host: one is in at once (decision 128). Else somebody is asked. */
  async onInvitation({ room: jid, from, reason, password }: Invitation): Promise<void> {
    const inviter = bareOf(from);
    const room = this.#rooms.get(jid);
    if (inviter === this.#host.account || room?.isWanted) return;
    const info = await this.readInfo(jid).catch(() => undefined);
    const isOfHost = domainOf(jid).endsWith(`.${domainOf(this.#host.account)}`);
    if (info?.isMembersOnly && isOfHost && this.#roster.isContact(inviter)) {
      this.#keep(this.enter(jid, "", password, info.name));
      return;
    }
    if (!info || (!this.#invitations.has(jid) && this.#invitations.size >= INVITATIONS_MAX)) return;
    const kept = { room: jid, name: info.name, from: inviter, reason, ...(password === undefined ? {} : { password }) };
    this.#invitations.set(jid, kept);
    this.#tellInvitations();
    this.#keep(this.#host.store.putInvitation(kept));
  }

  async #dropInvitation(jid: string): Promise<void> {
    if (!this.#invitations.delete(jid)) return;
    await this.#host.store.dropInvitation(jid);
    this.#tellInvitations();
  }

  // --- telling -------------------------------------------------------------------------------------------

  #tellInvitations(): void {
    this.#host.tell({ kind: "invitations", invitations: [...this.#invitations.values()] });
  }

  #tellOccupants(): void {
    for (const [room, there] of this.#there) {
      if (!this.isInside(room)) continue; // all of them are told with the own presence, which comes last
      const { put, gone, all, happenings } = there;
      if (!put.size && !gone.size && !happenings.length && !all) continue;
      const who = all ? there.occupants : put;
      this.#host.tell({ kind: "occupants", room, put: [...who.values()], gone: all ? [] : [...gone], all, happenings });
      Object.assign(there, { put: new Map(), gone: new Set(), all: false, happenings: [] });
    }
  }

  /** What nobody waits for. A lost connection ends it; the next session says it again. */
  #keep(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.#isStopped && !(error instanceof StanzaError)) console.error("jaseur:", error);
    });
  }
}

/** Sections 8.2, 9.1, 9.3. */
function whyGone(codes: readonly number[]): "banned" | "kicked" | "removed" | "left" {
  if (codes.includes(CODE.banned)) return "banned";
  if (codes.includes(CODE.kicked)) return "kicked";
  return codes.includes(CODE.affiliationLost) || codes.includes(CODE.membersOnlyNow) ? "removed" : "left";
}

/** Sections 8.3 to 8.5, 9, 10.3 to 10.7: one word for a change of role, affiliation, or both; undefined for none. */
function becameOf(old: Occupant, now: Occupant): Happening["what"] | undefined {
  const isOther = old.affiliation !== now.affiliation;
  if (isOther && now.affiliation === "owner") return "owner";
  if (now.role === "moderator") return isOther || old.role !== "moderator" ? "moderator" : undefined;
  if (old.role === "moderator") return "demoted";
  if (old.role !== now.role) return now.role === "visitor" ? "listener" : "speaker";
  return isOther ? (now.affiliation === "member" ? "member" : "guest") : undefined;
}
