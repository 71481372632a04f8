// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { NS_CLIENT, NS_SM } from "../../src/core/ns.js";
import { StreamManagement } from "../../src/core/stream_management.js";
import { xml, type Xml } from "../../src/core/xml.js";

const message = (id: number): Xml => xml("message", NS_CLIENT, { id });
const enabled = xml("enabled", NS_SM, { id: "s", resume: "true", max: "60" });

function started(): StreamManagement {
  const sm = new StreamManagement();
  sm.start(enabled);
  return sm;
}

it("counts nothing before it is enabled", () => {
  const sm = new StreamManagement();
  sm.onReceived();
  expect(sm.onSent(message(1))).toBe(false);
  expect([sm.received, sm.unacked, sm.save("a@b/c", 0)]).toEqual([0, [], undefined]);
});

it("knows which stanzas an acknowledgement is about", () => {
  const sm = started();
  [1, 2, 3].forEach((id) => sm.onSent(message(id)));
  expect(sm.onAcknowledged("2")).toEqual([message(1), message(2)]);
  expect(sm.onAcknowledged("2")).toEqual([]);
  expect(sm.onAcknowledged("3")).toEqual([message(3)]);
});

it.each(["4", "-1", "1.5", "x", undefined])("refuses h=%j of three", (h) => {
  const sm = started();
  [1, 2, 3].forEach((id) => sm.onSent(message(id)));
  expect(sm.onAcknowledged(h)).toBeUndefined();
  expect(sm.unacked).toHaveLength(3);
});

it("goes on counting behind 2^32", () => {
  const sm = new StreamManagement();
  sm.restore({ id: "s", jid: "a@b/c", received: 2 ** 32 - 1, acked: 2 ** 32 - 1, unacked: [message(1), message(2)], maxMs: 1, until: 1 });
  sm.onReceived();
  expect(sm.received).toBe(0);
  expect(sm.onAcknowledged("1")).toEqual([message(1), message(2)]);
});

it("is written down and read again", () => {
  const sm = started();
  sm.onReceived();
  sm.onSent(message(1));
  const saved = sm.save("a@b/c", 1000);
  expect(saved).toEqual({ id: "s", jid: "a@b/c", received: 1, acked: 0, unacked: [message(1)], maxMs: 60_000, until: 61_000 });
  const again = new StreamManagement();
  again.restore(saved!);
  expect(again.save("a@b/c", 1000)).toEqual(saved);
});

it("asks for an acknowledgement at each message and now and then", () => {
  const sm = started();
  const presence = xml("presence", NS_CLIENT);
  expect([1, 2, 3, 4, 5].map(() => sm.onSent(presence))).toEqual([false, false, false, false, true]);
  expect(sm.onSent(message(1))).toBe(true);
});

it("says now and then what it received, without being asked", () => {
  const sm = started();
  const due = Array.from({ length: 45 }, () => {
    const isDue = sm.onReceived();
    if (isDue) expect(sm.answer().attrs.h).toBe(String(sm.received));
    return isDue;
  });
  expect(due.flatMap((isDue, i) => (isDue ? i + 1 : []))).toEqual([20, 40]);
});
