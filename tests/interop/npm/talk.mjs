// SPDX-License-Identifier: MIT
//
// Two people, each with a client and over a transport, log in and talk:
//
//     node talk.mjs CLIENT=URL CLIENT=URL
//
// CLIENT is strophe (WebSocket or BOSH, as the URL says) or xmpp (@xmpp/client, WebSocket). romeo
// is the first, juliet the second. Prints "talked"; anything else is a failure.

import { webcrypto } from "node:crypto";

import { DOMParser } from "@xmldom/xmldom";
import WebSocket from "ws";
import XMLHttpRequest from "xhr2";

/** What a browser's has and strophe.js needs. */
class Request extends XMLHttpRequest {
  constructor() {
    super();
    Object.defineProperty(this, "responseXML", {
      get: () => this.responseText && new DOMParser().parseFromString(this.responseText, "text/xml"),
    });
  }
}

globalThis.WebSocket ??= WebSocket;
globalThis.crypto ??= webcrypto; // Node 18 has it here only
globalThis.XMLHttpRequest ??= Request;

const DOMAIN = "localhost";
const PASSWORD = "secret";

/** Values that come, and who waits for them. */
class Queue {
  #values = [];
  #waiting = [];

  put(value) {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(value);
    else this.#values.push(value);
  }

  get() {
    if (this.#values.length) return Promise.resolve(this.#values.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

class WithStrophe {
  messages = new Queue();

  async start(url, user) {
    const { $msg, $pres, $iq, Strophe } = await import("strophe.js");
    Strophe.setLogLevel(Strophe.LogLevel.ERROR);
    Object.assign(this, { $msg, $pres, $iq });
    this.connection = new Strophe.Connection(url);
    const statuses = new Queue();
    this.connection.connect(`${user}@${DOMAIN}/strophe`, PASSWORD, (status, why) =>
      statuses.put([status, why]),
    );
    for (;;) {
      const [status, why] = await statuses.get();
      if (status === Strophe.Status.CONNECTED) break;
      if (
        [Strophe.Status.CONNFAIL, Strophe.Status.AUTHFAIL, Strophe.Status.DISCONNECTED].includes(
          status,
        )
      )
        throw new Error(`strophe: status ${status}: ${why}`);
    }
    this.disconnected = (async () => {
      for (;;) {
        const [status] = await statuses.get();
        if (status === Strophe.Status.DISCONNECTED) return;
      }
    })();
    this.connection.addHandler(
      (stanza) => {
        const body = stanza.getElementsByTagName("body")[0];
        if (body) this.messages.put([stanza.getAttribute("from"), body.textContent]);
        return true;
      },
      null,
      "message",
    );
    this.connection.send($pres());
    this.address = this.connection.jid;
  }

  say(to, text) {
    this.connection.send(this.$msg({ to, type: "chat" }).c("body").t(text));
  }

  roster() {
    return new Promise((resolve, reject) =>
      this.connection.sendIQ(
        this.$iq({ type: "get" }).c("query", { xmlns: "jabber:iq:roster" }),
        resolve,
        reject,
      ),
    );
  }

  async stop() {
    this.connection.disconnect();
    await this.disconnected;
  }
}

class WithXmpp {
  messages = new Queue();

  async start(url, user) {
    const { client, xml } = await import("@xmpp/client");
    this.xml = xml;
    this.client = client({
      service: url,
      domain: DOMAIN,
      username: user,
      password: PASSWORD,
      resource: "xmpp",
    });
    this.client.reconnect.stop();
    this.client.on("error", (error) => this.messages.put(error));
    this.client.on("stanza", (stanza) => {
      const body = stanza.is("message") && stanza.getChildText("body");
      if (body) this.messages.put([stanza.attrs.from, body]);
    });
    this.address = String(await this.client.start());
    await this.client.send(xml("presence"));
  }

  async say(to, text) {
    await this.client.send(this.xml("message", { to, type: "chat" }, this.xml("body", {}, text)));
  }

  roster() {
    return this.client.iqCaller.request(
      this.xml("iq", { type: "get" }, this.xml("query", "jabber:iq:roster")),
    );
  }

  async stop() {
    await this.client.stop();
  }
}

const KINDS = { strophe: WithStrophe, xmpp: WithXmpp };

async function person(argument, user) {
  const [kind, url] = argument.split(/=(.*)/s);
  const made = new KINDS[kind]();
  await made.start(url, user);
  return made;
}

async function hears(who, from, text) {
  const got = await who.messages.get();
  if (!Array.isArray(got)) throw got;
  if (got[0] !== from || got[1] !== text) throw new Error(`got ${got}, not ${text} of ${from}`);
}

const romeo = await person(process.argv[2], "romeo");
const juliet = await person(process.argv[3], "juliet");
await romeo.roster();
await juliet.roster();
for (let turn = 0; turn < 20; turn++) {
  const text = `Good morrow ${turn}! <&> \u2665 ]]> ${"x".repeat(turn * 200)}`;
  await romeo.say(juliet.address, text);
  await hears(juliet, romeo.address, text);
  await juliet.say(romeo.address, text);
  await hears(romeo, juliet.address, text);
}
await romeo.stop();
await juliet.stop();
console.log("talked");
process.exit(0);
