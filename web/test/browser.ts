// SPDX-License-Identifier: MIT
//
// What browsers have and Node has not, or not in every version: before any test.

import "fake-indexeddb/auto";

import { webcrypto } from "node:crypto";

import { JSDOM } from "jsdom";
import WebSocket from "ws";

// The certificate is of the test's own server.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";

const missing: Readonly<Record<string, unknown>> = {
  DOMParser: new JSDOM().window.DOMParser,
  WebSocket,
  crypto: webcrypto,
};

for (const [name, value] of Object.entries(missing))
  if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
