// SPDX-License-Identifier: MIT
//
// The browser's push service tells this device what comes while no page is open (XEP-0357, Web
// Push; docs/push.md). The subscription is made by a page; here the server is told of it, again
// with each session, which it belongs to.

import { domainOf } from "../../core/jid.js";
import { jsonOf } from "../../core/json.js";
import { child } from "../../core/xml.js";
import { NS_WEB_PUSH, pushDisabling, pushEnabling, readVapid, vapidQuery, type BrowserSubscription } from "../../protocol/xep0357.js";
import { NS_DISCO_INFO, discoInfoQuery, readDiscoInfo } from "../../protocol/xep0030.js";
import type { Host, Part, Session } from "../part.js";
import type { PushState, Snapshot } from "../types.js";

const FACT = "push";

/** What the server was told of. */
interface Registered extends BrowserSubscription {
  /** Names this browser. */
  readonly node: string;
}

export class PushPart implements Part {
  readonly asks = ["enable", "disable"] as const;
  readonly #host: Host;
  #key = "";
  #registered: Registered | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    const written = await this.#host.store.fact(FACT);
    this.#registered = written ? (JSON.parse(written) as Registered) : undefined;
  }

  async onSession({ isNew }: Session): Promise<void> {
    if (!isNew && this.#key) return;
    const { account } = this.#host;
    const info = child(await this.#host.ask("get", discoInfoQuery(), account), "query", NS_DISCO_INFO);
    this.#key = info && readDiscoInfo(info).features.includes(NS_WEB_PUSH) ? (readVapid(await this.#host.ask("get", vapidQuery(), account)) ?? "") : "";
    this.#tell();
    if (isNew && this.#registered) await this.enable(this.#registered);
  }

  /** Before somebody else may look at this browser. */
  async onLeaving(): Promise<void> {
    if (this.#registered) await this.disable();
  }

  forget(): void {
    this.#registered = undefined;
    this.#key = "";
  }

  snapshot(): Partial<Snapshot> {
    return { push: this.#state() };
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** Rejects with a StanzaError. */
  async enable({ endpoint, p256dh, auth }: BrowserSubscription): Promise<void> {
    const registered = { node: this.#registered?.node ?? crypto.randomUUID(), endpoint, p256dh, auth };
    await this.#host.ask("set", pushEnabling(domainOf(this.#host.account), registered.node, registered));
    await this.#keep(registered);
  }

  async disable(): Promise<void> {
    const registered = this.#registered;
    await this.#keep(undefined);
    if (registered) await this.#host.ask("set", pushDisabling(domainOf(this.#host.account), registered.node));
  }

  async #keep(registered: Registered | undefined): Promise<void> {
    this.#registered = registered;
    await this.#host.store.setFact(FACT, registered ? jsonOf(registered) : "");
    this.#tell();
  }

  #state(): PushState {
    return { key: this.#key, endpoint: this.#registered?.endpoint ?? "" };
  }

  #tell(): void {
    this.#host.tell({ kind: "push", push: this.#state() });
  }
}
