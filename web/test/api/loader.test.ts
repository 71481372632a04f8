// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { optionsOf } from "../../src/api/loader.js";

it.each([
  ["a server", { url: "https://chat.example.org" }, { site: "https://chat.example.org" }],
  ["a server's BOSH", { url: "https://chat.example.org/http-bind" }, { site: "https://chat.example.org", endpoints: { bosh: "https://chat.example.org/http-bind" } }],
  ["a WebSocket", { wsUrl: "wss://chat.example.org/ws" }, { endpoints: { websocket: "wss://chat.example.org/ws" } }],
  ["an address", { jid: "juliet@example.org", password: "x" }, { account: "juliet@example.org", domain: "example.org", password: "x" }],
  ["a name", { id: "juliet", domain: "example.org", token: "x" }, { account: "juliet", domain: "example.org", token: "x", login: "portal" }],
  ["a language", { language: "fr", tours: "off" }, { lang: "fr", tours: "off" }],
  ["a logo", { notificationLogo: "https://example.org/logo.png" }, { icon: "https://example.org/logo.png" }],
  ["a picture", { avatar: "/me.png" }, { avatar: "/me.png" }],
  ["who may begin conversations", { acl: { groupchat: { creation: false } } }, { groups: "off" }],
  ["that all may", { acl: { groupchat: { creation: true } } }, {}],
] as const)("understands settings: %s", (_, settings, options) => expect(optionsOf(settings)).toEqual(options));

it("refuses what is no address of a server", () => expect(() => optionsOf({ url: "chat.example.org" })).toThrow(TypeError));
