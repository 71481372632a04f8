// SPDX-License-Identifier: MIT
//
// Who is blocked (XEP-0191), and what is said about it to the server (XEP-0377).

import { StanzaError } from "../../core/stanza_error.js";
import { payloadOf } from "../../core/iq.js";
import { NS_BLOCKING, blockListQuery, blocking, readBlocked } from "../../protocol/xep0191.js";
import type { Host, Part, Session } from "../part.js";
import type { Complaint, Snapshot } from "../types.js";

const REPORTED_MAX = 10; // messages

export class BlockingPart implements Part {
  readonly asks = ["block", "unblock"] as const;
  readonly #host: Host;
  readonly #blocked = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
    for (const what of ["block", "unblock"] as const)
      host.connection.iqs.onRequest("set", what, NS_BLOCKING, (list, from) => {
        // Section 3.3: only the server pushes.
        if (from !== undefined && from !== host.account) throw new StanzaError("service-unavailable");
        this.#onPush(what, readBlocked(list));
        return undefined;
      });
  }

  async onSession({ isNew }: Session): Promise<void> {
    if (!isNew) return;
    const list = payloadOf(await this.#host.ask("get", blockListQuery()));
    this.#blocked.clear();
    for (const jid of list ? readBlocked(list) : []) this.#blocked.add(jid);
    this.#tell();
  }

  forget(): void {
    this.#blocked.clear();
  }

  snapshot(): Partial<Snapshot> {
    return { blocked: [...this.#blocked] };
  }

  #onPush(what: "block" | "unblock", jids: readonly string[]): void {
    if (what === "block") for (const jid of jids) this.#blocked.add(jid);
    else if (jids.length === 0) this.#blocked.clear(); // section 3.5: all of them
    else for (const jid of jids) this.#blocked.delete(jid);
    this.#tell();
  }

  #tell(): void {
    this.#host.tell({ kind: "blocked", blocked: [...this.#blocked] });
  }

  // --- what tabs ask for ---------------------------------------------------------------------------

  /** With a complaint, the server is told why, and which of the last messages. */
  async block(jid: string, complaint?: Complaint): Promise<void> {
    const { account, store } = this.#host;
    const last = complaint ? await store.before(jid, Number.MAX_SAFE_INTEGER, REPORTED_MAX) : [];
    const messages = last.flatMap(({ isOwn, archiveId }) => (isOwn || archiveId === undefined ? [] : { by: account, id: archiveId }));
    await this.#host.ask("set", blocking("block", [jid], complaint && { ...complaint, messages }));
  }

  async unblock(jid: string): Promise<void> {
    await this.#host.ask("set", blocking("unblock", [jid]));
  }
}
