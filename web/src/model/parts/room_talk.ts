// SPDX-License-Identifier: MIT
//
// What is said in rooms. Each room has its steps, one after the other: what was missed is read from
// its archive before what comes is taken, and a room that does not answer holds up no other.

import { StanzaError } from "../../core/stanza_error.js";
import { bareOf, resourceOf } from "../../core/jid.js";
import type { Xml } from "../../core/xml.js";
import { readMessage, type Message } from "../../protocol/message.js";
import { delayIn } from "../../protocol/xep0297.js";
import { stanzaIdBy } from "../../protocol/xep0359.js";
import { displayedQuery, readDisplayed } from "../../protocol/xep0490.js";
import type { Host, Part, Session } from "../part.js";
import { isShown, type Told } from "../told.js";
import type { Author } from "../types.js";
import type { ChatPart } from "./chat.js";
import type { ConversationsPart } from "./conversations.js";
import type { HistoryPart, Telling } from "./history.js";
import type { RoomsPart } from "./rooms.js";

const TYPING_MS = 30_000; // who is said to write and never says more does not
const TYPISTS_MAX = 20; // of one room
const WAITING_MAX = 20_000; // messages of a room that wait for its archive
const TRIES_MAX = 3; // to read an archive that is busy
const AGAIN_MS = 1000;
const WORD = /[\p{L}\p{N}_]/u;

/** What comes of one room, in its turn. */
interface Turn {
  work: Promise<void>;
  waiting: number;
}

export class RoomTalkPart implements Part {
  readonly asks = [] as const;
  readonly #host: Host;
  readonly #conversations: ConversationsPart;
  readonly #history: HistoryPart;
  readonly #rooms: RoomsPart;
  readonly #chat: ChatPart;
  readonly #turns = new Map<string, Turn>();
  readonly #typing = new Map<string, Map<string, ReturnType<typeof setTimeout>>>(); // by room, by nickname
  #displayed = new Map<string, string>(); // ids that devices have published, by room, which are not known here yet
  readonly #behind = new Set<string>(); // rooms whose archives have more than is known here
  #isStopped = false;

