// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { DEFAULT_SETTINGS, FOR_GOOD, chatOf, chatTarget, isTold, noticeOf, readSettings, type Happened } from "../../src/model/notice.js";

const message: Happened = { kind: "message", jid: "juliet@verona.example", name: "Juliet", text: "Ay me!", isForMe: true, wish: undefined };

it.each([
  [{}, {}, true],
  [{ wish: "never" }, {}, false],
  [{ wish: "on-mention", isForMe: false }, {}, false],
  [{ wish: "on-mention", isForMe: true }, {}, true],
  [{ wish: "always", isForMe: false }, {}, true],
  [{ wish: "always" }, { mutedUntil: 1001 }, false],
  [{}, { mutedUntil: 1000 }, true],
  [{}, { mutedUntil: FOR_GOOD }, false],
] as const)("%j with %j: told is %s", (happened, settings, told) => {
  expect(isTold({ ...message, ...happened }, { ...DEFAULT_SETTINGS, ...settings }, 1000)).toBe(told);
});

it("a notification says who and what, and replaces the one of the same conversation", () => {
  const notice = noticeOf(message, DEFAULT_SETTINGS);
  expect(notice).toEqual({ title: "Juliet", body: "Ay me!", tag: "jaseur:juliet@verona.example", target: "chat=juliet%40verona.example" });
  expect(noticeOf({ ...message, text: "later" }, DEFAULT_SETTINGS).tag).toBe(notice.tag);
  expect(noticeOf({ ...message, nick: "nurse" }, DEFAULT_SETTINGS).body).toBe("nurse: Ay me!");
  expect(noticeOf({ ...message, text: "/me sighs" }, DEFAULT_SETTINGS).body).toBe("Juliet sighs");
  expect(noticeOf({ ...message, nick: "nurse", text: "/me sighs" }, DEFAULT_SETTINGS).body).toBe("nurse sighs");
});

it("hidden text is nowhere in it", () => {
  const hidden = { ...DEFAULT_SETTINGS, hidesText: true, language: "fr-CA" };
  expect(JSON.stringify(noticeOf({ ...message, nick: "nurse" }, hidden))).not.toMatch(/Ay me|nurse/);
  expect(noticeOf(message, hidden).body).toBe("Nouveau message");
});

it("without a sender, it says how much is unread; without a name, the address", () => {
  expect(noticeOf({ ...message, jid: "", name: "", text: "" }, DEFAULT_SETTINGS, 3)).toEqual({ title: "Jaseur", body: "3 unread messages", tag: "jaseur:", target: "" });
  expect(noticeOf({ ...message, name: "" }, DEFAULT_SETTINGS).title).toBe("juliet@verona.example");
});

it("requests and invitations open the notices", () => {
  const request = noticeOf({ ...message, kind: "request", text: "it is I" }, DEFAULT_SETTINGS);
  expect(request).toMatchObject({ body: "Wants to add you as a contact", target: "notices" });
  expect(request.tag).not.toBe(noticeOf(message, DEFAULT_SETTINGS).tag);
});

it("what is hostile is flat, short, and turns nothing around", () => {
  const { title, body } = noticeOf({ ...message, name: "a\u202Eb\nc", text: "😈".repeat(10_000) }, DEFAULT_SETTINGS);
  expect(title).toBe("a b c");
  expect(Array.from(body)).toHaveLength(240);
  expect(body.endsWith("😈…")).toBe(true);
});

it("a target names a conversation, or none", () => {
  expect(chatOf(`#${chatTarget("room#1 & co@rooms.verona.example")}`)).toBe("room#1 & co@rooms.verona.example");
  for (const target of ["", "#", "notices", "#chat=", "#chat=%E0%A4%A", "#other=1"]) expect(chatOf(target) ?? "").toBe("");
});

it("settings that are broken are those of the beginning", () => {
  for (const written of [undefined, "", "{", "null", "7", '{"desktop":"yes","mutedUntil":"1"}'])
    expect(readSettings(written, "fr")).toEqual({ ...DEFAULT_SETTINGS, language: "fr" });
  const own = { desktop: true, sounds: false, refusesCalls: true, hidesText: true, mutedUntil: 5, language: "en-GB" };
  expect(readSettings(JSON.stringify(own), "fr")).toEqual(own);
});
