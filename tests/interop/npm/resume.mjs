// SPDX-License-Identifier: MIT
//
// Two people with @xmpp/client; juliet loses her connection again and again:
//
//     node resume.mjs URL
//
// Each time messages are written in both directions while she is gone. Prints "resumed" when all
// came once and in order; anything else is a failure.

import { webcrypto } from "node:crypto";

import { client, xml } from "@xmpp/client";
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket;
globalThis.crypto ??= webcrypto; // Node 18 has it here only

const TURNS = 5;
const EACH = 10;

async function person(user) {
  const made = client({
    service: process.argv[2],
    domain: "localhost",
    username: user,
    password: "secret",
    resource: "xmpp",
  });
  made.got = [];
  made.on("error", () => {}); // what is lost is the subject
  made.on("stanza", (stanza) => {
    const body = stanza.is("message") && stanza.getChildText("body");
    if (body) made.got.push(body);
  });
  await made.start();
  await made.send(xml("presence"));
  return made;
}

const say = (who, to, text) =>
  who.send(xml("message", { to, type: "chat" }, xml("body", {}, text)));

async function until(what) {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const romeo = await person("romeo");
const juliet = await person("juliet");
const wanted = [];
juliet.reconnect.delay = 200;
for (let turn = 0; turn < TURNS; turn++) {
  await until(() => juliet.streamManagement.enabled && juliet.streamManagement.id);
  const resumed = new Promise((resolve) => juliet.streamManagement.once("resumed", resolve));
  juliet.socket.end?.();
  juliet.socket.socket?.terminate?.();
  for (let number = 0; number < EACH; number++) {
    wanted.push(`${turn}.${number}`);
    await say(romeo, "juliet@localhost/xmpp", wanted.at(-1));
  }
  await resumed;
  await say(juliet, "romeo@localhost/xmpp", `back ${turn}`);
  await until(() => juliet.got.length >= wanted.length && romeo.got.length > turn);
}
if (juliet.got.join() !== wanted.join()) throw new Error(`juliet got ${juliet.got}`);
await romeo.stop();
await juliet.stop();
console.log("resumed");
process.exit(0);
