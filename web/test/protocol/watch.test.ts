// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { parse } from "../../src/core/xml.js";
import { watching } from "../../src/protocol/watch.js";

it.each([
  ["nobody", watching([]), "<watch xmlns='https://jaseur.org/ns/watch/0'/>"],
  ["one more and one less", watching(["a@b"], ["c@d"]), "<watch xmlns='https://jaseur.org/ns/watch/0'><remove jid='c@d'/><add jid='a@b'/></watch>"],
])("asks for the presence of: %s", (_, built, source) => expect(built).toEqual(parse(source)));
