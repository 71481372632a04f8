// SPDX-License-Identifier: MIT
//
// Chromium opens the server's own page, under its content security policy, and two people talk
// there by strophe.js:
//
//     node browse.mjs PAGE URL URL
//
// romeo connects to the first URL, juliet to the second; ws(s): is WebSocket, http(s): BOSH.
// Prints "talked"; anything else is a failure.

import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const [page, ...urls] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  // Root has no sandbox; the rest keeps it from asking the world for things.
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** Runs in the page: one logs in, and writes in turns with the other. */
async function converse({ url, user, other, turns }) {
  const { Strophe, $msg, $pres } = globalThis;
  const heard = [];
  let wake = () => {};
  const next = async () => {
    while (!heard.length) await new Promise((resolve) => (wake = resolve));
    return heard.shift();
  };
  const connection = new Strophe.Connection(url);
  await new Promise((resolve, reject) =>
    connection.connect(`${user}@localhost/page`, "secret", (status, why) => {
      if (status === Strophe.Status.CONNECTED) resolve();
      if ([Strophe.Status.CONNFAIL, Strophe.Status.AUTHFAIL].includes(status))
        reject(new Error(`${user}: status ${status}: ${why}`));
    }),
  );
  connection.addHandler(
    (stanza) => {
      heard.push(stanza.querySelector("body")?.textContent);
      wake();
      return true;
    },
    null,
    "message",
  );
  connection.send($pres());
  const say = (text) =>
    connection.send($msg({ to: `${other}@localhost`, type: "chat" }).c("body").t(text));
  // Offline messages wait for who comes second: nobody has to know who that is.
  for (let turn = 0; turn < turns; turn++) {
    const text = `${turn} \u2665 ${"x".repeat(turn * 500)}`;
    say(`${user} ${text}`);
    const got = await next();
    if (got !== `${other} ${text}`) throw new Error(`${user} got ${got}`);
  }
  connection.disconnect();
  return true;
}

try {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const strophe = await readFile(
    new URL("node_modules/strophe.js/dist/strophe.umd.cjs", import.meta.url), "utf8");
  const people = await Promise.all(
    ["romeo", "juliet"].map(async (user, i) => {
      const tab = await context.newPage();
      tab.on("console", (line) => {
        if (line.type() === "error") console.error(line.text());
      });
      const answer = await tab.goto(page);
      if (!answer.ok() || !answer.headers()["content-security-policy"])
        throw new Error(`the page: ${answer.status()}`);
      await tab.evaluate(strophe);
      return tab.evaluate(converse, { url: urls[i], user, other: ["juliet", "romeo"][i], turns: 10 });
    }),
  );
  if (people.every(Boolean)) console.log("talked");
} finally {
  await browser.close();
}
