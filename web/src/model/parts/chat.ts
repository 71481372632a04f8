// SPDX-License-Identifier: MIT
//
// Messages between two people: what is said here and there, how far it has come, who is writing.

import { bareOf } from "../../core/jid.js";
import { childText, type Xml } from "../../core/xml.js";
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
import { readCarbon } from "../../protocol/xep0280.js";
import { delayIn } from "../../protocol/xep0297.js";
import { stanzaIdBy } from "../../protocol/xep0359.js";
import type { Host, Part, Session } from "../part.js";
import type { Progress } from "../types.js";
import type { ConversationsPart } from "./conversations.js";
import { LAST_ARCHIVED, type HistoryPart } from "./history.js";

const TYPING_MS = 30_000; // who is said to write and never says more does not

/** How a message came to be known. */
export interface Telling {
  readonly archiveId?: string;
  readonly time: number;
  /** Just said. */
  readonly isLive: boolean;
  /** It may be the last that was said. */
  readonly isLatest: boolean;
}

export class ChatPart implements Part {
  readonly asks = ["send", "setTyping"] as const;
  readonly features = [NS_RECEIPTS, NS_MARKERS, NS_CHAT_STATES, NS_CORRECTION];
  readonly #host: Host;
  readonly #conversations: ConversationsPart;
  readonly #history: HistoryPart;
  readonly #typing = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(host: Host, conversations: ConversationsPart, history: HistoryPart) {
    this.#host = host;
    this.#conversations = conversations;
    this.#history = history;
    history.onResult((kept, telling) => this.#take(kept, telling));
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
    await this.#take(said, { ...(archiveId === undefined ? {} : { archiveId }), time, isLive: true, isLatest: true });
    if (archiveId !== undefined) await store.setFact(LAST_ARCHIVED, archiveId);
    return true;
  }

  async onAcknowledged(stanzas: readonly Xml[]): Promise<void> {
    for (const stanza of stanzas)
      if (stanza.name === "message" && stanza.attrs.id && childText(stanza, "body") !== undefined)
        await this.#advance(bareOf(stanza.attrs.to ?? ""), stanza.attrs.id, "sent");
  }

  /** What was written before this session and is not in the archive, which was just read. */
  async onSession({ isNew, lost, began }: Session): Promise<void> {
    if (!isNew) return;
    const { connection, store } = this.#host;
    const stanzas = new Map(lost.map((stanza) => [stanza.attrs.id, stanza]));
    for (const { id, with: to, text, time } of await store.unsent())
      if (id !== undefined && time < began)
        connection.send(
          stanzas.get(id) ?? message({ type: "chat", id, originId: id, to, body: text, wantsReceipt: true, isMarkable: true }),
        );
  }

  stop(): void {
    for (const timer of this.#typing.values()) clearTimeout(timer);
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  async send(jid: string, body: string): Promise<void> {
    const { account, connection, store } = this.#host;
    const id = crypto.randomUUID();
    const said: Message = { type: "chat", id, originId: id, to: jid, body, state: "active", wantsReceipt: true, isMarkable: true };
    // Written down first: what is shown is not lost, whatever happens to the page.
    const taken = await store.take({ message: said, with: jid, isOwn: true, by: account, time: this.#host.now(), progress: "sending" });
    if (taken) await this.#conversations.show(taken.message, { isNew: false, isOld: false });
    connection.send(message(said));
  }

  setTyping(jid: string, isTyping: boolean): void {
    this.#host.connection.send(message({ type: "chat", to: jid, state: isTyping ? "composing" : "active" }));
  }

  // --- what comes ------------------------------------------------------------------------------------

  async #advance(jid: string, id: string, to: Progress): Promise<void> {
    for (const one of await this.#host.store.advance(jid, id, to)) this.#host.tell({ kind: "message", message: one, isNew: false });
  }

  async #take(stanza: Xml, { archiveId, time, isLive, isLatest }: Telling): Promise<void> {
    const { account, store } = this.#host;
    const jid = otherSide(stanza, account);
    const said = readMessage(stanza);
    if (!jid || said.type === "groupchat" || said.type === "headline") return;
    if (said.type === "error") {
      if (said.id !== undefined) await this.#advance(jid, said.id, "failed");
      return;
    }
    const by = bareOf(said.from ?? account);
    const isOwn = by === account;
    if (isLive && !isOwn) this.#onLive(jid, said);
    if (!isOwn && said.receiptOf !== undefined) await this.#advance(jid, said.receiptOf, "received");
    if (!isOwn && said.displayed !== undefined) await this.#advance(jid, said.displayed, "read");
    if (isOwn && said.displayed !== undefined && isLive) await this.#conversations.change(jid, { unread: 0 });
    if (said.body === undefined && !said.reactions && said.retracts === undefined) return;
    const taken = await store.take({
      message: said,
      with: jid,
      isOwn,
      by,
      time,
      ...(archiveId === undefined ? {} : { archiveId }),
      ...(isOwn ? { progress: "sent" as const } : {}),
    });
    if (taken) await this.#conversations.show(taken.message, { isNew: isLive && taken.isAdded && !isOwn, isOld: !isLatest });
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
