// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { filled, inLanguage } from "../../src/elements/words.js";

it.each([
  ["the same for all", "Hello", "fr", "Hello"],
  ["of the language", { en: "Hello", fr: "Bonjour" }, "fr", "Bonjour"],
  ["of the language without its region", { en: "Hello", fr: "Bonjour" }, "fr-CA", "Bonjour"],
  ["of the region", { pt: "Oi", "pt-BR": "Olá" }, "PT-br", "Olá"],
  ["English", { de: "Hallo", en: "Hello" }, "fr", "Hello"],
  ["any", { de: "Hallo" }, "fr", "Hallo"],
  ["nothing", {}, "fr", ""],
])("takes words: %s", (_, words, language, found) => expect(inLanguage(words as string, language)).toBe(found));

it("fills in what it has", () => expect(filled("{n} of {all}{x}", { n: 1, all: 2 })).toBe("1 of 2"));
