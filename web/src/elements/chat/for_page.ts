// SPDX-License-Identifier: MIT
//
// What <jaseur-chat> does for the page that it stands in, when the page asks by jaseur.api.

import { buddyOf } from "../../api/events.js";
import type { Buddy, SignIn, Tour } from "../../api/jaseur.js";
import type { ApiHost } from "../../api/page_api.js";
import { jidFromInput } from "../../core/jid.js";
import type { Tours } from "../tours/tours.js";
import type { Account } from "./account.js";

/** What of <jaseur-chat> matters here. */
export interface Asked extends EventTarget {
  readonly domain: string;
  readonly isConnected: boolean;
  readonly isReady: boolean;
  /** Opens a conversation, as soon as somebody is signed in. */
  converseWith(jid: string): void;
  say(text: string): void;
  startTour(name: string): Promise<boolean>;
}

export class ForPage implements ApiHost {
  readonly element: Asked;
  readonly #account: Account;
  readonly #tours: Tours;

  constructor(element: Asked, account: Account, tours: Tours) {
    this.element = element;
    this.#account = account;
    this.#tours = tours;
  }

  get isThere(): boolean {
    return this.element.isConnected;
  }

  get isReady(): boolean {
    return this.element.isReady;
  }

  get signedInAs(): string {
    const { client } = this.#account;
    return client?.isSignedIn ? client.account : "";
  }

  get isOnline(): boolean {
    return this.#account.client?.connection.kind === "online";
  }

  get buddies(): Buddy[] {
    const { client } = this.#account;
    return client ? client.people.contacts.map((contact) => buddyOf(client, contact)) : [];
  }

  watch(jids: readonly string[]): void {
    this.#account.client?.people.watch(jids.map((jid) => this.#addressOf(jid)));
  }

  openConversation(jid: string): void {
    this.element.converseWith(this.#addressOf(jid));
  }

  async converse(jids: readonly string[], title: string): Promise<string> {
    const { client } = this.#account;
    if (!client?.isReady) throw new Error("nobody is signed in");
    const room = await client.rooms.converse(
      jids.map((jid) => this.#addressOf(jid)),
      title,
    );
    this.element.converseWith(room);
    return room;
  }

  async callWithVideo(jid: string): Promise<void> {
    const address = this.#addressOf(jid);
    const { client } = this.#account;
    if (client?.connection.kind !== "online") throw new Error("there is no connection");
    await client.calls.start(address, ["audio", "video"]);
  }

  async signIn(how: SignIn): Promise<void> {
    await this.#account.signIn(how);
  }

  async goOffline(): Promise<void> {
    await this.#account.client?.disconnect();
  }

  async signOut(): Promise<void> {
    await this.#account.client?.signOut();
  }

  say(text: string): void {
    this.element.say(text);
  }

  async startTour(name: string): Promise<boolean> {
    return await this.element.startTour(name);
  }

  addTour(tour: Tour): void {
    this.#tours.add(tour);
  }

  tourNames(): Promise<string[]> {
    return this.#tours.names();
  }

  #addressOf(jid: string): string {
    const address = jidFromInput(jid, this.element.domain);
    if (address === undefined) throw new TypeError(`${jid} is no address`);
    return address;
  }
}
