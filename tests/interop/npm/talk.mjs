// SPDX-License-Identifier: MIT
//
// Two people, each with a client and over a transport, log in and talk:
//
//     node talk.mjs CLIENT=URL CLIENT=URL
//
// romeo is the first, juliet the second; people.mjs says which clients there are. Prints "talked";
// anything else is a failure.

import { hears, person, say } from "./people.mjs";

const roster = (who) =>
  who.request(["iq", { type: "get" }, ["query", { xmlns: "jabber:iq:roster" }]]);

const romeo = await person(process.argv[2], "romeo");
const juliet = await person(process.argv[3], "juliet");
await roster(romeo);
await roster(juliet);
for (let turn = 0; turn < 20; turn++) {
  const text = `Good morrow ${turn}! <&> \u2665 ]]> ${"x".repeat(turn * 200)}`;
  await say(romeo, juliet.address, text);
  await hears(juliet, romeo.address, text);
  await say(juliet, romeo.address, text);
  await hears(romeo, juliet.address, text);
}
await romeo.stop();
await juliet.stop();
console.log("talked");
process.exit(0);
