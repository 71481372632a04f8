// SPDX-License-Identifier: MIT

import type { ConnectionState } from "../core/connection.js";
import type { Client } from "../model/client.js";
import type { RefusedError } from "./jaseur.js";

function refused(condition: string): RefusedError {
  return Object.assign(new Error(condition), { name: "RefusedError" as const, condition });
}

/**
 * Resolves when the client has a connection and knows the contacts, also after several tries. Rejects with a RefusedError
 * when the server says no, when somebody signs out meanwhile, or takes it out of the page.
 */
export function outcome(client: Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = new AbortController();
    const check = (state: ConnectionState): void => {
      if (!client.isReady && state.kind !== "refused" && state.kind !== "offline") return;
      unsubscribe();
      end.abort();
      if (state.kind === "refused") reject(refused(state.condition));
      else if (state.kind === "offline") reject(refused("closed"));
      else resolve();
    };
    const unsubscribe = client.events.on("news", () => check(client.connection));
    signal.addEventListener("abort", () => check({ kind: "offline" }), { signal: end.signal });
    check(client.connection);
  });
}
