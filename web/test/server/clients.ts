// SPDX-License-Identifier: MIT
//
// Clients of a test's server, without a page: browsers, their tabs, and what is open in them.

import { Backoff } from "../../src/core/backoff.js";
import { BoshTransport } from "../../src/core/bosh.js";
import { PageMemory, type Memory } from "../../src/core/memory.js";
import type { Transport } from "../../src/core/transport.js";
import { WebSocketTransport } from "../../src/core/websocket.js";
import { Client } from "../../src/model/client.js";
import { Engine } from "../../src/model/engine.js";
import { Tabs, type Locks } from "../../src/model/tabs.js";
import type { Timeline } from "../../src/model/timeline.js";
import { eventually } from "./eventually.js";
import type { Server } from "./server.js";

/** As a browser's: who comes first holds it, then the next. */
class OneAfterTheOther implements Locks {
  #last: Promise<void> = Promise.resolve();

  request(_name: string, { signal }: { signal: AbortSignal }, held: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(() => (signal.aborted ? undefined : held()));
    this.#last = turn;
    return turn;
  }
}

export interface Browser {
  readonly user: string;
  readonly memory: Memory;
  readonly locks: Locks;
  /** The last is in use. */
  readonly transports: Transport[];
}

export function openBrowser(user: string): Browser {
  return { user, memory: new PageMemory(), locks: new OneAfterTheOther(), transports: [] };
}

export class Clients {
  /** Names of elements, by whoever is at work. */
  readonly sent: string[] = [];
  readonly #server: () => Server;
  readonly #all: Client[] = [];

  constructor(server: () => Server) {
    this.#server = server;
  }

  openTab({ user, memory, locks, transports }: Browser): Client {
    const account = `${user}@localhost`;
    const { site } = this.#server();
    const makeTransport = (kind: "websocket" | "bosh", url: string, domain: string): Transport => {
      const made = kind === "websocket" ? new WebSocketTransport(url, domain) : new BoshTransport(url, domain);
      transports.push(made);
      return made;
    };
    const client = new Client(
      (onNews) =>
        new Tabs({
          name: `${site} ${account}`,
          locks,
          onNews,
          makeEngine: (tell) => {
            const engine = new Engine({ account, site, memory, backoff: new Backoff(() => 0), makeTransport, onNews: tell });
            engine.connection.events.on("traffic", ({ direction, el }) => (direction === "out" ? this.sent.push(el.name) : undefined));
            return engine;
          },
        }),
    );
    this.#all.push(client);
    return client;
  }

  async signIn(where: Browser): Promise<Client> {
    const client = this.openTab(where);
    await eventually(() => client.isKnown);
    await client.signIn({ kind: "password", password: `secret of ${where.user}` });
    await eventually(() => client.connection.kind === "online");
    return client;
  }

  closeAll(): void {
    for (const client of this.#all) client.close();
  }
}

export async function show(client: Client, jid: string): Promise<Timeline> {
  const timeline = client.timeline(jid);
  await eventually(() => !timeline.isLoading);
  return timeline;
}

export const textsIn = ({ messages }: Timeline): string[] => messages.map(({ text }) => text);
