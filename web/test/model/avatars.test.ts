// SPDX-License-Identifier: MIT
//
// Who has which picture, by what others send.

import { expect, it } from "vitest";

import { parse } from "../../src/core/xml.js";
import type { Host } from "../../src/model/part.js";
import { AvatarsPart } from "../../src/model/parts/avatars.js";
import type { News } from "../../src/model/types.js";

const HASH = "4caece539b039b16e16206ea2478f8c5ffb2ca05";

function part(): { avatars: AvatarsPart; told: News[] } {
  const told: News[] = [];
  const host = { account: "me@b", tell: (news: News) => told.push(news), do: () => undefined } as unknown as Host;
  return { avatars: new AvatarsPart(host), told };
}

const presence = (from: string, more = "", photo = HASH): ReturnType<typeof parse> =>
  parse(`<presence xmlns='jabber:client' from='${from}'><x xmlns='vcard-temp:x:update'><photo>${photo}</photo></x>${more}</presence>`);

it("takes a contact's picture from his presence, once (XEP-0153 section 4)", () => {
  const { avatars, told } = part();
  avatars.onPresence(presence("a@b/c"));
  avatars.onPresence(presence("a@b/d"));
  expect(told).toEqual([{ kind: "avatar", jid: "a@b", hash: HASH }]);
});

it("takes nobody's picture for that of the room that he is in", () => {
  const { avatars, told } = part();
  avatars.onPresence(presence("coven@rooms.b/crone", "<x xmlns='http://jabber.org/protocol/muc#user'><item role='participant'/></x>"));
  expect(told).toEqual([]);
});

it("takes nothing that is no hash, and not that there is none, which another device may say", () => {
  const { avatars, told } = part();
  for (const photo of ["", "../../etc/passwd", "x".repeat(40)]) avatars.onPresence(presence("a@b/c", "", photo));
  expect(told).toEqual([]);
});
