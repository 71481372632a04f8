// SPDX-License-Identifier: MIT
//
// Rooms, as clients know them, with a real server between them: coming in, talking, what was missed,
// being put out, and rooms and people that lie.

import { deleteDB } from "idb";
import { afterAll, beforeAll, expect, it } from "vitest";

import { child } from "../../src/core/xml.js";
import type { Client } from "../../src/model/client.js";
import type { Timeline } from "../../src/model/timeline.js";
import { NS_MAM } from "../../src/protocol/xep0313.js";
import { Clients, openBrowser as browser, show, textsIn as texts } from "./clients.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

const COVEN = "coven@rooms.localhost";
let server: Server;
const clients = new Clients(() => server);

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("crone", "hag", "witch");
  server.run("roster", "befriend", "crone@localhost", "hag@localhost");
  server.run("room", "add", "localhost", "coven", "crone@localhost", "--set", "roomname=The Coven", "--set", "whois=anyone");
});

afterAll(async () => {
  clients.closeAll();
  await server.stop();
});

async function readAll(timeline: Timeline): Promise<string[]> {
  for (let page = 0; !timeline.isComplete && page < 100; page++) await timeline.older();
  return texts(timeline);
}

const nicks = (client: Client, room = COVEN): string[] => client.rooms.occupants(room).map(({ nick }) => nick);

it("people come into a room, see each other and talk; what others say is known by who said it", async () => {
  const crone = await clients.signIn(browser("crone"));
  const hag = await clients.signIn(browser("hag"));
  expect(await crone.rooms.enter(COVEN)).toBe("");
  expect(await hag.rooms.enter(COVEN)).toBe("");
  await eventually(() => nicks(crone).length === 2);
  expect(nicks(hag)).toEqual(["crone", "hag"]);
  expect(crone.rooms.of(COVEN)).toMatchObject({ standing: "inside", affiliation: "owner", role: "moderator" });
  await eventually(() => crone.rooms.happenings(COVEN).some(({ what, nick }) => what === "came" && nick === "hag"));
  await eventually(() => hag.nameOf(COVEN) === "The Coven");

  const ofCrone = await show(crone, COVEN);
  const ofHag = await show(hag, COVEN);
  await ofHag.setTyping(true);
  await eventually(() => crone.rooms.typists(COVEN)[0] === "hag");
  await ofHag.send("When shall we three meet again, crone?");
  await eventually(() => ofHag.messages[0]?.progress === "sent");
  await eventually(() => ofCrone.messages[0]);
  await eventually(() => crone.rooms.typists(COVEN).length === 0);
  expect(ofCrone.messages[0]).toMatchObject({ isOwn: false, isMention: true, author: { nick: "hag", jid: "hag@localhost" } });
  expect(ofHag.messages).toHaveLength(1);
  expect(ofHag.messages[0]?.archiveId).toBe(ofCrone.messages[0]?.archiveId);
  expect(crone.conversations.with(COVEN)).toMatchObject({ kind: "room", unread: 1, mentions: 1, lastAuthor: "hag" });

  // Another browser of hers knows what was displayed.
  const crones = browser("crone");
  await crone.conversations.markDisplayed(COVEN);
  await deleteDB("jaseur:elsewhere");
  crone.close();
  await deleteDB("jaseur:crone@localhost");
  const elsewhere = await clients.signIn(crones);
  await eventually(() => elsewhere.rooms.of(COVEN)?.standing === "inside");
  await eventually(() => elsewhere.conversations.with(COVEN)?.lastText);
  expect(texts(await show(elsewhere, COVEN))).toEqual(["When shall we three meet again, crone?"]);
  await eventually(() => elsewhere.conversations.with(COVEN)?.unread === 0);
  elsewhere.close();
  hag.close();
});

it("somebody in a room is spoken to alone (XEP-0045 section 7.5)", async () => {
  const crone = await clients.signIn(browser("crone"));
  const hag = await clients.signIn(browser("hag"));
  await eventually(() => nicks(crone).length === 2 && nicks(hag).length === 2);
  const toHag = await show(crone, `${COVEN}/hag`);
  const toCrone = await show(hag, `${COVEN}/crone`);
  const inRoom = await show(hag, COVEN);
  const before = inRoom.messages.length;
  await toHag.send("Where hast thou been, sister?");
  await eventually(() => texts(toCrone).at(-1) === "Where hast thou been, sister?");
  await toCrone.send("Killing swine.");
  await eventually(() => texts(toHag).at(-1) === "Killing swine.");
  await eventually(() => toHag.messages[0]?.progress === "received");
  expect(hag.nameOf(`${COVEN}/crone`)).toBe("crone · The Coven");
  expect(inRoom.messages.length).toBe(before);
  expect(hag.conversations.with("crone@localhost")).toBeUndefined();
  crone.close();
  hag.close();
});

