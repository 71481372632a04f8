// SPDX-License-Identifier: MIT
//
// What is done to rooms: making them, bringing people in, deciding who may do what, ending them. A
// conversation of several people is a room for members only, which nobody needs to know.

import { payloadOf } from "../../core/iq.js";
import { bareOf, domainOf } from "../../core/jid.js";
import { StanzaError } from "../../core/stanza_error.js";
import { message } from "../../protocol/message.js";
import type { Answers } from "../../protocol/xep0004.js";
import { discoInfoQuery, discoItemsQuery, NS_DISCO_INFO, NS_DISCO_ITEMS, readDiscoInfo, readDiscoItems } from "../../protocol/xep0030.js";
import { invitationThrough, NS_MUC, voiceRequest, type Affiliation, type Role } from "../../protocol/xep0045.js";
import { affiliatesQuery, affiliation, readAffiliates, role, type Affiliate } from "../../protocol/xep0045_admin.js";
import { readRoomConfig, roomConfig, roomConfigQuery, roomEnd } from "../../protocol/xep0045_owner.js";
import { invitation } from "../../protocol/xep0249.js";
import { readRooms, roomsQuery, type FoundRooms } from "../../protocol/xep0433.js";
import type { Host, Part } from "../part.js";
import type { RoomSettings } from "../types.js";
import type { RoomsPart } from "./rooms.js";

const SERVICE = "room service"; // fact
const PEOPLE_MAX = 200; // in a new conversation
const FOUND_PAGE = 50;
const LISTS: readonly Affiliation[] = ["owner", "admin", "member", "outcast"];

/** For everything below: the fields of the owners' form that people have words for. */
function answersOf({ name, description, isPublic, isMembersOnly, isModerated, password, showsAddresses }: Partial<RoomSettings>): Answers {
  return {
    "muc#roomconfig_roomname": name,
    "muc#roomconfig_roomdesc": description,
    "muc#roomconfig_publicroom": isPublic,
    "muc#roomconfig_membersonly": isMembersOnly,
    "muc#roomconfig_moderatedroom": isModerated,
    "muc#roomconfig_passwordprotectedroom": password === undefined ? undefined : password !== "",
    "muc#roomconfig_roomsecret": password,
    "muc#roomconfig_whois": showsAddresses === undefined ? undefined : showsAddresses ? "anyone" : "moderators",
  };
}

export class RoomCarePart implements Part {
  readonly asks = [
    "converse",
    "make",
    "invite",
    "browse",
    "affiliates",
    "setAffiliation",
    "setRole",
    "setSubject",
    "askForVoice",
    "settings",
    "configure",
    "destroy",
  ] as const;
  readonly #host: Host;
  readonly #rooms: RoomsPart;

  constructor(host: Host, rooms: RoomsPart) {
    this.#host = host;
    this.#rooms = rooms;
  }

  // --- making ------------------------------------------------------------------------------------------

  /** A conversation of those people; title: "" to call it by them. Returns its address. */
  async converse(jids: readonly string[], title: string): Promise<string> {
    const people = [...new Set(jids.map(bareOf))].filter((jid) => jid !== this.#host.account).slice(0, PEOPLE_MAX);
    const settings = { name: title.trim(), isPublic: false, isMembersOnly: true, showsAddresses: true };
    const room = await this.#make(settings, { "muc#roomconfig_allowinvites": true, "muc#roomconfig_changesubject": true }, people);
    await this.invite(room, people);
    return room;
  }

  /** A room with a name. Returns its address. */
  make(settings: Partial<RoomSettings>): Promise<string> {
    return this.#make(settings, { "muc#roomconfig_changesubject": true });
  }

  /** people: by whom it is called, if it has no name */
  async #make(settings: Partial<RoomSettings>, more: Answers, people: readonly string[] = []): Promise<string> {
    const room = `${crypto.randomUUID().slice(0, 13)}@${await this.#service()}`;
    const { name = "", password } = settings;
    const problem = await this.#rooms.enterAs(room, { makes: true, name, people, ...(password ? { password } : {}) });
    if (problem !== "") {
      await this.#rooms.giveUp(room);
      throw new StanzaError(problem);
    }
    await this.#host.ask("set", roomConfig({ ...answersOf(settings), ...more, "muc#roomconfig_persistentroom": true }), room);
    await this.#rooms.keep(room);
    await this.#rooms.refresh(room);
    return room;
  }

