// SPDX-License-Identifier: MIT
//
// What is said here, to people and in rooms, and what comes from people: messages and what is said
// about them, how far they have come, who is writing.
//
// Nothing is shown as said that is not written down first. A change to a message (its text, its end,
// a reaction) needs a session, and is refused without one.

import { bareOf, resourceOf } from "../../core/jid.js";
import { StanzaError } from "../../core/stanza_error.js";
import { child, childText, type Xml } from "../../core/xml.js";
import {
  NS_CHAT_STATES,
  NS_CORRECTION,
  NS_MARKERS,
  NS_RECEIPTS,
  message,
  otherSide,
  readMessage,
  type Message,
} from "../../protocol/message.js";
import { isPrivateOfRoom, privateMark, readInvitationThrough } from "../../protocol/xep0045.js";
import { readInvitation } from "../../protocol/xep0249.js";
import { readCarbon } from "../../protocol/xep0280.js";
import { delayIn } from "../../protocol/xep0297.js";
import { stanzaIdBy } from "../../protocol/xep0359.js";
import { NS_RETRACTION, moderation } from "../../protocol/xep0425.js";
import { NS_FALLBACK } from "../../protocol/xep0428.js";
import { NS_REACTIONS } from "../../protocol/xep0444.js";
import { NS_REPLY } from "../../protocol/xep0461.js";
import { NS_MENTIONS } from "../../protocol/xep0513.js";
import type { Host, Part, Session } from "../part.js";
import { isShown, without, type Told } from "../told.js";
import type { ChatMessage, Progress } from "../types.js";
import type { ConversationsPart } from "./conversations.js";
import { LAST_ARCHIVED, type HistoryPart, type Telling } from "./history.js";
import type { RoomsPart } from "./rooms.js";

const TYPING_MS = 30_000; // who is said to write and never says more does not
const TEXT_MAX = 20_000; // UTF-16 units

/** What changes a message. */
const CHANGES = [
  ["replace", NS_CORRECTION],
  ["retract", NS_RETRACTION],
  ["reactions", NS_REACTIONS],
] as const;

/** What a message may have beside its text. */
export type Besides = Pick<Message, "reply" | "mentions" | "url" | "file">;