it("has everything once and in order after an absence and in a new browser, and what was written meanwhile is said", async () => {
  const hags = browser("hag");
  const hag = await clients.signIn(hags);
  await eventually(() => hag.rooms.of(COVEN)?.standing === "inside");
  hag.close();
  const crone = await clients.signIn(browser("crone"));
  await eventually(() => crone.rooms.of(COVEN)?.standing === "inside");
  const ofCrone = await show(crone, COVEN);
  const said = Array.from({ length: 130 }, (_, n) => `Double ${n}`);
  for (const text of said) await ofCrone.send(text);
  await eventually(() => ofCrone.messages.every(({ progress }) => progress !== "sending"));

  const back = clients.openTab(hags);
  await eventually(() => back.conversations.with(COVEN)?.lastText === said.at(-1));
  await eventually(() => back.conversations.with(COVEN)?.unread === 130);
  const ofHag = await show(back, COVEN);
  expect((await readAll(ofHag)).slice(1)).toEqual(said);

  hags.transports.at(-1)?.abort();
  await ofHag.send("toil and trouble");
  await eventually(() => ofHag.messages.at(-1)?.progress === "sent");
  await eventually(() => texts(ofCrone).at(-1) === "toil and trouble");
  back.close();
  await deleteDB("jaseur:hag@localhost");

  const elsewhere = await clients.signIn(browser("hag"));
  await eventually(() => elsewhere.conversations.with(COVEN)?.lastText === "toil and trouble");
  expect((await readAll(await show(elsewhere, COVEN))).slice(1)).toEqual([...said, "toil and trouble"]);
  elsewhere.close();
  crone.close();
});

it("says once what was written while the archive is still being read", async () => {
  const crone = await clients.signIn(browser("crone"));
  await eventually(() => crone.rooms.of(COVEN)?.standing === "inside");
  const ofCrone = await show(crone, COVEN);
  const hags = browser("hag");
  let isRead = false;
  hags.gate.close((el) => {
    if (el.attrs.from !== COVEN) return false;
    const isEnd = child(el, "fin", NS_MAM) !== undefined;
    isRead ||= isEnd;
    return isEnd || child(el, "result", NS_MAM) !== undefined;
  });
  const hag = await clients.signIn(hags);
  await eventually(() => hag.rooms.of(COVEN)?.standing === "inside" && isRead);
  const ofHag = await show(hag, COVEN); // of which there is enough here: the archive is not asked for that
  await ofHag.send("Fair is foul");
  const id = await eventually(() => ofHag.messages.at(-1)?.id);
  await eventually(() => clients.acknowledged.includes(id));
  await eventually(() => texts(ofCrone).at(-1) === "Fair is foul");
  hags.gate.open();
  await eventually(() => ofHag.messages.find((one) => one.id === id)?.progress === "sent");
  await ofHag.send("and foul is fair");
  await eventually(() => texts(ofCrone).at(-1) === "and foul is fair");
  expect(texts(ofCrone).slice(-3)).toEqual(["toil and trouble", "Fair is foul", "and foul is fair"]);
  hag.close();
  crone.close();
});

it("knows what becomes of a room and of those in it, once, and also later", async () => {
  const crone = await clients.signIn(browser("crone"));
  const hags = browser("hag");
  const hag = await clients.signIn(hags);
  await eventually(() => nicks(crone).length === 2 && nicks(hag).length === 2);
  await eventually(() => crone.rooms.of(COVEN)?.info && hag.rooms.of(COVEN)?.info);
  const lately = (client: Client): string[] =>
    client.rooms
      .happenings(COVEN)
      .filter(({ what }) => !["came", "left"].includes(what))
      .map(({ what, nick, by, text }) => [what, nick, by, text].filter(Boolean).join(" "));
  const told: string[] = [];
  const becomes = async (line: string): Promise<void> => {
    told.push(line);
    await eventually(() => lately(crone).includes(line) && lately(hag).includes(line));
  };
  await crone.rooms.configure(COVEN, { name: "The Cauldron" });
  await becomes("named The Cauldron");
  await crone.rooms.configure(COVEN, { showsAddresses: false });
  await becomes("halfOpen"); // XEP-0045 section 10.2.1
  await crone.rooms.configure(COVEN, { showsAddresses: true });
  await becomes("open");
  await crone.rooms.configure(COVEN, { isModerated: true });
  await becomes("configured");
  await crone.rooms.setRole(COVEN, "hag", "visitor", "boil");
  await becomes("listener hag crone boil");
  await crone.rooms.setAffiliation(COVEN, "hag@localhost", "admin");
  await becomes("moderator hag crone");
  await crone.rooms.setAffiliation(COVEN, "hag@localhost", "none");
  await becomes("demoted hag crone");
  await crone.rooms.configure(COVEN, { isModerated: false, name: "The Coven" });
  await becomes("named The Coven");
  expect(lately(crone).filter((line) => line !== "configured")).toEqual(told.filter((line) => line !== "configured"));
  expect(lately(hag).slice(-told.length)).toContain("halfOpen");
  crone.close();
  const unread = hag.conversations.with(COVEN)?.unread;
  hag.close();
  const back = clients.openTab(hags);
  await eventually(() => lately(back).includes("named The Coven"));
  expect(back.conversations.with(COVEN)?.unread).toBe(unread);
  back.close();
});

