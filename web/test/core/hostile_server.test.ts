// SPDX-License-Identifier: MIT
//
// A server that means harm, or is broken: whatever it says, the connection is in a state that it
// names, and comes back when the server behaves.

import type { AddressInfo } from "node:net";

import { WebSocketServer, type WebSocket as Peer } from "ws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Connection } from "../../src/core/connection.js";
import { PageMemory } from "../../src/core/memory.js";
import { XML_MAX, xml, type Xml } from "../../src/core/xml.js";
import { eventually } from "../server/eventually.js";

const OPEN = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' version='1.0' id='1'/>";
const FEATURES = `<features xmlns='http://etherx.jabber.org/streams'><authentication xmlns='urn:xmpp:sasl:2'>
  <mechanism>ANONYMOUS</mechanism><inline><bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:sm:3'/></inline></bind></inline>
  </authentication></features>`.replace(/\n\s*/g, "");
const SUCCESS = `<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>guest@verona/web</authorization-identifier>
  <bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' id='session' resume='true'/></bound></success>`.replace(/\n\s*/g, "");

let server: WebSocketServer;
let connection: Connection;
/** What is said first to each who connects, one after the other; then the server behaves. */
let greetings: (string | Uint8Array)[][];
let peers: Peer[];
let heard: string[];

