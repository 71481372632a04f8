// SPDX-License-Identifier: MIT
//
// The rooms of the account: who is in them, what happened there, and who invites into others.

import { localOf } from "../../core/jid.js";
import type { Affiliation, Occupant, Role } from "../../protocol/xep0045.js";
import type { Affiliate } from "../../protocol/xep0045_admin.js";
import type { FoundRooms } from "../../protocol/xep0433.js";
import type { NotifyWhen } from "../../protocol/xep0492.js";
import type { Asker } from "../parts/index.js";
import type { ChatMessage, Happening, News, OccupantsNews, Room, RoomInvitation, RoomSettings, Snapshot } from "../types.js";
import type { View } from "../view.js";
import type { People } from "./people.js";

const HAPPENINGS_MAX = 300; // of one room

/** Who may do most first. */
const RANK: readonly Occupant["affiliation"][] = ["owner", "admin", "member", "none", "outcast"];

interface Known {
  readonly occupants: Map<string, Occupant>; // by nickname
  sorted: readonly Occupant[] | undefined;
  happenings: readonly Happening[];
}

export class Rooms implements View {
  /** The page wants people to begin conversations of several, and rooms. */
  mayBegin = true;
  readonly #asker: Asker;
  readonly #people: People;
  readonly #rooms = new Map<string, Room>();
  readonly #known = new Map<string, Known>();
  readonly #typing = new Map<string, Set<string>>(); // nicknames
  #invitations: readonly RoomInvitation[] = [];

  constructor(asker: Asker, people: People) {
    this.#asker = asker;
    this.#people = people;
  }

