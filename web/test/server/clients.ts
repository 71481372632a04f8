// SPDX-License-Identifier: MIT
//
// Clients of a test's server, without a page: browsers, their tabs, and what is open in them.

import { Backoff } from "../../src/core/backoff.js";
import { BoshTransport } from "../../src/core/bosh.js";
import { PageMemory, type Memory } from "../../src/core/memory.js";
import type { Transport, TransportHandler } from "../../src/core/transport.js";
import { WebSocketTransport } from "../../src/core/websocket.js";
import type { Xml } from "../../src/core/xml.js";
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

/** Keeps back some of what comes, as a slow server does. */
export class Gate {
  readonly #held: (() => void)[] = [];
  #isHeld: (el: Xml) => boolean = () => false;

  close(isHeld: (el: Xml) => boolean): void {
    this.#isHeld = isHeld;
  }

  open(): void {
    this.#isHeld = () => false;
    for (const pass of this.#held.splice(0)) pass();
  }

  pass(el: Xml, on: (el: Xml) => void): void {
    if (this.#isHeld(el)) this.#held.push(() => on(el));
    else on(el);
  }
}

/** A transport behind a gate. */
class Gated implements Transport {
  readonly #transport: Transport;
  readonly #gate: Gate;

  constructor(transport: Transport, gate: Gate) {
    this.#transport = transport;
    this.#gate = gate;
  }

  open(handler: TransportHandler): void {
    this.#transport.open({
      onOpen: () => handler.onOpen(),
      onElement: (el) => this.#gate.pass(el, (passed) => handler.onElement(passed)),
      onClose: (reason) => handler.onClose(reason),
    });
  }

  send(el: Xml): void {
    this.#transport.send(el);
  }

  close(): void {
    this.#transport.close();
  }

  abort(): void {
    this.#transport.abort();
  }
}

export interface Browser {
  readonly user: string;
  readonly memory: Memory;
  readonly locks: Locks;
  readonly gate: Gate;
  /** The last is in use. */
  readonly transports: Transport[];
}

export function openBrowser(user: string): Browser {
  return { user, memory: new PageMemory(), locks: new OneAfterTheOther(), gate: new Gate(), transports: [] };
}

export class Clients {
  /** Names of elements, by whoever is at work. */
  readonly sent: string[] = [];
  /** Ids of what the server has handled. */
  readonly acknowledged: (string | undefined)[] = [];
  readonly #server: () => Server;
  readonly #all: Client[] = [];

  constructor(server: () => Server) {
    this.#server = server;
  }

  openTab({ user, memory, locks, gate, transports }: Browser): Client {
    const account = `${user}@localhost`;
    const { site } = this.#server();
    const makeTransport = (kind: "websocket" | "bosh", url: string, domain: string): Transport => {
      const made = new Gated(kind === "websocket" ? new WebSocketTransport(url, domain) : new BoshTransport(url, domain), gate);
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
            engine.connection.events.on("acknowledged", (stanzas) => this.acknowledged.push(...stanzas.map(({ attrs }) => attrs.id)));
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
