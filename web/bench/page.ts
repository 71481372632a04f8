// SPDX-License-Identifier: MIT
//
// The list of messages with a client that says nothing: as many messages as are wanted, at once or
// one after the other (run.mjs).

import { Emitter } from "../src/core/emitter.js";
import type { Client } from "../src/model/client.js";
import { Timeline } from "../src/model/timeline.js";
import type { ChatMessage } from "../src/model/types.js";
import { JaseurLog } from "../src/elements/log/jaseur-log.js";
import { PIECES } from "../src/elements/pieces.js";
import { Texts } from "../src/elements/texts/texts.js";
import { JaseurVirtual } from "../src/elements/virtual/jaseur-virtual.js";

const WITH = "juliet@verona.example";
const WORDS = "But soft what *light* through yonder _window_ breaks it is the east and Juliet is the sun https://verona.example".split(" ");

function message(n: number): ChatMessage {
  const text = Array.from({ length: 1 + ((n * 2654435761) >>> 0) % 40 }, (_, i) => WORDS[(n + i) % WORDS.length]).join(" ");
  return { key: `m${n}`, with: WITH, isOwn: n % 3 === 0, text, time: 1e12 + n * 60_000, id: `m${n}`, archiveId: `a${n}`, ...(n % 3 === 0 ? { progress: "read" } : {}) };
}

const nothing: readonly never[] = [];
const client = {
  events: new Emitter(),
  account: "romeo@verona.example",
  connection: { kind: "online" },
  nameOf: () => "Juliet",
  rooms: { of: () => undefined, happenings: () => nothing },
  avatars: { urlOf: () => undefined },
  conversations: { with: () => undefined, markDisplayed: () => Promise.resolve() },
  notices: { setReading: () => undefined },
} as unknown as Client;

let first: readonly ChatMessage[] = [];
const asker = { ask: () => Promise.resolve({ messages: first, isComplete: true }) };

for (const [name, element] of Object.entries({ ...PIECES, "jaseur-log": JaseurLog, "jaseur-virtual": JaseurVirtual }))
  if (!customElements.get(name)) customElements.define(name, element);

const log = new JaseurLog();
log.style.cssText = "position: fixed; inset: 0";

/** Frames a second, over the time that `doing` takes. */
async function frames(doing: () => Promise<void>): Promise<{ perSecond: number; longestMs: number }> {
  let count = 0;
  let longestMs = 0;
  let last = performance.now();
  let isOver = false;
  const began = last;
  const next = (now: number): void => {
    longestMs = Math.max(longestMs, now - last);
    last = now;
    count++;
    if (!isOver) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  await doing();
  isOver = true;
  return { perSecond: (count * 1000) / (performance.now() - began), longestMs };
}

let sayOn: (perMinute: number, ms: number) => ReturnType<typeof frames>;

async function show(count: number): Promise<Timeline> {
  first = Array.from({ length: count }, (_, n) => message(n));
  const timeline = new Timeline(WITH, asker as never, () => undefined);
  void timeline.open();
  Object.assign(log, { client, texts: new Texts("en"), timeline });
  if (!log.isConnected) document.body.append(log);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return timeline;
}

Object.assign(globalThis, {
  /** Goes up through `count` messages, some screens a second. */
  async scroll(count: number, ms: number) {
    const timeline = await show(count);
    timeline.setFollowed(false);
    const list = log.renderRoot.querySelector("jaseur-virtual");
    const end = performance.now() + ms;
    return frames(async () => {
      while (list && performance.now() < end) {
        list.scrollTop -= list.clientHeight / 4;
        await new Promise(requestAnimationFrame);
      }
    });
  },
  /** What is said in a conversation, so many in a minute. */
  async say(perMinute: number, ms: number) {
    const timeline = await show(1000);
    let said = 0;
    sayOn = (more, duration) => {
      const began = performance.now();
      const before = said;
      return frames(async () => {
        for (let now = began; now < began + duration; now = performance.now()) {
          for (; said - before < ((now - began) * more) / 60_000; said++) timeline.take({ ...message(1000 + said), time: 2e12 + said });
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      });
    };
    return sayOn(perMinute, ms);
  },
  /** More of it, in the same conversation. */
  sayOn: (perMinute: number, ms: number) => sayOn(perMinute, ms),
});
