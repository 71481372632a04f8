// SPDX-License-Identifier: MIT
//
// A person with a client: strophe.js (WebSocket or BOSH, as the URL says) or @xmpp/client
// (WebSocket). Both build and read stanzas their own way; stories do so in one:
//
//   built   ["presence", { to: "..." }, ["x", { xmlns: "..." }], "text"]
//   read    the stanza as an element of the DOM

import { webcrypto } from "node:crypto";

import { DOMParser, XMLSerializer } from "@xmldom/xmldom";
import WebSocket from "ws";
import XMLHttpRequest from "xhr2";

const parse = (text) => new DOMParser().parseFromString(text, "text/xml");

/** What a browser's has and strophe.js needs. */
class Request extends XMLHttpRequest {
  constructor() {
    super();
    Object.defineProperty(this, "responseXML", {
      get: () => this.responseText && parse(this.responseText),
    });
  }
}

globalThis.WebSocket ??= WebSocket;
globalThis.crypto ??= webcrypto; // Node 18 has it here only
globalThis.XMLHttpRequest ??= Request;

const DOMAIN = "localhost";
const PASSWORD = "secret";
const PATIENCE_MS = 20_000; // until what did not happen is a failure; never waited for in vain

/** Values that come, and who waits for them. */
export class Queue {
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
  stanzas = new Queue();

  async start(url, user) {
    const { $build, Strophe } = await import("strophe.js");
    Strophe.setLogLevel(Strophe.LogLevel.ERROR);
    this.$build = $build;
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
    this.connection.addHandler((stanza) => {
      this.stanzas.put(stanza);
      const body = stanza.tagName === "message" && stanza.getElementsByTagName("body")[0];
      if (body && stanza.getAttribute("type") !== "error") this.messages.put([stanza.getAttribute("from"), body.textContent]);
      return true;
    });
    this.send(["presence", {}]);
    this.address = this.connection.jid;
  }

  #build([name, attributes, ...children]) {
    const add = (builder, [child, others, ...inner]) => {
      builder.c(child, others);
      for (const one of inner) typeof one === "string" ? builder.t(one) : add(builder, one);
      return builder.up();
    };
    const made = this.$build(name, attributes);
    for (const one of children) add(made, one);
    return made;
  }

  send(stanza) {
    this.connection.send(this.#build(stanza));
  }

  request(stanza) {
    return new Promise((resolve, reject) =>
      this.connection.sendIQ(this.#build(stanza), resolve, (error) =>
        reject(new Error(error ? new XMLSerializer().serializeToString(error) : "no answer")),
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
  stanzas = new Queue();

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
    this.client.on("error", (error) => {
      this.messages.put(error);
      this.stanzas.put(error);
    });
    this.client.on("stanza", (stanza) => {
      this.stanzas.put(parse(stanza.toString()).documentElement);
      const body = stanza.is("message") && stanza.getChildText("body");
      if (body && stanza.attrs.type !== "error") this.messages.put([stanza.attrs.from, body]);
    });
    this.address = String(await this.client.start());
    await this.send(["presence", {}]);
  }

  #build = (part) =>
    typeof part === "string"
      ? part
      : this.xml(part[0], part[1], ...part.slice(2).map(this.#build));

  send(stanza) {
    return this.client.send(this.#build(stanza));
  }

  async request(stanza) {
    const answer = await this.client.iqCaller.request(this.#build(stanza));
    return parse(answer.toString()).documentElement;
  }

  async stop() {
    await this.client.stop();
  }
}

const KINDS = { strophe: WithStrophe, xmpp: WithXmpp };

/** argument is CLIENT=URL, CLIENT one of the above. Resolves when logged in and available. */
export async function person(argument, user) {
  const [kind, url] = argument.split(/=(.*)/s);
  const made = new KINDS[kind]();
  await made.start(url, user);
  return made;
}

/** Sends a message of that type. */
export async function say(who, to, text, type = "chat") {
  await who.send(["message", { to, type }, ["body", {}, text]]);
}

/** What work resolves to, or a failure if it takes too long. */
async function soon(work, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(what())), PATIENCE_MS);
  });
  try {
    const got = await Promise.race([work, late]);
    if (got instanceof Error) throw got;
    return got;
  } finally {
    clearTimeout(timer);
  }
}

/** The next message with a body must be that one. */
export async function hears(who, from, text) {
  const got = await soon(who.messages.get(), () => `${who.address} did not hear ${text}`);
  if (got[0] !== from || got[1] !== text) throw new Error(`got ${got}, not ${text} of ${from}`);
}

/** Waits for a stanza for which isIt holds; those before it are forgotten. */
export async function sees(who, what, isIt) {
  const passed = [];
  for (;;) {
    const got = await soon(who.stanzas.get(), () =>
      [`${who.address} did not see ${what}, but`, ...passed].join("\n"));
    if (isIt(got)) return got;
    passed.push(new XMLSerializer().serializeToString(got));
  }
}