export class ChatPart implements Part {
  readonly asks = ["send", "correct", "retract", "moderate", "react", "resend", "drop", "setTyping"] as const;
  readonly features = [
    NS_RECEIPTS,
    NS_MARKERS,
    NS_CHAT_STATES,
    NS_CORRECTION,
    NS_RETRACTION,
    NS_REACTIONS,
    NS_REPLY,
    NS_FALLBACK,
    NS_MENTIONS,
  ];
  readonly #host: Host;
  readonly #conversations: ConversationsPart;
  readonly #history: HistoryPart;
  readonly #rooms: RoomsPart;
  #lostChanges: readonly Xml[] = []; // to rooms that one is not in yet
  readonly #writing = new Set<string>(); // ids of what is being written down, and said thereafter
  readonly #typing = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(host: Host, conversations: ConversationsPart, history: HistoryPart, rooms: RoomsPart) {
    this.#host = host;
    this.#conversations = conversations;
    this.#history = history;
    this.#rooms = rooms;
    history.serve("chat", { told: (kept, telling) => this.#told(kept, telling), take: (kept, telling) => this.#take(kept, telling) });
  }

  async onMessage(stanza: Xml, arrival: number): Promise<boolean> {
    const { account, store } = this.#host;
    const carbon = readCarbon(stanza, account);
    const said = carbon?.message ?? stanza;
    const archiveId = stanzaIdBy(said, account);
    const delay = delayIn(stanza);
    if (!carbon) this.#sendReceipt(said);
    // It was said before the archive was read, which has told it, and in its place.
    if (archiveId !== undefined && (this.#history.hasTold(arrival) || (!carbon && delay !== undefined))) return true;
    const time = carbon?.time ?? delay ?? this.#host.now();
    await this.#take(said, { ...(archiveId === undefined ? {} : { archiveId }), time, isLive: true, isLatest: true, arrival });
    if (archiveId !== undefined) await store.setFact(LAST_ARCHIVED, archiveId);
    return true;
  }

  async onAcknowledged(stanzas: readonly Xml[]): Promise<void> {
    for (const stanza of stanzas)
      if (stanza.name === "message" && stanza.attrs.type !== "groupchat" && stanza.attrs.id && childText(stanza, "body") !== undefined)
        await this.#advance(this.#conversationOf(stanza) ?? "", stanza.attrs.id, "sent");
  }

  async onSession({ isNew, lost, began }: Session): Promise<void> {
    if (isNew) this.#sayLostChanges(lost);
    // What was written without a session, or by a tab that was closed before it could send it.
    for (const one of await this.#host.store.unsent())
      if (one.time < began && this.#conversations.of(one.with).kind === "chat") this.#sayOnce(this.#messageOf(one));
  }

  #sayLostChanges(lost: readonly Xml[]): void {
    // Saying a change twice does no harm.
    const changes = lost.filter((stanza) => stanza.name === "message" && CHANGES.some(([name, ns]) => child(stanza, name, ns)));
    for (const stanza of changes) if (stanza.attrs.type !== "groupchat") this.#host.connection.send(stanza);
    this.#lostChanges = changes.filter((stanza) => stanza.attrs.type === "groupchat");
  }

  /** What was written for a room that has been entered only now. */
  async sendUnsent(room: string): Promise<void> {
    for (const one of await this.#host.store.unsent())
      if (one.with === room && !this.#writing.has(one.id ?? "") && !this.#rooms.isSaid(room, one.id ?? "")) this.#sayOnce(this.#messageOf(one));
    this.#rooms.endUnsent(room);
    for (const stanza of this.#lostChanges) if (stanza.attrs.to === room) this.#host.connection.send(stanza);
    this.#lostChanges = this.#lostChanges.filter((stanza) => stanza.attrs.to !== room);
  }

  stop(): void {
    for (const timer of this.#typing.values()) clearTimeout(timer);
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** id: given by who asks, who asks the next engine the same when this one did not answer */
  async send(jid: string, body: string, besides: Besides = {}, id: string = crypto.randomUUID()): Promise<void> {
    const { account, store } = this.#host;
    const author = this.#rooms.ownAuthor(jid);
    const said: Message = { ...this.#head(jid), id, originId: id, body: body.slice(0, TEXT_MAX), ...besides };
    // Written down first: what is shown is not lost, whatever happens to the page.
    this.#writing.add(id);
    try {
      const taken = await store.take({
        ...{ message: said, with: jid, isOwn: true, by: account, time: this.#host.now(), progress: "sending" as const },
        ...(author && { author }),
      });
      if (taken) await this.#conversations.show(taken.message, { isNew: false, isOld: false, arrival: Infinity });
      if (taken ?? (await store.unsent()).some((one) => one.id === id)) this.#sayOnce(said);
    } finally {
      this.#writing.delete(id);
    }
  }

  /** An own message has another text from now on. */
  async correct(key: string, body: string, besides: Pick<Besides, "mentions"> = {}): Promise<void> {
    const old = await this.#own(key);
    const text = body.slice(0, TEXT_MAX);
    if (old.progress === "failed") {
      await this.#put({ ...old, text });
      await this.resend(key);
      return;
    }
    if (old.id === undefined) throw new StanzaError("item-not-found");
    const id = crypto.randomUUID();
    await this.#change(old, { ...this.#head(old.with), id, originId: id, body: text, replaces: old.id, ...besides });
  }

  /** An own message is taken back. */
  async retract(key: string): Promise<void> {
    const old = await this.#own(key);
    await this.#change(old, { type: this.#typeOf(old.with), id: crypto.randomUUID(), to: old.with, retracts: this.#reference(old) });
  }

  /** A message in a room is taken away: the room tells all, this client as well. */
  async moderate(key: string, reason: string): Promise<void> {
    const { with: room, archiveId } = await this.#known(key);
    if (archiveId === undefined) throw new StanzaError("item-not-found");
    await this.#host.ask("set", moderation(archiveId, reason), room);
  }

  /** emojis: all that one reacts with; none takes them back */
  async react(key: string, emojis: readonly string[]): Promise<void> {
    const old = await this.#known(key);
    const reactions = { to: this.#reference(old), emojis };
    await this.#change(old, { type: this.#typeOf(old.with), id: crypto.randomUUID(), to: old.with, reactions });
  }

  /** What was not delivered is sent once more. */
  async resend(key: string): Promise<void> {
    const one: ChatMessage = { ...(await this.#own(key)), progress: "sending" };
    await this.#put(one);
    this.#sayOnce(this.#messageOf(one));
  }

  /** What was not delivered is forgotten. */
  async drop(key: string): Promise<void> {
    const one = await this.#own(key);
    if (one.progress !== "failed") throw new StanzaError("not-allowed");
    await this.#host.store.drop(key);
    this.#host.tell({ kind: "dropped", with: one.with, key });
  }

  setTyping(jid: string, isTyping: boolean): void {
    this.#say({ type: this.#typeOf(jid), to: jid, state: isTyping ? "composing" : "active" });
  }

  // --- what is said here ------------------------------------------------------------------------------

  #typeOf(jid: string): "chat" | "groupchat" {
    return this.#conversations.of(jid).kind === "room" ? "groupchat" : "chat";
  }

  /** Unless it is on its way: it may be written just when a session begins. */
  #sayOnce(said: Message): void {
    if (said.id === undefined || !this.#host.connection.isUnderWay(said.id)) this.#say(said);
  }

  /** Returns whether it went out, or will. Who is not in a room yet says it when he is (sendUnsent). */
  #say(said: Message): boolean {
    const room = said.type === "groupchat" ? (said.to ?? "") : undefined;
    if (room !== undefined && !this.#rooms.isInside(room)) return false;
    const isSent = this.#host.connection.send(this.#stanza(said));
    if (isSent && room !== undefined && said.id !== undefined) this.#rooms.noteSaid(room, said.id);
    return isSent;
  }

  #stanza(said: Message): Xml {
    const stanza = message(said);
    const isPrivate = said.to !== undefined && resourceOf(said.to) !== "" && this.#conversations.isRoom(bareOf(said.to));
    return isPrivate ? { ...stanza, children: [...stanza.children, privateMark] } : stanza;
  }

  /** Receipts and markers are for two (XEP-0184 section 5.3). */
  #head(jid: string): Message {
    const type = this.#typeOf(jid);
    return { type, to: jid, state: "active", ...(type === "chat" ? { wantsReceipt: true, isMarkable: true } : {}) };
  }

  /** As it was sent, or was to be. */
  #messageOf({ id, with: jid, text, reply, mentions, url, file }: ChatMessage): Message {
    return {
      ...this.#head(jid),
      ...(id === undefined ? {} : { id, originId: id }),
      body: text,
      ...(reply && { reply }),
      ...(mentions && { mentions }),
      ...(url === undefined ? {} : { url }),
      ...(file && { file }),
    };
  }

  async #known(key: string): Promise<ChatMessage> {
    const found = await this.#host.store.get(key);
    if (!found || found.isRetracted) throw new StanzaError("item-not-found");
    return found;
  }

  async #own(key: string): Promise<ChatMessage> {
    const found = await this.#known(key);
    if (!found.isOwn) throw new StanzaError("not-allowed");
    return found;
  }

  /** Of rooms the archive's id counts (XEP-0444 section 4.2), between two the sender's. */
  #reference({ with: jid, id, archiveId }: ChatMessage): string {
    const reference = this.#typeOf(jid) === "groupchat" ? archiveId : id;
    if (reference === undefined) throw new StanzaError("item-not-found");
    return reference;
  }

  async #change(old: ChatMessage, said: Message): Promise<void> {
    const { account } = this.#host;
    if (!this.#say(said)) throw new StanzaError("disconnected", "wait");
    // A room tells it everybody, this client as well.
    if (said.type === "groupchat") return;
    const told: Told = { message: said, with: old.with, isOwn: true, by: account, time: this.#host.now() };
    await this.#history.take(told, { isLive: true, isLatest: true });
  }

  async #put(one: ChatMessage): Promise<void> {
    await this.#host.store.put(one);
    this.#host.tell({ kind: "message", message: one, isNew: false });
  }

  // --- what comes ------------------------------------------------------------------------------------

  async #advance(jid: string, id: string, to: Progress): Promise<void> {
    for (const one of await this.#host.store.advance(jid, id, to)) this.#host.tell({ kind: "message", message: one, isNew: false });
  }

  /** The other's address: bare, or that of somebody in a room, who is spoken to alone (XEP-0045 section 7.5). */
  #conversationOf(stanza: Xml): string | undefined {
    const { from, to } = stanza.attrs;
    const jid = otherSide(stanza, this.#host.account);
    if (!jid || (!this.#conversations.isRoom(jid) && !isPrivateOfRoom(stanza))) return jid;
    return from !== undefined && bareOf(from) === jid ? from : to;
  }

  #told(stanza: Xml, { archiveId, time }: Telling): Told | undefined {
    const { account } = this.#host;
    const jid = this.#conversationOf(stanza);
    const said = readMessage(stanza);
    if (!jid || said.type === "groupchat" || said.type === "headline" || said.type === "error" || !isShown(said)) return undefined;
    const isOwn = bareOf(said.from ?? account) === account;
    const by = isOwn ? account : jid;
    // Of a tombstone only the archive may tell, of a moderator only a room.
    return {
      message: without(said, archiveId === undefined ? ["moderated", "retracted"] : ["moderated"]),
      with: jid,
      isOwn,
      by,
      time,
      ...(archiveId === undefined ? {} : { archiveId }),
      ...(isOwn ? { progress: "sent" as const } : {}),
    };
  }

  async #take(stanza: Xml, telling: Telling): Promise<void> {
    const { account } = this.#host;
    const jid = this.#conversationOf(stanza);
    const said = readMessage(stanza);
    const invitation = !telling.isLive && telling.isLatest ? (readInvitationThrough(stanza) ?? readInvitation(stanza)) : undefined;
    if (invitation) {
      void this.#rooms.onInvitation(invitation); // while nobody was there
      return;
    }
    if (!jid || this.#conversations.isRoom(jid) || said.type === "groupchat" || said.type === "headline") return;
    if (said.type === "error") {
      if (said.id !== undefined) await this.#advance(jid, said.id, "failed");
      return;
    }
    const isOwn = bareOf(said.from ?? account) === account;
    if (telling.isLive && !isOwn) this.#onLive(jid, said);
    if (!isOwn && said.receiptOf !== undefined) await this.#advance(jid, said.receiptOf, "received");
    if (!isOwn && said.displayed !== undefined) await this.#advance(jid, said.displayed, "read");
    if (isOwn && said.displayed !== undefined && telling.isLive) await this.#conversations.readElsewhere(jid, telling.arrival ?? Infinity);
    const told = this.#told(stanza, telling);
    // The inbox counts what is in the archive.
    if (told) await this.#history.take(told, telling.archiveId === undefined ? { ...telling, arrival: Infinity } : telling);
  }

  #sendReceipt(stanza: Xml): void {
    const { from, id, wantsReceipt, type } = readMessage(stanza);
    if (!wantsReceipt || from === undefined || id === undefined || type === "groupchat" || type === "error") return;
    if (bareOf(from) !== this.#host.account) this.#host.connection.send(message({ type: "chat", to: from, receiptOf: id }));
  }

  #onLive(jid: string, said: Message): void {
    if (said.state === undefined && said.body === undefined) return;
    const isTyping = said.state === "composing";
    clearTimeout(this.#typing.get(jid));
    if (isTyping) this.#typing.set(jid, setTimeout(() => this.#tellTyping(jid, false), TYPING_MS));
    if (isTyping || this.#typing.has(jid)) this.#tellTyping(jid, isTyping);
  }

  #tellTyping(jid: string, isTyping: boolean): void {
    if (!isTyping) this.#typing.delete(jid);
    this.#host.tell({ kind: "typing", with: jid, isTyping });
  }
}
