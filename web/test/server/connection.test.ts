// SPDX-License-Identifier: MIT
//
// Connections to a real server: over WebSocket and BOSH, by password and token, across cuts.

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Backoff } from "../../src/core/backoff.js";
import { BoshTransport } from "../../src/core/bosh.js";
import { Connection, type ConnectionState } from "../../src/core/connection.js";
import { discover, type Endpoints } from "../../src/core/discovery.js";
import { PageMemory, recall, type Memory } from "../../src/core/memory.js";
import { NS_CLIENT, NS_PING } from "../../src/core/ns.js";
import type { Transport } from "../../src/core/transport.js";
import { WebSocketTransport } from "../../src/core/websocket.js";
import { childText, xml, type Xml } from "../../src/core/xml.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

let server: Server;
let endpoints: Endpoints;

beforeAll(async () => {
  server = await Server.start("modules.login.enabled=yes", "modules.leave.grace=2s");
  server.addUsers("romeo", "juliet");
  endpoints = await discover(server.site);
});

afterAll(() => server.stop());

/** With what it heard, and the transports to cut. */
class Person {
  readonly connection: Connection;
  readonly heard: (string | undefined)[] = [];
  readonly handled: (string | undefined)[] = [];
  readonly sessions: { isNew: boolean; lost: readonly Xml[] }[] = [];
  readonly transports: Transport[] = [];
  closed = 0; // of these

  constructor(
    readonly name: string,
    readonly memory: Memory = new PageMemory(),
    over: Endpoints = endpoints,
  ) {
    this.connection = new Connection({
      account: name ? `${name}@localhost` : "",
      domain: "localhost",
      site: server.site,
      endpoints: over,
      memory,
      backoff: new Backoff(() => 0),
      makeTransport: (kind, url, domain) => {
        const made = kind === "websocket" ? new WebSocketTransport(url, domain) : new BoshTransport(url, domain);
        this.transports.push(made);
        const open = made.open.bind(made);
        made.open = (handler) => {
          const onClose = (reason: string): void => {
            this.closed++;
            handler.onClose(reason);
          };
          open({ ...handler, onClose });
        };
        return made;
      },
    });
    this.connection.events.on("stanza", (stanza) => {
      const body = childText(stanza, "body");
      if (body !== undefined) this.heard.push(body);
    });
    this.connection.events.on("acknowledged", (stanzas) => this.handled.push(...stanzas.map((stanza) => childText(stanza, "body"))));
    this.connection.events.on("session", (session) => this.sessions.push(session));
  }

  until(kind: ConnectionState["kind"]): Promise<ConnectionState> {
    return eventually(() => (this.connection.state.kind === kind ? this.connection.state : undefined));
  }

  async online(): Promise<this> {
    this.connection.connect({ kind: "password", password: `secret of ${this.name}` });
    await this.until("online");
    this.connection.send(xml("presence", NS_CLIENT));
    return this;
  }

  say(to: Person, body: string): void {
    this.connection.send(xml("message", NS_CLIENT, { to: to.connection.account, type: "chat" }, xml("body", NS_CLIENT, {}, body)));
  }

  cut(): void {
    // As the network does: nobody says anything, the handler hears of it.
    this.transports.at(-1)?.abort();
  }
}

