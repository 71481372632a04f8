// SPDX-License-Identifier: MIT
//
// The connection, for a developer: what passes is told to the tabs while somebody watches.

import type { ConnectionDetails } from "../../core/connection.js";
import { payloadOf } from "../../core/iq.js";
import type { Xml } from "../../core/xml.js";
import { withoutSecrets } from "../developer.js";
import type { Host, Part } from "../part.js";

/** Whoever watches says so again and again: a tab that is gone says nothing. */
export const WATCH_MS = 30_000;

export class DeveloperPart implements Part {
  readonly asks = ["watch", "send", "request", "details"] as const;
  readonly #host: Host;
  #watchedUntil = 0;

  constructor(host: Host) {
    this.#host = host;
    host.connection.events.on("traffic", ({ direction, el }) => {
      const time = Date.now();
      if (time < this.#watchedUntil) host.tell({ kind: "passed", passed: { direction, time, el: withoutSecrets(el) } });
    });
  }

  watch(): void {
    this.#watchedUntil = Date.now() + WATCH_MS;
  }

  /** Returns whether it went out, or will. */
  send(stanza: Xml): boolean {
    return this.#host.connection.send(stanza);
  }

  async request(type: "get" | "set", payload: Xml, to: string): Promise<Xml | undefined> {
    return payloadOf(await this.#host.ask(type, payload, to));
  }

  details(): ConnectionDetails {
    return this.#host.connection.details;
  }
}
