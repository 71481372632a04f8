// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { bareOf, domainOf, jidFromInput, localOf, resourceOf } from "../../src/core/jid.js";

it("takes addresses apart", () => {
  expect(bareOf("a@b/c/d@e")).toBe("a@b");
  expect(resourceOf("a@b/c/d@e")).toBe("c/d@e");
  expect(domainOf("a@b/c@d")).toBe("b");
  expect(domainOf("b")).toBe("b");
  expect(localOf("a@b/c")).toBe("a");
  expect(localOf("b/a@c")).toBe("");
});

it.each([
  ["romeo", "romeo@verona"],
  [" Romeo@Other.Example ", "romeo@other.example"],
  ["xmpp:romeo@other?message", "romeo@other"],
  ["romeo@other/phone", "romeo@other"],
  ["", undefined],
  ["@", undefined],
  ["romeo@", undefined],
  ["a b", undefined],
  ["a@b@c", undefined],
  ["<a>@b", undefined],
  [`${"x".repeat(1024)}@b`, undefined],
])("understands %j as %j", (typed, jid) => expect(jidFromInput(typed, "verona")).toBe(jid));