it("knows why one is not in a room", async () => {
  const witch = await clients.signIn(browser("witch"));
  server.run("room", "add", "localhost", "closed", "crone@localhost", "--set", "membersonly=1");
  expect(await witch.rooms.enter("closed@rooms.localhost")).toBe("registration-required");
  expect(witch.rooms.of("closed@rooms.localhost")).toBeUndefined();
  expect(await witch.rooms.enter(COVEN, { nick: "crone" })).toBe("");
  server.run("room", "affiliate", "localhost", "coven", "witch@localhost", "outcast", "--reason", "ugly");
  await eventually(() => witch.rooms.of(COVEN)?.problem === "banned");
  expect(witch.rooms.of(COVEN)).toMatchObject({ standing: "outside", isWanted: false, reason: "ugly" });
  expect(witch.rooms.happenings(COVEN).at(-1)).toMatchObject({ what: "banned", isOwn: true, text: "ugly" });
  // To no avail; what was said there stays until she wants it no more.
  expect(await witch.rooms.enter(COVEN)).toBe("forbidden");
  expect(witch.rooms.of(COVEN)).toMatchObject({ standing: "outside", problem: "forbidden" });
  expect(witch.conversations.with(COVEN)).toBeDefined();
  await witch.rooms.leave(COVEN);
  await eventually(() => witch.conversations.with(COVEN) === undefined);

  server.run("room", "add", "localhost", "passing", "witch@localhost");
  const passing = "passing@rooms.localhost";
  expect(await witch.rooms.enter(passing)).toBe("");
  server.run("room", "delete", "localhost", "passing", "--reason", "over");
  await eventually(() => witch.rooms.of(passing)?.problem === "destroyed");
  witch.close();
});

it("a conversation of several is made by one wish: contacts are in it at once, who comes later finds it, a stranger is asked", async () => {
  const crone = await clients.signIn(browser("crone"));
  const hags = browser("hag");
  const hag = await clients.signIn(hags);
  hag.close();
  const witch = await clients.signIn(browser("witch"));
  await eventually(() => crone.people.contacts.length === 1 && crone.connection.kind === "online");
  const jid = await crone.rooms.converse(["hag@localhost", "witch@localhost"]);
  expect(crone.rooms.of(jid)).toMatchObject({ standing: "inside", affiliation: "owner", name: "", isWanted: true });
  expect(crone.nameOf(jid)).toBe("hag, witch");
  const ofCrone = await show(crone, jid);
  await ofCrone.send("Thrice the brinded cat hath mew'd.");

  // Not a contact of hers: she is asked.
  const [invitation] = await eventually(() => (witch.rooms.invitations.length ? witch.rooms.invitations : undefined));
  expect(invitation).toMatchObject({ room: jid, from: "crone@localhost" });
  expect(await witch.rooms.answerInvitation(jid, true)).toBe("");
  await eventually(() => witch.rooms.invitations.length === 0);
  await eventually(() => texts(ofCrone).length === 1 && nicks(crone, jid).length === 2);

  const back = await clients.signIn(hags);
  await eventually(() => back.rooms.of(jid)?.standing === "inside");
  await eventually(() => back.conversations.with(jid)?.unread === 1);
  await eventually(() => back.nameOf(jid) === "crone, witch");
  expect(texts(await show(back, jid))).toEqual(["Thrice the brinded cat hath mew'd."]);
  expect((await crone.rooms.browse("")).rooms.map(({ jid: one }) => one)).not.toContain(jid);

  const asked = await crone.rooms.affiliates(jid);
  expect(asked.map(({ jid: who, affiliation }) => `${who} ${affiliation}`).sort()).toEqual([
    "crone@localhost owner",
    "hag@localhost member",
    "witch@localhost member",
  ]);
  await crone.rooms.setAffiliation(jid, "witch@localhost", "none", "enough");
  await eventually(() => witch.rooms.of(jid)?.problem === "removed");
  await crone.rooms.configure(jid, { name: "Weird sisters" });
  await eventually(() => back.nameOf(jid) === "Weird sisters");
  await crone.rooms.setSubject(jid, "Macbeth");
  await eventually(() => back.rooms.of(jid)?.subject === "Macbeth");
  await crone.rooms.destroy(jid, "over");
  await eventually(() => back.rooms.of(jid)?.problem === "destroyed");
  for (const client of [crone, back, witch]) client.close();
});