beforeEach(async () => {
  greetings = [];
  peers = [];
  heard = [];
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  server.on("connection", (peer) => {
    peers.push(peer);
    const greeting = greetings.shift();
    peer.on("message", (frame: Buffer) => {
      const said = frame.toString();
      heard.push(said);
      if (greeting) for (const one of greeting.splice(0)) peer.send(one);
      else if (said.startsWith("<open")) for (const one of [OPEN, FEATURES]) peer.send(one);
      else if (said.startsWith("<authenticate")) peer.send(SUCCESS);
    });
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  connection = new Connection({
    account: "",
    domain: "verona",
    site: "http://127.0.0.1",
    endpoints: { websocket: url },
    memory: new PageMemory(),
  });
});

afterEach(async () => {
  connection.disconnect();
  for (const peer of server.clients) peer.terminate();
  await new Promise((resolve) => server.close(resolve));
});

/** Without waiting between tries. */
async function until(isSo: () => boolean): Promise<void> {
  await eventually(() => {
    if (connection.state.kind === "waiting") connection.nudge();
    return isSo();
  });
}

async function online(): Promise<void> {
  connection.connect({ kind: "anonymous" });
  await until(() => connection.state.kind === "online");
}

const BROKEN: Readonly<Record<string, string | Uint8Array>> = {
  "half an element": "<message xmlns='jabber:client'",
  "no element": "   ",
  "two elements": "<a xmlns='urn:x'/><b xmlns='urn:x'/>",
  "an undeclared prefix": "<stream:features/>",
  "entities that grow": `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from("bcdefgh", (name, i) => `<!ENTITY ${name} "${`&${"abcdefg"[i] ?? ""};`.repeat(10)}">`).join("")}]><x xmlns='urn:x'>&h;</x>`,
  "an entity of the outside": "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x xmlns='urn:x'>&a;</x>",
  depth: "<a xmlns='urn:x'>".repeat(500) + "</a>".repeat(500),
  length: `<a xmlns='urn:x'>${"x".repeat(5 * 1024 * 1024)}</a>`,
  "many elements": `<a xmlns='urn:x'>${"<b/>".repeat(XML_MAX.elements)}</a>`,
  bytes: new Uint8Array([0, 255, 254, 1]),
  "the end of the stream": "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>",
};

describe("what ends a connection, which comes back", () => {
  it.each(Object.entries(BROKEN))("before the login: %s", async (_name, frame) => {
    greetings.push([OPEN, frame]);
    await online();
    expect(peers.length).toBe(2);
  });

  it.each(Object.entries(BROKEN))("in a session: %s", async (_name, frame) => {
    await online();
    greetings.push([OPEN, frame]); // and again
    peers[0]?.send(frame);
    await until(() => peers.length === 3 && connection.state.kind === "online");
  });
});

it.each([
  ["a challenge before anything was asked", [OPEN, "<challenge xmlns='urn:xmpp:sasl:2'>AAAA</challenge>", FEATURES, SUCCESS]],
  ["success with nothing bound", [OPEN, FEATURES, "<success xmlns='urn:xmpp:sasl:2'/>"]],
  ["features without a way to log in", [OPEN, "<features xmlns='http://etherx.jabber.org/streams'/>"]],
  ["a refusal", [OPEN, FEATURES, "<failure xmlns='urn:xmpp:sasl:2'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>"]],
])("refuses, or tries again, after %s", async (_name, greeting) => {
  greetings.push([...greeting]);
  connection.connect({ kind: "anonymous" });
  await until(() => connection.state.kind === "refused" || connection.state.kind === "online");
  if (connection.state.kind === "refused") await online();
});

const IGNORED = [
  "<a xmlns='urn:xmpp:sm:3' h='-1'/>",
  "<a xmlns='urn:xmpp:sm:3' h='99999999999'/>",
  "<a xmlns='urn:xmpp:sm:3' h='many'/>",
  "<a xmlns='urn:xmpp:sm:3'/>",
  "<resumed xmlns='urn:xmpp:sm:3' previd='session' h='7'/>",
  "<enabled xmlns='urn:xmpp:sm:3' id='other' resume='true'/>",
  FEATURES,
  OPEN,
  SUCCESS,
  "<failure xmlns='urn:xmpp:sasl:2'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>",
  "<iq xmlns='jabber:client'/>",
  "<iq xmlns='jabber:client' type='get' id='1'/>",
  "<iq xmlns='jabber:client' type='set' id='__proto__'><x xmlns='constructor'/></iq>",
  "<iq xmlns='jabber:client' type='result' id='unknown'/>",
  "<iq xmlns='jabber:client' type='error' id='unknown'/>",
  "<iq xmlns='jabber:client' type='neither' id='1'/>",
  "<presence xmlns='jabber:client' type='__proto__'/>",
  "<message xmlns='jabber:client' type='toString' constructor='x'><body/><body/></message>",
  "<message xmlns='urn:elsewhere'><body>no stanza</body></message>",
  "<parsererror xmlns='http://www.w3.org/1999/xhtml'>all is broken</parsererror>",
];

it("passes over what makes no sense, and goes on", async () => {
  await online();
  const stanzas: Xml[] = [];
  connection.events.on("stanza", (stanza) => stanzas.push(stanza));
  for (const frame of IGNORED) peers[0]?.send(frame);
  peers[0]?.send("<message xmlns='jabber:client'><body>Good morrow</body></message>");
  await eventually(() => stanzas.length === 3);
  expect(peers.length).toBe(1);
  expect(connection.state.kind).toBe("online");
  // Requests are answered, each once.
  const answers = heard.filter((said) => said.startsWith("<iq"));
  expect(answers.filter((said) => said.includes("service-unavailable")).length).toBe(answers.length);
});

it("takes an answer from nobody but who was asked, and only once", async () => {
  await online();
  const answer = connection.iqs.ask("get", xml("ping", "urn:xmpp:ping"), "juliet@verona/balcony");
  const asked = await eventually(() => heard.find((said) => said.includes("urn:xmpp:ping")));
  const id = /id='([^']+)'/.exec(asked)?.[1] ?? "";
  for (const from of ["eve@verona/x", "juliet@verona", "juliet@verona/balcony2"])
    peers[0]?.send(`<iq xmlns='jabber:client' type='result' id='${id}' from='${from}'><forged xmlns='urn:x'/></iq>`);
  peers[0]?.send(`<iq xmlns='jabber:client' type='result' id='${id}' from='juliet@verona/balcony'><genuine xmlns='urn:x'/></iq>`);
  peers[0]?.send(`<iq xmlns='jabber:client' type='error' id='${id}' from='juliet@verona/balcony'/>`);
  expect((await answer).children).toMatchObject([{ name: "genuine" }]);
});