describe.each([
  ["WebSocket", (all: Endpoints): Endpoints => ({ websocket: all.websocket! })],
  ["BOSH", (all: Endpoints): Endpoints => ({ bosh: all.bosh! })],
])("over %s", (_, only) => {
  it("logs in by password, asks, and talks (XEP-0388 section 2, XEP-0386 section 3)", async () => {
    const romeo = await new Person("romeo", new PageMemory(), only(endpoints)).online();
    const juliet = await new Person("juliet", new PageMemory(), only(endpoints)).online();
    expect(romeo.connection.jid).toMatch(/^romeo@localhost\/Web/);
    const answer = await romeo.connection.iqs.ask("get", xml("ping", NS_PING), "localhost");
    expect(answer.attrs.type).toBe("result");
    const said = Array.from({ length: 50 }, (_one, i) => `${i} <&> \u2665 ${"x".repeat(i * 100)}`);
    for (const body of said) romeo.say(juliet, body);
    await eventually(() => (juliet.heard.length === said.length ? true : undefined));
    expect(juliet.heard).toEqual(said);
    await eventually(() => (romeo.handled.filter(Boolean).length === said.length ? true : undefined));
    romeo.connection.disconnect();
    juliet.connection.disconnect();
  });

  it("resumes its session and loses nothing (XEP-0198 section 5)", async () => {
    const romeo = await new Person("romeo", new PageMemory(), only(endpoints)).online();
    const juliet = await new Person("juliet", new PageMemory(), only(endpoints)).online();
    const said: string[] = [];
    for (let cut = 0; cut < 3; cut++) {
      juliet.cut();
      await juliet.until("waiting");
      for (let i = 0; i < 5; i++) {
        said.push(`${cut}.${i}`);
        romeo.say(juliet, `${cut}.${i}`);
      }
      juliet.say(romeo, `back ${cut}`);
      juliet.connection.nudge();
      await juliet.until("online");
      await eventually(() => (juliet.heard.length === said.length && romeo.heard.length === cut + 1 ? true : undefined));
    }
    expect(juliet.heard).toEqual(said);
    expect(juliet.sessions.map(({ isNew }) => isNew)).toEqual([true, false, false, false]);
    romeo.connection.disconnect();
    juliet.connection.disconnect();
  });

  it("goes on after a reload, by its token (XEP-0484 section 3)", async () => {
    const memory = new PageMemory();
    const before = await new Person("juliet", memory, only(endpoints)).online();
    const jid = before.connection.jid;
    before.connection.suspend();
    const romeo = await new Person("romeo", new PageMemory(), only(endpoints)).online();
    romeo.say(before, "while you were away");
    const after = new Person("juliet", memory, only(endpoints));
    expect(after.connection.hasToken).toBe(true);
    after.connection.connect();
    await after.until("online");
    expect(after.connection.jid).toBe(jid);
    await eventually(() => after.heard[0]);
    expect(after.heard).toEqual(["while you were away"]);
    expect(after.sessions.map(({ isNew }) => isNew)).toEqual([false]);
    after.connection.disconnect();
    romeo.connection.disconnect();
  });

  it("says that its page goes away, and is gone unless another comes (decision 117)", async () => {
    const romeo = await new Person("romeo", new PageMemory(), only(endpoints)).online();
    const absent: string[] = [];
    romeo.connection.events.on("stanza", ({ name, attrs }) => {
      if (name === "presence" && attrs.type === "unavailable") absent.push(attrs.from ?? "");
    });
    const memory = new PageMemory();
    const go = async (person: Person): Promise<void> => {
      const { url, body } = person.connection.farewell()!;
      person.connection.suspend();
      expect((await fetch(url, { method: "POST", body })).status).toBe(204);
    };
    const before = await new Person("juliet", memory, only(endpoints)).online();
    before.connection.send(xml("presence", NS_CLIENT, { to: romeo.connection.jid }));
    await go(before);
    const after = new Person("juliet", memory, only(endpoints));
    after.connection.connect();
    await after.until("online");
    expect(after.sessions.map(({ isNew }) => isNew)).toEqual([false]);
    const jid = after.connection.jid;
    await go(after);
    await eventually(() => absent[0]);
    expect(absent).toEqual([jid]);
    romeo.connection.disconnect();
    expect(new Connection({ account: "romeo@localhost", site: "", memory: new PageMemory() }).farewell()).toBeUndefined();
  });

  it("says that a password is wrong", async () => {
    const eve = new Person("romeo", new PageMemory(), only(endpoints));
    eve.connection.connect({ kind: "password", password: "guess" });
    expect(await eve.until("refused")).toEqual({ kind: "refused", condition: "not-authorized" });
  });

  it("needs a secret after it was told to forget, and so does who has read its memory before (XEP-0484 section 3.6)", async () => {
    const memory = new PageMemory();
    const juliet = await new Person("juliet", memory, only(endpoints)).online();
    const stolen = new PageMemory();
    stolen.set("agent", memory.get("agent"));
    // With a count that was not used before: that it was would be refused as well.
    stolen.set("token", JSON.stringify({ ...(recall(memory, "token") as object), count: 9 }));
    juliet.connection.disconnect({ forget: true });
    await eventually(() => (juliet.closed === 2 ? true : undefined));
    const eve = new Person("juliet", stolen, only(endpoints));
    expect(eve.connection.hasToken).toBe(true);
    eve.connection.connect();
    expect(await eve.until("refused")).toEqual({ kind: "refused", condition: "not-authorized" });
    expect(juliet.connection.hasToken).toBe(false);
    juliet.connection.connect();
    expect(await juliet.until("refused")).toEqual({ kind: "refused", condition: "not-authorized" });
  });
});

it("falls back to BOSH where WebSocket does not get through", async () => {
  const juliet = await new Person("juliet", new PageMemory(), { websocket: "wss://localhost:1/", bosh: endpoints.bosh! }).online();
  expect(juliet.transports.at(-1)).toBeInstanceOf(BoshTransport);
  juliet.connection.disconnect();
});

it("logs in by the token of a portal, which is good once (RFC 7628)", async () => {
  const token = /jaseur_login_\S+?(?=["\s])/.exec(server.run("--json", "login", "add", "romeo@localhost"))?.[0] ?? "";
  const romeo = new Person("romeo");
  romeo.connection.connect({ kind: "bearer", token });
  await romeo.until("online");
  const eve = new Person("romeo");
  eve.connection.connect({ kind: "bearer", token });
  expect(await eve.until("refused")).toEqual({ kind: "refused", condition: "not-authorized" });
  romeo.connection.disconnect();
});

it("begins anew, and says what was lost, when the server has forgotten the session", async () => {
  const juliet = await new Person("juliet").online();
  const romeo = await new Person("romeo").online();
  await romeo.connection.iqs.ask("get", xml("ping", NS_PING)); // all before it is handled
  server.run("session", "close", "juliet@localhost");
  juliet.cut();
  juliet.say(romeo, "lost?");
  juliet.connection.nudge();
  await eventually(() => juliet.sessions[1]);
  expect(juliet.sessions[1]?.isNew).toBe(true);
  romeo.connection.disconnect();
  juliet.connection.disconnect();
});
