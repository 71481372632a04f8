// SPDX-License-Identifier: MIT
//
// Who is there: the account itself, and those who let it know.

import { bareOf } from "../../core/jid.js";
import type { Xml } from "../../core/xml.js";
import { presence, readPresence, type Availability } from "../../protocol/rfc6121_presence.js";
import type { Host, Part, Session } from "../part.js";
import type { PersonPresence, Snapshot } from "../types.js";

/** Best first: of several clients the one is shown with which a person can be reached. */
const SHOWN_FIRST: readonly Availability[] = ["chat", "online", "dnd", "away", "xa", "offline"];

export class PresencesPart implements Part {
  readonly asks = ["setAvailability"] as const;
  readonly #host: Host;
  readonly #presences = new Map<string, Map<string, PersonPresence>>(); // by bare, by full address
  #availability: Availability = "online";
  #status = "";

  constructor(host: Host) {
    this.#host = host;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a step like those of the others
  async onSession({ isNew, lost }: Session): Promise<void> {
    if (!isNew) return;
    this.forget();
    this.#host.tell({ kind: "presences", presences: [] });
    this.#say();
    // Requests and their answers; saying one twice does no harm (RFC 6121 section 3).
    for (const stanza of lost) if (stanza.name === "presence" && stanza.attrs.to) this.#host.connection.send(stanza);
  }

  onPresence(stanza: Xml): void {
    const read = readPresence(stanza);
    if (!read) return;
    const from = stanza.attrs.from ?? this.#host.account;
    const jid = bareOf(from);
    const clients = this.#presences.get(jid) ?? new Map<string, PersonPresence>();
    if (read.availability === "offline") clients.delete(from);
    else clients.set(from, { jid, availability: read.availability, status: read.status });
    this.#presences.set(jid, clients);
    this.#host.tell({ kind: "presence", presence: this.#of(jid) });
  }

  forget(): void {
    this.#presences.clear();
  }

  snapshot(): Partial<Snapshot> {
    return { presences: [...this.#presences.keys()].map((jid) => this.#of(jid)) };
  }

  setAvailability(availability: Availability, status = ""): void {
    this.#availability = availability;
    this.#status = status;
    this.#say();
  }

  #say(): void {
    this.#host.connection.send(presence(this.#availability, { status: this.#status }));
  }

  #of(jid: string): PersonPresence {
    const clients = [...(this.#presences.get(jid)?.values() ?? [])];
    clients.sort((a, b) => SHOWN_FIRST.indexOf(a.availability) - SHOWN_FIRST.indexOf(b.availability));
    return clients[0] ?? { jid, availability: "offline", status: "" };
  }
}
