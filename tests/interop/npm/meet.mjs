// SPDX-License-Identifier: MIT
//
// Two people meet in a room, which one of them makes, configures and moderates; then one makes a
// node, which the other subscribes to:
//
//     node meet.mjs CLIENT=URL CLIENT=URL
//
// romeo is the first, juliet the second; people.mjs says which clients there are. Prints "met";
// anything else is a failure.

import { hears, person, say, sees } from "./people.mjs";

const MUC = "http://jabber.org/protocol/muc";
const PUBSUB = "http://jabber.org/protocol/pubsub";
const DISCO = "http://jabber.org/protocol/disco";
const ROOM = "coven@rooms.localhost";
const SERVICE = "pubsub.localhost";

const parts = (stanza, name) => [...stanza.getElementsByTagName(name)];
const codes = (stanza) => parts(stanza, "status").map((one) => one.getAttribute("code"));
const from = (stanza, nick) => stanza.getAttribute("from") === `${ROOM}/${nick}`;
const ask = (type, to, ...children) => ["iq", { type, to }, ...children];
const form = (kind, values) => [
  "x",
  { xmlns: "jabber:x:data", type: "submit" },
  ...Object.entries({ FORM_TYPE: kind, ...values }).map(([name, value]) => [
    "field",
    { var: name },
    ["value", {}, value],
  ]),
];

function must(holds, what) {
  if (!holds) throw new Error(what);
}

async function join(who, nick) {
  await who.send(["presence", { to: `${ROOM}/${nick}` }, ["x", { xmlns: MUC }]]);
  return sees(who, "himself in the room", (got) => codes(got).includes("110"));
}

async function refused(work, condition) {
  const error = await work.then(() => null, (why) => why);
  must(String(error).includes(condition), `${error} instead of ${condition}`);
}

async function room(romeo, juliet) {
  must(codes(await join(romeo, "romeo")).includes("201"), "the room is not new");
  const offered = await romeo.request(ask("get", ROOM, ["query", { xmlns: `${MUC}#owner` }]));
  const fields = parts(offered, "field").map((one) => one.getAttribute("var"));
  must(fields.includes("muc#roomconfig_moderatedroom"), `the form has ${fields}`);
  const settings = { "muc#roomconfig_roomname": "A Dark Cave", "muc#roomconfig_moderatedroom": "1" };
  await romeo.request(
    ask("set", ROOM, ["query", { xmlns: `${MUC}#owner` }, form(`${MUC}#roomconfig`, settings)]),
  );
  const told = await juliet.request(ask("get", ROOM, ["query", { xmlns: `${DISCO}#info` }]));
  const features = parts(told, "feature").map((one) => one.getAttribute("var"));
  must(features.includes("muc_moderated"), `the room has ${features}`);
  must(parts(told, "identity")[0].getAttribute("name") === "A Dark Cave", "the name");

  await join(juliet, "juliet");
  await sees(romeo, "juliet in the room", (got) => from(got, "juliet"));
  // Moderated: who comes is a visitor, without a voice.
  await say(juliet, ROOM, "unheard", "groupchat");
  await sees(juliet, "the refusal", (got) => parts(got, "forbidden").length);
  const item = (attributes) =>
    ask("set", ROOM, ["query", { xmlns: `${MUC}#admin` }, ["item", attributes]]);
  await romeo.request(item({ nick: "juliet", role: "participant" }));
  await sees(juliet, "her voice", (got) =>
    parts(got, "item").some((one) => one.getAttribute("role") === "participant"));
  for (let turn = 0; turn < 10; turn++)
    for (const [who, nick] of [[romeo, "romeo"], [juliet, "juliet"]]) {
      const text = `${nick} ${turn} \u2665 ${"x".repeat(turn * 300)}`;
      await say(who, ROOM, text, "groupchat");
      await hears(romeo, `${ROOM}/${nick}`, text);
      await hears(juliet, `${ROOM}/${nick}`, text);
    }
  await romeo.send(["message", { to: ROOM, type: "groupchat" }, ["subject", {}, "Fire Burn"]]);
  await sees(juliet, "the subject", (got) => parts(got, "subject")[0]?.textContent === "Fire Burn");
  await refused(juliet.request(item({ nick: "romeo", role: "none" })), "forbidden");
  await romeo.request(item({ nick: "juliet", role: "none" }));
  await sees(juliet, "that she was put out", (got) => codes(got).includes("307"));
  await romeo.request(item({ jid: "juliet@localhost", affiliation: "outcast" }));
  await juliet.send(["presence", { to: `${ROOM}/hag` }, ["x", { xmlns: MUC }]]);
  await sees(juliet, "that she is banned", (got) => parts(got, "forbidden").length);
}

async function node(romeo, juliet) {
  const pubsub = (who, type, ...children) =>
    who.request(ask(type, SERVICE, ["pubsub", { xmlns: PUBSUB }, ...children]));
  await pubsub(romeo, "set", ["create", { node: "verona" }],
    ["configure", {}, form(`${PUBSUB}#node_config`,
      { "pubsub#title": "News of Verona", "pubsub#notify_retract": "1" })]);
  const listed = await juliet.request(
    ask("get", SERVICE, ["query", { xmlns: `${DISCO}#items` }]));
  must(parts(listed, "item").some((one) => one.getAttribute("name") === "News of Verona"), "name");
  await pubsub(juliet, "set", ["subscribe", { node: "verona", jid: "juliet@localhost" }]);
  const publish = ["publish", { node: "verona" },
    ["item", { id: "first" }, ["news", { xmlns: "urn:example" }, "a feud"]]];
  await pubsub(romeo, "set", publish);
  await sees(juliet, "the news", (got) => parts(got, "news")[0]?.textContent === "a feud");
  await refused(pubsub(juliet, "set", publish), "forbidden");
  const items = await pubsub(juliet, "get", ["items", { node: "verona" }]);
  must(parts(items, "item")[0].getAttribute("id") === "first", "the item");
  await pubsub(romeo, "set", ["retract", { node: "verona", notify: "true" },
    ["item", { id: "first" }]]);
  await sees(juliet, "that it is taken back", (got) => parts(got, "retract").length);
  await pubsub(juliet, "set", ["unsubscribe", { node: "verona", jid: "juliet@localhost" }]);
}

const romeo = await person(process.argv[2], "romeo");
const juliet = await person(process.argv[3], "juliet");
await room(romeo, juliet);
await node(romeo, juliet);
await romeo.stop();
await juliet.stop();
console.log("met");
process.exit(0);
