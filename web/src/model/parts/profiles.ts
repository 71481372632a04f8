// SPDX-License-Identifier: MIT
//
// What people say of themselves and are looked up by: names (XEP-0172), cards (XEP-0054), when they were
// last there (XEP-0012), the server's directory (XEP-0055); and inviting others (XEP-0401).

import { bareOf, domainOf } from "../../core/jid.js";
import { StanzaError } from "../../core/stanza_error.js";
import { child, type Xml } from "../../core/xml.js";
import { lastActivityQuery, readLastActivity, type LastActivity } from "../../protocol/xep0012.js";
import { NS_VCARD, readVCard, vcard, vcardQuery, type VCard } from "../../protocol/xep0054.js";
import { peopleQuery, readPeople, type FoundPeople } from "../../protocol/xep0055.js";
import { readEvent } from "../../protocol/xep0060.js";
import { NS_NICK, nickPublication, readNick } from "../../protocol/xep0172.js";
import { inviteCommand, readMadeInvitation, type MadeInvitation } from "../../protocol/xep0401.js";
import { readInvitationUri } from "../../protocol/xep0445.js";
import type { Host, Part } from "../part.js";
import type { Snapshot } from "../types.js";

const FOUND_MAX = 20;

export class ProfilesPart implements Part {
  readonly asks = ["card", "setCard", "lastActivity", "search", "invite"] as const;
  readonly features = [`${NS_NICK}+notify`];
  readonly #host: Host;
  readonly #nicks = new Map<string, string>(); // by bare address

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    for (const { jid, nick } of await this.#host.store.nicks()) this.#nicks.set(jid, nick);
  }

  async onEvent(stanza: Xml): Promise<void> {
    const event = readEvent(stanza);
    if (event?.node !== NS_NICK) return;
    const item = event.items.at(-1);
    await this.#setNick(bareOf(stanza.attrs.from ?? this.#host.account), item ? readNick(item) : "");
  }

  forget(): void {
    this.#nicks.clear();
  }

  snapshot(): Partial<Snapshot> {
    return { nicks: [...this.#nicks].map(([jid, nick]) => ({ jid, nick })) };
  }

  /** nick: "" for none */
  async #setNick(jid: string, nick: string): Promise<void> {
    if ((this.#nicks.get(jid) ?? "") === nick) return;
    if (nick) this.#nicks.set(jid, nick);
    else this.#nicks.delete(jid);
    this.#host.tell({ kind: "nick", jid, nick });
    await this.#host.store.putNick(jid, nick);
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** Somebody's, or the own. An empty one when there is none. */
  async card(jid: string): Promise<VCard> {
    return readVCard(await this.#cardOf(jid));
  }

  /** The own; also how others see the account called. */
  async setCard(card: VCard): Promise<void> {
    const { account } = this.#host;
    const old = await this.#cardOf(account);
    const { photo } = readVCard(old); // changed by its own node (avatars.ts)
    await this.#host.ask("set", vcard({ ...card, ...(photo && { photo }) }, old));
    const nick = card.nickname || card.name;
    await this.#host.ask("set", nickPublication(nick));
    await this.#setNick(account, nick);
  }

  /** Undefined: whoever it is does not let the account know. */
  async lastActivity(jid: string): Promise<LastActivity | undefined> {
    return readLastActivity(await this.#host.ask("get", lastActivityQuery(), jid));
  }

  /** after: the last one of the page before */
  async search(words: string, after?: string): Promise<FoundPeople> {
    const page = { max: FOUND_MAX, ...(after === undefined ? {} : { after }) };
    const found = readPeople(await this.#host.ask("set", peopleQuery(words, page), this.#domain()));
    return found ?? { people: [] };
  }

  async invite(): Promise<MadeInvitation | undefined> {
    const made = readMadeInvitation(await this.#host.ask("set", inviteCommand(), this.#domain()));
    const token = made && readInvitationUri(made.uri)?.token;
    // A server that was not told its address by the operator is where this client came from.
    return made && token !== undefined ? { page: `${this.#host.connection.site}/invite/${encodeURIComponent(token)}`, ...made } : made;
  }

  // -----------------------------------------------------------------------------------------------------

  #domain(): string {
    return domainOf(this.#host.account);
  }

  async #cardOf(jid: string): Promise<Xml> {
    const nothing = vcardQuery();
    try {
      return child(await this.#host.ask("get", vcardQuery(), jid), "vCard", NS_VCARD) ?? nothing;
    } catch (error) {
      if (error instanceof StanzaError && error.condition === "item-not-found") return nothing;
      throw error;
    }
  }
}