  constructor(host: Host, conversations: ConversationsPart, history: HistoryPart, rooms: RoomsPart, chat: ChatPart) {
    this.#host = host;
    this.#conversations = conversations;
    this.#history = history;
    this.#rooms = rooms;
    this.#chat = chat;
    history.serve("room", { told: (kept, telling) => this.#told(kept, telling), take: (kept, telling) => this.#take(kept, telling) });
    rooms.onEntered((jid) => this.#do(jid, () => this.#onEntered(jid)));
  }

  async onSession({ isNew }: Session): Promise<void> {
    if (!isNew) return;
    const displayed = await this.#host.ask("get", displayedQuery()).then(readDisplayed, () => []); // no node: nothing was displayed
    this.#displayed = new Map(displayed.map(({ jid, id }) => [jid, id]));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a step like those of the others
  async onMessage(stanza: Xml): Promise<boolean> {
    const jid = bareOf(stanza.attrs.from ?? "");
    const { type } = stanza.attrs;
    const room = this.#rooms.of(jid);
    if (!room || (type !== "groupchat" && !(type === "error" && stanza.attrs.from === jid))) return false;
    // A resumed session goes on with what a page before this one may have missed a part of: the archive tells it.
    if (type === "groupchat" && room.standing !== "inside" && room.info?.hasArchive !== false) return true;
    const turn = this.#turns.get(jid);
    if (turn && turn.waiting >= WAITING_MAX) return true; // the archive has it
    void this.#do(jid, () => this.#onLive(jid, stanza));
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    for (const typists of this.#typing.values()) for (const timer of typists.values()) clearTimeout(timer);
  }

  forget(): void {
    this.stop();
    this.#isStopped = false;
    for (const known of [this.#turns, this.#typing, this.#displayed, this.#behind]) known.clear();
  }

  // --- order -------------------------------------------------------------------------------------------

  #do(jid: string, step: () => Promise<void>): Promise<void> {
    const turn = this.#turns.get(jid) ?? { work: Promise.resolve(), waiting: 0 };
    this.#turns.set(jid, turn);
    turn.waiting++;
    turn.work = turn.work
      .then(() => (this.#isStopped || !this.#rooms.of(jid) ? undefined : step()))
      .catch((error: unknown) => {
        if (!this.#isStopped && !(error instanceof StanzaError)) console.error("jaseur:", error);
      })
      .finally(() => {
        if (--turn.waiting === 0 && this.#turns.get(jid) === turn) this.#turns.delete(jid);
      });
    return turn.work;
  }

  // --- coming in ---------------------------------------------------------------------------------------

  async #onEntered(jid: string): Promise<void> {
    this.#behind.add(jid);
    if (!(await this.#catchUp(jid))) return;
    this.#behind.delete(jid);
    const displayed = this.#displayed.get(jid);
    if (displayed !== undefined && (await this.#conversations.displayedElsewhere(jid, displayed))) this.#displayed.delete(jid);
    else await this.#conversations.count(jid);
    await this.#chat.sendUnsent(jid); // what is not in the archive, which was just read
  }

  /** Returns false when one was put out meanwhile: it is read when one has come in again. */
  async #catchUp(jid: string): Promise<boolean> {
    for (let tries = 1; ; tries++)
      try {
        await this.#history.catchUp(jid);
        return true;
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        if (error.condition === "disconnected" || !this.#rooms.isInside(jid)) return false;
        if (error.type !== "wait" || tries === TRIES_MAX) return true; // a room without an archive
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
  }

  // --- what comes --------------------------------------------------------------------------------------

  async #onLive(jid: string, stanza: Xml): Promise<void> {
    if (stanza.attrs.type === "error") {
      for (const one of stanza.attrs.id ? await this.#host.store.advance(jid, stanza.attrs.id, "failed") : [])
        this.#host.tell({ kind: "message", message: one, isNew: false });
      return;
    }
    if (this.#behind.has(jid)) return; // or what is before it would be taken for known
    const archiveId = stanzaIdBy(stanza, jid);
    // An old one, which the room tells who comes in, is in its place when the archive has told it.
    const delay = delayIn(stanza);
    const time = delay ?? this.#host.now();
    await this.#take(stanza, { ...(archiveId === undefined ? {} : { archiveId }), time, isLive: delay === undefined, isLatest: true });
  }

  #told(stanza: Xml, { archiveId, time }: Telling): Told | undefined {
    const said = readMessage(stanza);
    const { from = "", occupantId } = said;
    const jid = bareOf(from);
    const nick = resourceOf(from);
    // What a room says of itself is no message, unless it takes one back (XEP-0425 section 3.1).
    if (said.type !== "groupchat" || !this.#rooms.of(jid) || !isShown(said) || (!nick && !said.moderated)) return undefined;
    const isOwn = nick !== "" && this.#rooms.isOwn(jid, nick, occupantId);
    return {
      ...{ message: said, with: jid, isOwn, by: occupantId ?? from, time, isMention: !isOwn && this.#isForMe(jid, said) },
      ...(nick && { author: this.#authorOf(jid, nick, occupantId, isOwn) }),
      ...(archiveId === undefined ? {} : { archiveId }),
      ...(isOwn ? { progress: "sent" as const } : {}),
    };
  }

  async #take(stanza: Xml, telling: Telling): Promise<void> {
    const said = readMessage(stanza);
    const jid = bareOf(said.from ?? "");
    const nick = resourceOf(said.from ?? "");
    // Section 8.1: a subject is one without a body.
    if (said.subject !== undefined && said.body === undefined && telling.isLatest) this.#onSubject(jid, nick, said.subject, telling.isLive);
    if (nick && telling.isLive && !this.#rooms.isOwn(jid, nick, said.occupantId)) this.#onTyping(jid, nick, said);
    const told = this.#told(stanza, telling);
    if (told) await this.#history.take(told, telling);
  }

  #authorOf(jid: string, nick: string, id: string | undefined, isOwn: boolean): Author {
    const occupant = this.#rooms.occupant(jid, nick);
    // Who is there under that name now need not be who said it.
    const isSame = occupant !== undefined && occupant.occupantId === id;
    const real = isOwn ? this.#host.account : isSame ? occupant.jid : "";
    return { nick, ...(id !== undefined && { id }), ...(real && { jid: real }) };
  }

  #isForMe(jid: string, { mentions = [], reply, body = "" }: Message): boolean {
    const room = this.#rooms.of(jid);
    if (!room) return false;
    const { nick, ownId } = room;
    return (
      reply?.author === `${jid}/${nick}` ||
      mentions.some((one) => one.isEverybody ?? (one.jid === this.#host.account || (ownId !== "" && one.occupantId === ownId))) ||
      isNamed(body, nick)
    );
  }

  #onSubject(jid: string, nick: string, subject: string, isLive: boolean): void {
    const room = this.#rooms.of(jid);
    if (!room || room.subject === subject) return;
    this.#rooms.change(jid, { subject });
    // What it was when one came in is no news.
    if (isLive && nick) this.#rooms.happened({ room: jid, what: "subject", nick, isOwn: nick === room.nick, by: nick, text: subject });
  }

  #onTyping(jid: string, nick: string, { state, body }: Message): void {
    if (state === undefined && body === undefined) return;
    const typists = this.#typing.get(jid) ?? new Map<string, ReturnType<typeof setTimeout>>();
    this.#typing.set(jid, typists);
    const isTyping = state === "composing";
    const before = typists.get(nick);
    clearTimeout(before);
    typists.delete(nick);
    if (isTyping && typists.size < TYPISTS_MAX) typists.set(nick, setTimeout(() => this.#onTyping(jid, nick, { type: "groupchat", state: "paused" }), TYPING_MS));
    if (typists.has(nick) !== (before !== undefined)) this.#host.tell({ kind: "typing", with: jid, isTyping: typists.has(nick), who: nick });
  }
}

/** Whether a text has that name as a word of its own. */
export function isNamed(text: string, name: string): boolean {
  const where = text.toLocaleLowerCase();
  const wanted = name.toLocaleLowerCase();
  for (let at = wanted ? where.indexOf(wanted) : -1; at >= 0; at = where.indexOf(wanted, at + 1))
    if (!WORD.test(where[at - 1] ?? "") && !WORD.test(where[at + wanted.length] ?? "")) return true;
  return false;
}
