// SPDX-License-Identifier: MIT
//
// A room in Chromium, with somebody whose client is not ours (slixmpp): what either says, answers, corrects,
// takes back, and takes away as a moderator, the other understands.

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { Server } from "./server.js";

const ROOM = "island@rooms.localhost";

type Heard = Readonly<Record<string, string>>;

/** The other client. What it heard is kept in its order. */
class Foreign {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(user: string) {
    const script = fileURLToPath(new URL("room_slixmpp.py", import.meta.url));
    const its = ["localhost", String(server.tlsPort), `${user}@localhost`, `secret of ${user}`, ROOM];
    this.#process = spawn("/usr/bin/python3", [script, ...its], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  do(name: string, more: Readonly<Record<string, unknown>>): void {
    this.#process.stdin.write(`${JSON.stringify({ do: name, ...more })}\n`);
  }

  /** The next that is like this. */
  async hears(like: Heard): Promise<Heard> {
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next()) {
      const heard = JSON.parse(line.value) as Heard;
      if (Object.entries(like).every(([name, value]) => heard[name] === value)) return heard;
    }
    throw new Error(`it ended without ${JSON.stringify(like)}`);
  }

  close(): void {
    this.#process.kill();
  }
}

let server: Server;
let browser: Browser;
let ariel: Foreign;
let prospero: Page;

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("prospero", "ariel");
  server.run("room", "add", "localhost", "island", "prospero@localhost", "--set", "roomname=The Island", "--set", "whois=anyone");
  server.run("room", "affiliate", "localhost", "island", "ariel@localhost", "owner");
  browser = await launch();
  ariel = new Foreign("ariel");
  prospero = await openPage(await openContext(browser), server.site);
  await signIn(prospero, "prospero");
  await prospero.getByRole("button", { name: "Rooms", exact: true }).click();
  await prospero.getByRole("button", { name: "Join The Island" }).click();
  await prospero.getByRole("heading", { name: "The Island" }).waitFor();
  await ariel.hears({ done: "join" });
});

afterAll(async () => {
  ariel.close();
  await browser.close();
  await server.stop();
});

const writing = (): Locator => prospero.locator("jaseur-composer textarea");
const row = (text: string): Locator => prospero.locator("article", { has: prospero.locator("p", { hasText: text }) }).last();

async function write(text: string): Promise<Heard> {
  await writing().fill(text);
  await prospero.keyboard.press("Enter");
  return ariel.hears({ nick: "prospero", body: text });
}

async function saysForeign(text: string): Promise<Heard> {
  ariel.do("say", { text });
  const heard = await ariel.hears({ nick: "ariel", body: text });
  await said(prospero, text).waitFor();
  return heard;
}

async function choose(text: string, what: string): Promise<void> {
  await row(text).hover();
  await row(text).getByRole("button", { name: "More about this message" }).click();
  await prospero.getByRole("menuitem", { name: what, exact: true }).click();
}

it("what somebody does with another client is understood", async () => {
  const asked = await write("Hast thou, spirit, perform'd to point the tempest?");
  ariel.do("react", { to: asked.roomId, reactions: ["🌊", "⚡"] });
  await row("perform'd to point").getByRole("button", { name: "🌊: 1 person" }).waitFor();
  await row("perform'd to point").getByRole("button", { name: "⚡: 1 person" }).waitFor();
  ariel.do("react", { to: asked.roomId, reactions: ["⚡"] });
  await row("perform'd to point").getByRole("button", { name: "🌊: 1 person" }).waitFor({ state: "detached" });

  ariel.do("answer", { nick: "prospero", to: asked.roomId, text: "To every artcle" });
  const answer = await ariel.hears({ nick: "ariel", body: "To every artcle" });
  await row("To every artcle").getByRole("button", { name: /In answer to:.*perform'd to point/s }).waitFor();
  ariel.do("correct", { old: answer.id, text: "To every article" });
  await row("To every article").getByText("corrected").waitFor();
  await row("To every article").getByRole("button", { name: /In answer to:.*perform'd to point/s }).waitFor();

  const wrong = await saysForeign("I boarded the queen's ship");
  ariel.do("retract", { old: wrong.roomId });
  await prospero.locator(".gone").waitFor();
  expect(await said(prospero, "I take it back").count()).toBe(0);

  const rash = await write("Thou liest, malignant thing!");
  ariel.do("moderate", { old: rash.roomId, reason: "Too harsh" });
  await ariel.hears({ done: "moderate" });
  await prospero.locator(".gone", { hasText: "Too harsh" }).waitFor();
  await look(prospero, "room-slixmpp");

  // So has it the archive.
  await prospero.reload();
  await prospero.getByRole("button", { name: /The Island/ }).first().click();
  await row("To every article").getByText("corrected").waitFor();
  await row("perform'd to point").getByRole("button", { name: "⚡: 1 person" }).waitFor();
  await prospero.locator(".gone", { hasText: "Too harsh" }).waitFor();
  await expect.poll(() => prospero.locator(".gone").count()).toBe(2);
  expect(errors).toEqual([]);
});

it("what is done in the browser is understood by another client", async () => {
  const song = await saysForeign("Full fathom five thy father lies");
  await row("Full fathom five").hover();
  await row("Full fathom five").getByRole("button", { name: "React", exact: true }).click();
  await prospero.getByRole("button", { name: "❤️", exact: true }).click();
  await ariel.hears({ nick: "prospero", reactsTo: song.roomId ?? "", reactions: "❤️" });

  await row("Full fathom five").hover();
  await row("Full fathom five").getByRole("button", { name: "Reply", exact: true }).click();
  await writing().fill("The ditty does remember");
  await prospero.keyboard.press("Enter");
  const answer = await ariel.hears({ nick: "prospero", answers: song.roomId ?? "" });
  expect(answer.answersTo).toBe(`${ROOM}/ariel`);
  expect(answer.body).toMatch(/Full fathom five[^]*The ditty does remember$/);

  const wrong = await write("Come unto these yelow sands");
  await writing().press("ArrowUp");
  await prospero.getByText("Editing a message").waitFor();
  await writing().fill("Come unto these yellow sands");
  await prospero.keyboard.press("Enter");
  await ariel.hears({ nick: "prospero", replaces: wrong.id ?? "", body: "Come unto these yellow sands" });

  await choose("yellow sands", "Take back…");
  await prospero.getByRole("button", { name: "Take back", exact: true }).click();
  await ariel.hears({ nick: "prospero", retracts: wrong.roomId ?? "" });

  const noise = await saysForeign("Bow-wow");
  await choose("Bow-wow", "Take away as a moderator…");
  await prospero.getByRole("button", { name: "Take away", exact: true }).click();
  await ariel.hears({ retracts: noise.roomId ?? "", moderator: `${ROOM}/prospero` });
  await prospero.locator(".gone", { hasText: /taken away by a moderator\.$/ }).waitFor();
  expect(errors).toEqual([]);
});