  get all(): Room[] {
    return [...this.#rooms.values()];
  }

  get invitations(): readonly RoomInvitation[] {
    return this.#invitations;
  }

  of(jid: string): Room | undefined {
    return this.#rooms.get(jid);
  }

  /** Who may do most first, then by name. */
  occupants(jid: string): readonly Occupant[] {
    const known = this.#known.get(jid);
    if (!known) return [];
    if (!known.sorted) {
      const order = new Intl.Collator();
      const named = [...known.occupants.values()].map((one) => [this.nameOfOccupant(one), one] as const);
      const rank = ({ affiliation, role }: Occupant): number => RANK.indexOf(affiliation) + (role === "moderator" ? 0 : 0.5);
      known.sorted = named.sort(([a, one], [b, other]) => rank(one) - rank(other) || order.compare(a, b)).map(([, one]) => one);
    }
    return known.sorted;
  }

  occupant(jid: string, nick: string): Occupant | undefined {
    return this.#known.get(jid)?.occupants.get(nick);
  }

  countOf(jid: string): number {
    return this.#known.get(jid)?.occupants.size ?? 0;
  }

  /** Oldest first. */
  happenings(jid: string): readonly Happening[] {
    return this.#known.get(jid)?.happenings ?? [];
  }

  /** Who is writing: their names. */
  typists(jid: string): string[] {
    return [...(this.#typing.get(jid) ?? [])].map((nick) => {
      const occupant = this.occupant(jid, nick);
      return occupant ? this.nameOfOccupant(occupant) : nick;
    });
  }

  /** The name it has, or that of the people in it; its address is nothing for people. */
  nameOf(jid: string): string {
    const room = this.#rooms.get(jid);
    if (room?.name) return room.name;
    const names = room?.people.map((one) => this.#people.nameOf(one)).sort((a, b) => a.localeCompare(b)) ?? [];
    return names.length ? new Intl.ListFormat(undefined, { style: "short", type: "unit" }).format(names) : localOf(jid);
  }

  /** As the account calls him, if the room tells who he is. */
  nameOfOccupant({ jid, nick }: Pick<Occupant, "nick"> & { readonly jid?: string }): string {
    return jid && this.#people.isContact(jid) ? this.#people.nameOf(jid) : nick;
  }

  /** Of who said it, in a room. */
  nameOfAuthor({ author }: ChatMessage): string {
    return author ? this.nameOfOccupant(author) : "";
  }

  // --- wishes ------------------------------------------------------------------------------------

  /** Returns "" when one is in, else why not (Room.problem). */
  enter(jid: string, { nick, password, name }: { nick?: string; password?: string; name?: string } = {}): Promise<string> {
    return this.#asker.ask("rooms", "enter", jid, nick, password, name);
  }

  leave(jid: string): Promise<void> {
    return this.#asker.ask("rooms", "leave", jid);
  }

  /** Returns "" when one is called so, else why not. */
  setNick(jid: string, nick: string): Promise<string> {
    return this.#asker.ask("rooms", "setNick", jid, nick);
  }

  setNotify(jid: string, when: NotifyWhen): Promise<void> {
    return this.#asker.ask("rooms", "setNotify", jid, when);
  }

  /** Returns "" when it was refused, or one is in. */
  answerInvitation(jid: string, isAccepted: boolean): Promise<string> {
    return this.#asker.ask("rooms", "answerInvitation", jid, isAccepted);
  }

  /** Returns its address. title: "" to call it by the people */
  converse(jids: readonly string[], title = ""): Promise<string> {
    return this.#asker.ask("roomCare", "converse", jids, title);
  }

  /** A named room. Returns its address. */
  make(settings: Partial<RoomSettings>): Promise<string> {
    return this.#asker.ask("roomCare", "make", settings);
  }

  invite(jid: string, jids: readonly string[]): Promise<void> {
    return this.#asker.ask("roomCare", "invite", jid, jids);
  }

  /** Rooms of the host; words: "" for all. after: `last` of the page before */
  browse(words: string, after?: string): Promise<FoundRooms> {
    return this.#asker.ask("roomCare", "browse", words, after);
  }

  /** Who is what in it, there or not. */
  affiliates(jid: string): Promise<Affiliate[]> {
    return this.#asker.ask("roomCare", "affiliates", jid);
  }

  setAffiliation(jid: string, who: string, to: Affiliation, reason = ""): Promise<void> {
    return this.#asker.ask("roomCare", "setAffiliation", jid, who, to, reason);
  }

  /** "none": out for now. */
  setRole(jid: string, nick: string, to: Role, reason = ""): Promise<void> {
    return this.#asker.ask("roomCare", "setRole", jid, nick, to, reason);
  }

  async setSubject(jid: string, subject: string): Promise<void> {
    await this.#asker.ask("roomCare", "setSubject", jid, subject);
  }

  async askForVoice(jid: string): Promise<void> {
    await this.#asker.ask("roomCare", "askForVoice", jid);
  }

  settings(jid: string): Promise<RoomSettings> {
    return this.#asker.ask("roomCare", "settings", jid);
  }

  configure(jid: string, settings: Partial<RoomSettings>): Promise<void> {
    return this.#asker.ask("roomCare", "configure", jid, settings);
  }

  /** For everybody, for good. */
  destroy(jid: string, reason = ""): Promise<void> {
    return this.#asker.ask("roomCare", "destroy", jid, reason);
  }

  // --- news ----------------------------------------------------------------------------------------

  onSnapshot({ rooms, occupants, happenings, invitations }: Snapshot): void {
    this.#rooms.clear();
    this.#typing.clear();
    for (const room of rooms) this.#rooms.set(room.jid, room);
    for (const jid of [...this.#known.keys()]) if (!this.#rooms.has(jid)) this.#known.delete(jid);
    for (const news of occupants) this.#onOccupants(news);
    for (const [room, all] of happenings) if (this.#rooms.has(room)) this.#onHappenings(this.#knownOf(room), all);
    this.#invitations = invitations;
  }

  onNews(news: News): void {
    switch (news.kind) {
      case "room":
        this.#rooms.set(news.room.jid, news.room);
        break;
      case "roomGone":
        this.#rooms.delete(news.jid);
        this.#known.delete(news.jid);
        this.#typing.delete(news.jid);
        break;
      case "occupants":
        this.#onOccupants(news);
        break;
      case "invitations":
        this.#invitations = news.invitations;
        break;
      case "typing":
        if (news.who !== undefined) this.#onTyping(news.with, news.who, news.isTyping);
        break;
      case "contacts":
        for (const known of this.#known.values()) known.sorted = undefined; // other names
        break;
    }
  }

  #onOccupants({ room, put, gone, all, happenings }: OccupantsNews): void {
    const known = this.#knownOf(room);
    if (all) known.occupants.clear();
    for (const nick of gone) known.occupants.delete(nick);
    for (const occupant of put) known.occupants.set(occupant.nick, occupant);
    known.sorted = undefined;
    this.#onHappenings(known, happenings);
  }

  /** A snapshot may have what was told already. */
  #onHappenings(known: Known, happenings: readonly Happening[]): void {
    const last = known.happenings.at(-1)?.time ?? 0;
    const more = happenings.filter(({ time }) => time > last);
    if (more.length) known.happenings = [...known.happenings, ...more].slice(-HAPPENINGS_MAX);
  }

  #knownOf(room: string): Known {
    const known = this.#known.get(room) ?? { occupants: new Map<string, Occupant>(), sorted: undefined, happenings: [] };
    this.#known.set(room, known);
    return known;
  }

  #onTyping(room: string, nick: string, isTyping: boolean): void {
    const typists = this.#typing.get(room) ?? new Set<string>();
    this.#typing.set(room, typists);
    if (isTyping) typists.add(nick);
    else typists.delete(nick);
  }
}
