// SPDX-License-Identifier: MIT
//
// What must be there to notice a call: the rest (calls/exchange.ts) is loaded with the first.

import { jsonOf } from "../../core/json.js";
import { StanzaError } from "../../core/stanza_error.js";
import { elements, type Xml } from "../../core/xml.js";
import { CALL_FEATURES, NS_JINGLE, NS_RINGING } from "../../protocol/call_features.js";
import { readCarbon } from "../../protocol/xep0280.js";
import type { Around, Exchange } from "../calls/exchange.js";
import { Later } from "../later.js";
import type { Host, Part, Session } from "../part.js";
import type { Call, News, Snapshot } from "../types.js";

const CALL_FACT = "call"; // the call that there is, as JSON; "" for none

export class CallsPart implements Part {
  readonly asks = [] as const;
  readonly features = CALL_FEATURES;
  readonly later: Later<Exchange>;
  readonly #host: Host;
  #kept: Call | undefined; // of an earlier page, or of one that has crashed

  constructor(host: Host, around: Around) {
    this.#host = host;
    this.later = new Later(async () => new (await import("../calls/exchange.js")).Exchange(host, around));
    host.connection.iqs.onRequest("set", "jingle", NS_JINGLE, async (jingle, from) => {
      // In its turn: by then it is known what an earlier page has left.
      await new Promise((turn) => {
        host.do(() => {
          turn(undefined);
          return Promise.resolve();
        });
      });
      const { loaded } = this.later;
      if (!loaded) throw new StanzaError("item-not-found"); // XEP-0166 section 10
      loaded.onJingle(jingle, from);
      return undefined;
    });
  }

  async load(): Promise<void> {
    const written = await this.#host.store.fact(CALL_FACT);
    if (written) this.#kept = JSON.parse(written) as Call;
  }

  async onSession({ isNew }: Session): Promise<void> {
    const kept = this.#kept;
    if (kept ?? this.later.loaded) (await this.later.get()).onSession(isNew, kept);
    this.#kept = undefined;
  }

  async onMessage(stanza: Xml): Promise<boolean> {
    const said = readCarbon(stanza, this.#host.account)?.message ?? stanza;
    if (!elements(said, undefined, NS_RINGING).length || said.attrs.type === "error") return false;
    return (await this.later.get()).onMessage(said, stanza); // else it is in the history of the conversation
  }

  onNews(news: News): void {
    if (news.kind === "call" || news.kind === "callEnd")
      this.#host.do(() => this.#host.store.setFact(CALL_FACT, news.kind === "call" ? jsonOf(news.call) : ""));
  }

  onLeaving(): Promise<void> {
    return Promise.resolve(this.later.loaded?.leave());
  }

  forget(): void {
    this.#kept = undefined;
    this.later.loaded?.stop();
  }

  stop(): void {
    this.later.loaded?.stop();
  }

  snapshot(): Partial<Snapshot> {
    return { call: this.later.loaded ? this.later.loaded.call : this.#kept };
  }
}
