// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";

import { Backoff } from "../../src/core/backoff.js";
import { discover, endpointsIn } from "../../src/core/discovery.js";

const link = (rel: string, href: unknown): object => ({ rel: `urn:xmpp:alt-connections:${rel}`, href });

// XEP-0156 section 4.
it("finds both ways to connect", () =>
  expect(endpointsIn({ links: [link("websocket", "wss://a/ws"), link("xbosh", "https://a/bosh"), link("websocket", "wss://b/")] }, true)).toEqual({
    websocket: "wss://a/ws",
    bosh: "https://a/bosh",
  }));

it.each([
  ["nothing in clear on a page over TLS", { links: [link("websocket", "ws://a/"), link("xbosh", "http://a/")] }],
  ["no other schemes", { links: [link("websocket", "javascript:alert(1)"), link("xbosh", "file:///etc")] }],
  ["no other types", { links: [null, 1, link("websocket", 1), link("xbosh", { a: 1 })] }],
  ["no links that are none", { links: "x" }],
  ["nothing of null", null],
])("takes %s", (_, hostMeta) => expect(endpointsIn(hostMeta, true)).toEqual({}));

it("asks the site, without cookies", async () => {
  const asked: unknown[] = [];
  const found = await discover("https://chat.example/page", (url, init) => {
    asked.push((url as URL).href, init?.credentials);
    return Promise.resolve(new Response(JSON.stringify({ links: [link("websocket", "wss://a/")] })));
  });
  expect(found).toEqual({ websocket: "wss://a/" });
  expect(asked).toEqual(["https://chat.example/.well-known/host-meta.json", "omit"]);
  await expect(discover("https://a/", () => Promise.resolve(new Response("", { status: 404 })))).rejects.toThrow("404");
});

it("waits longer each time, never all at one moment", () => {
  const least = new Backoff(() => 0);
  const most = new Backoff(() => 1);
  const waits = Array.from({ length: 10 }, () => [least.next(), most.next()]);
  expect(waits.slice(0, 3)).toEqual([[500, 1000], [1000, 2000], [2000, 4000]]);
  expect(waits.at(-1)).toEqual([60_000, 120_000]);
  least.reset();
  expect(least.next()).toBe(500);
});
