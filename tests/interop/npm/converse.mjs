// SPDX-License-Identifier: MIT
//
// Two people with Converse.js in Chromium make a room, configure it, talk and moderate there by
// what they type, and publish to a node:
//
//     node converse.mjs PAGE URL
//
// PAGE is the server's, at whose origin Converse.js is shown (from node_modules); URL is what it
// connects to: ws(s): is WebSocket, http(s): BOSH. Prints "met"; anything else is a failure.

import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const PATIENCE_MS = 15_000; // until what did not happen is a failure; never waited for in vain
const ROOM = "coven@rooms.localhost";
const SERVICE = "pubsub.localhost";

const [page, url] = process.argv.slice(2);
const dist = fileURLToPath(new URL("node_modules/converse.js/dist/", import.meta.url));
const place = new URL("converse/", page).href;
const HTML = `<!doctype html><meta charset="utf-8"><title>Converse</title>
  <link rel="stylesheet" href="converse.min.css"><script src="converse.min.js"></script>
  <body class="converse-fullscreen"></body>`;

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  // Root has no sandbox; the rest keeps it from asking the world for things.
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    // The page comes from here, and not from the address of the server: that counts as far away.
    "--disable-features=LocalNetworkAccessChecks"],
});

/** Runs in the page: Converse.js logs in; what it offers its plugins is kept for later. */
function begin({ user, url, place }) {
  const { converse } = globalThis;
  return new Promise((resolve) => {
    converse.plugins.add("jaseur-test", {
      initialize() {
        globalThis.api = this._converse.api;
        this._converse.api.listen.on("connected", resolve);
      },
    });
    converse.initialize({
      assets_path: place,
      authentication: "login",
      auto_login: true,
      discover_connection_methods: false,
      [url.startsWith("ws") ? "websocket_url" : "bosh_service_url"]: url,
      i18n: "en",
      jid: `${user}@localhost/converse`,
      password: "secret",
      loglevel: "warn",
      view_mode: "fullscreen",
      whitelisted_plugins: ["jaseur-test"],
    });
  });
}

/** Someone with a browser of his own. */
async function person(user) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, serviceWorkers: "block" });
  await context.route("**/*", (route) => {
    const asked = new URL(route.request().url());
    if (asked.origin !== new URL(page).origin) return route.abort(); // its makers' pictures
    if (!asked.href.startsWith(place)) return route.continue();
    const file = asked.pathname.slice(new URL(place).pathname.length);
    return file
      ? route.fulfill({ path: dist + file })
      : route.fulfill({ contentType: "text/html", body: HTML });
  });
  const tab = await context.newPage();
  tab.setDefaultTimeout(PATIENCE_MS);
  tab.on("console", (line) => {
    if (line.type() === "error") console.error(`${user}: ${line.text()}`);
  });
  await tab.goto(place);
  await tab.evaluate(begin, { user, url, place });
  return tab;
}

/** What who types into the room, and Enter. */
async function type(who, text) {
  const field = who.locator("converse-muc textarea.chat-textarea");
  await field.fill(text);
  await field.press("Enter");
}

const shows = (who, text) =>
  who.locator("converse-muc").getByText(text, { exact: false }).first().waitFor();

const open = (who, nick, settings = {}) =>
  who.evaluate(
    async ({ room, nick, settings }) => {
      await globalThis.api.rooms.open(room, { nick, ...settings }, true);
    },
    { room: ROOM, nick, settings },
  );

async function room(romeo, juliet) {
  await open(romeo, "romeo", {
    auto_configure: true,
    roomconfig: { roomname: "A Dark Cave", publicroom: true, membersonly: false },
  });
  await shows(romeo, "A Dark Cave");
  await open(juliet, "juliet");
  await shows(juliet, "A Dark Cave");
  await shows(romeo, "2 Participants");
  await type(romeo, "Good morrow!");
  await shows(juliet, "Good morrow!");
  await type(juliet, "Good morrow to you");
  await shows(romeo, "Good morrow to you");
  await type(romeo, "/topic Fire Burn");
  await shows(juliet, "Fire Burn");
  await type(romeo, "/mute juliet");
  await shows(juliet, "juliet has been muted");
  await type(romeo, "/voice juliet");
  await shows(juliet, "juliet has been given a voice");
  await type(romeo, "/ban juliet");
  await shows(juliet, "You have been banned from this groupchat");
}

/** Runs in the page: what Converse.js offers its plugins. */
async function publish({ service, node }) {
  const { api, converse } = globalThis;
  const { stx } = converse.env;
  await api.sendIQ(stx`<iq xmlns="jabber:client" type="set" to="${service}">
    <pubsub xmlns="http://jabber.org/protocol/pubsub"><create node="${node}"/></pubsub></iq>`);
  await api.pubsub.publish(service, node,
    stx`<item id="first"><news xmlns="urn:example">a feud</news></item>`);
  const settings = await api.pubsub.config.get(service, node);
  if (settings.persist_items !== true) throw new Error(JSON.stringify(settings));
}

/** Runs in the page: subscribes; the texts of what is published come to be in `news`. */
async function subscribe({ service, node, jid }) {
  const { api, converse } = globalThis;
  const { stx } = converse.env;
  globalThis.news = [];
  globalThis.api.connection.get().addHandler((message) => {
    const item = message.querySelector("event news");
    if (item) globalThis.news.push(item.textContent);
    return true;
  }, null, "message");
  await api.sendIQ(stx`<iq xmlns="jabber:client" type="set" to="${service}">
    <pubsub xmlns="http://jabber.org/protocol/pubsub"><subscribe node="${node}" jid="${jid}"/>
    </pubsub></iq>`);
}

async function node(romeo, juliet) {
  const news = { service: SERVICE, node: "verona" };
  await romeo.evaluate(publish, news);
  await juliet.evaluate(subscribe, { ...news, jid: "juliet@localhost" });
  await romeo.evaluate(
    async ({ service, node }) => {
      const { stx } = globalThis.converse.env;
      await globalThis.api.pubsub.publish(service, node,
        stx`<item id="second"><news xmlns="urn:example">a ball</news></item>`);
    }, news);
  // The last item comes with the subscription.
  await juliet.waitForFunction(() => globalThis.news.join() === "a feud,a ball");
}

try {
  const [romeo, juliet] = await Promise.all(["romeo", "juliet"].map(person));
  await room(romeo, juliet);
  await node(romeo, juliet);
  console.log("met");
} finally {
  await browser.close();
}