  /** The host's own. */
  async #service(): Promise<string> {
    const { account, store } = this.#host;
    const known = await store.fact(SERVICE);
    if (known) return known;
    const items = payloadOf(await this.#host.ask("get", discoItemsQuery(), domainOf(account)));
    for (const { jid, node } of items?.ns === NS_DISCO_ITEMS ? readDiscoItems(items) : []) {
      const answer = node ? undefined : await this.#host.ask("get", discoInfoQuery(), jid).catch(() => undefined);
      const query = answer && payloadOf(answer);
      const info = query?.ns === NS_DISCO_INFO ? readDiscoInfo(query) : undefined;
      if (!info?.features.includes(NS_MUC) || !info.identities.some(({ category }) => category === "conference")) continue;
      await store.setFact(SERVICE, jid);
      return jid;
    }
    throw new StanzaError("service-unavailable");
  }

  // --- finding -----------------------------------------------------------------------------------------

  /** Rooms of the host that want to be found; after: `last` of the page before. */
  async browse(words: string, after?: string): Promise<FoundRooms> {
    const page = { max: FOUND_PAGE, ...(after === undefined ? {} : { after }) };
    const answer = await this.#host.ask("get", roomsQuery(words, page), await this.#service());
    return readRooms(answer) ?? { rooms: [] };
  }

  // --- people ------------------------------------------------------------------------------------------

  /** Into a room for members only they come as members: it is the service that tells them (XEP-0045 section 9.5). */
  async invite(jid: string, jids: readonly string[]): Promise<void> {
    const room = this.#rooms.of(jid);
    if (!room) throw new StanzaError("item-not-found");
    const mayAdd = room.affiliation === "owner" || room.affiliation === "admin";
    if (room.info?.isMembersOnly && mayAdd) await Promise.all(jids.map((to) => this.#host.ask("set", affiliation(to, "member"), jid)));
    else if (room.info?.isMembersOnly) this.#host.connection.send(invitationThrough(jid, jids));
    else for (const to of jids) this.#host.connection.send(invitation(to, { room: jid, reason: "", ...(room.password === undefined ? {} : { password: room.password }) }));
    if (room.people.length) this.#rooms.change(jid, { people: [...new Set([...room.people, ...jids])] });
  }

  /** Who is what in it, there or not: those lists that may be seen. */
  async affiliates(jid: string): Promise<Affiliate[]> {
    const lists = LISTS.map((which) => this.#host.ask("get", affiliatesQuery(which), jid).then(readAffiliates, () => []));
    return (await Promise.all(lists)).flat();
  }

  async setAffiliation(jid: string, who: string, to: Affiliation, reason: string): Promise<void> {
    await this.#host.ask("set", affiliation(who, to, reason), jid);
    const room = this.#rooms.of(jid);
    if (room && (to === "none" || to === "outcast")) this.#rooms.change(jid, { people: room.people.filter((one) => one !== who) });
  }

  /** "none": out for now. */
  async setRole(jid: string, nick: string, to: Role, reason: string): Promise<void> {
    await this.#host.ask("set", role(nick, to, reason), jid);
  }

  askForVoice(jid: string): void {
    this.#host.connection.send(voiceRequest(jid));
  }

  // --- the room itself ---------------------------------------------------------------------------------

  setSubject(jid: string, subject: string): void {
    this.#host.connection.send(message({ type: "groupchat", to: jid, subject }));
  }

  /** For owners: as it is. */
  async settings(jid: string): Promise<RoomSettings> {
    const form = readRoomConfig(await this.#host.ask("get", roomConfigQuery(), jid));
    const value = (name: string): string => form?.fields.find((field) => field.name === `muc#roomconfig_${name}`)?.values[0] ?? "";
    const flag = (name: string): boolean => ["1", "true"].includes(value(name));
    return {
      name: value("roomname"),
      description: value("roomdesc"),
      isPublic: flag("publicroom"),
      isMembersOnly: flag("membersonly"),
      isModerated: flag("moderatedroom"),
      showsAddresses: value("whois") === "anyone",
      password: flag("passwordprotectedroom") ? value("roomsecret") : "",
    };
  }

  async configure(jid: string, settings: Partial<RoomSettings>): Promise<void> {
    await this.#host.ask("set", roomConfig(answersOf(settings)), jid);
    if (settings.password !== undefined) this.#rooms.change(jid, { password: settings.password });
    await this.#rooms.refresh(jid, { isNews: true });
    await this.#rooms.keep(jid);
  }

  /** For everybody, for good. */
  async destroy(jid: string, reason: string): Promise<void> {
    await this.#host.ask("set", roomEnd(reason), jid);
    await this.#rooms.giveUp(jid);
  }
}
