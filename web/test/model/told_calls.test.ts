// SPDX-License-Identifier: MIT
//
// What an archive says of calls makes one message for each.

import { expect, it } from "vitest";

import { messagesOf, type Told } from "../../src/model/told.js";
import type { Ringing } from "../../src/protocol/xep0353.js";

const ROMEO = "romeo@localhost";

/** As juliet's archive has it. */
function told(kind: Ringing["kind"], time: number, isOwn: boolean, id = "ca3cf894"): Told {
  const call: Ringing = { kind, id, media: kind === "propose" ? ["audio"] : [] };
  return { message: { type: "chat", id: `${kind}-${id}`, call }, with: ROMEO, isOwn, by: isOwn ? "juliet@localhost" : ROMEO, time, archiveId: `${id}${kind}${time}` };
}

const callsOf = (...all: Told[]): unknown => messagesOf(all).map(({ call }) => call);

it("one that was answered lasts until one of both says that it is over", () => {
  const all = [told("propose", 1000, false), told("ringing", 1500, true), told("proceed", 5000, true), told("finish", 65_000, false), told("finish", 66_000, true)];
  expect(callsOf(...all)).toEqual([{ media: ["audio"], answered: 5000, lasted: 60_000 }]);
  expect(messagesOf(all)[0]).toMatchObject({ id: "ca3cf894", isOwn: false, text: "" });
});

it("one that nobody answered is that and no more, also when it was taken back", () => {
  expect(callsOf(told("propose", 1, false), told("retract", 2, false))).toEqual([{ media: ["audio"] }]);
});

it("only who is called answers or refuses", () => {
  expect(callsOf(told("propose", 1, false), told("proceed", 2, false), told("reject", 3, false), told("finish", 4, false))).toEqual([{ media: ["audio"] }]);
  expect(callsOf(told("propose", 1, true), told("reject", 2, false))).toEqual([{ media: ["audio"], isRefused: true }]);
});

it("an answer on one device counts more than a refusal on another", () => {
  expect(callsOf(told("propose", 1, false), told("reject", 2, true), told("proceed", 3, true), told("reject", 4, true))).toEqual([{ media: ["audio"], answered: 3 }]);
});

it("clocks that go back make no time negative", () => {
  expect(callsOf(told("propose", 1, false), told("proceed", 9, true), told("finish", 3, true))).toEqual([{ media: ["audio"], answered: 9, lasted: 0 }]);
});
