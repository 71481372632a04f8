// SPDX-License-Identifier: MIT
//
// What is told outside the page, with Chromium and a server: by one of several tabs and once, not
// of what is being read, by the push service when no page is open; and who is there, as others see
// it.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, said, signIn } from "./browser.js";
import { PushService } from "./push_service.js";
import { Server } from "./server.js";

let server: Server;
let browser: Browser;
const push = new PushService();

beforeAll(async () => {
  await push.start();
  const services = [`http_client.ca=${push.authority}`, "http_client.networks=127.0.0.0/8,::1/128", `http_client.ports=${push.port}`];
  server = await Server.start(...services, "modules.push.interval=0s", "modules.leave.grace=1s");
  server.addUsers("romeo", "juliet", "nurse", "tybalt", "rosaline", "benvolio");
  for (const name of ["romeo", "nurse"]) server.run("roster", "befriend", "juliet@localhost", `${name}@localhost`);
  // Of their own tests: a browser that is killed says no farewell, and its session outlives it.
  for (const name of ["rosaline", "benvolio"]) server.run("roster", "befriend", "romeo@localhost", `${name}@localhost`);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  push.stop();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** A browser of somebody who lets the site show notifications; tones are counted. */
async function attentive(language = "en", colorScheme: "light" | "dark" = "light"): Promise<BrowserContext> {
  const context = await openContext(browser, language, colorScheme);
  await context.grantPermissions(["notifications"], { origin: server.site });
  await context.addInitScript(() => {
    class Counted extends OscillatorNode {
      override start(when?: number): void {
        document.documentElement.dataset.tones = String(Number(document.documentElement.dataset.tones ?? 0) + 1);
        super.start(when);
      }
    }
    globalThis.OscillatorNode = Counted;
  });
  return context;
}

async function tones(...pages: Page[]): Promise<number> {
  let sum = 0;
  for (const page of pages) sum += await page.evaluate(() => Number(document.documentElement.dataset.tones ?? 0));
  return sum;
}

/** What notifications are shown, as TITLE: BODY. */
function shown(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => `${title}: ${body}`);
  });
}

async function shows(page: Page, expected: readonly string[]): Promise<void> {
  await expect.poll(() => shown(page), { timeout: 30_000 }).toEqual(expected);
}

async function signedIn(context: BrowserContext, user: string): Promise<Page> {
  const page = await openPage(context, server.site);
  await signIn(page, user);
  await page.getByRole("tab", { name: /Conversations/ }).waitFor();
  return page;
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name: /People|Personnes/ }).click();
  await page.locator("jaseur-people").getByRole("button", { name: new RegExp(`^. ?${name}|${name}`) }).click();
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator("jaseur-composer textarea").fill(text);
  await page.keyboard.press("Enter");
}

async function turnOnNotices(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined)); // only what is shown through it is found
  await page.getByRole("button", { name: /^Notices/ }).click();
  await page.getByRole("button", { name: "Notification settings" }).click();
  await page.getByRole("switch", { name: "Notifications" }).click();
  await page.getByRole("switch", { name: "Notifications", checked: true }).waitFor();
}

it("tells once, whatever the number of tabs, and takes back what was read", async () => {
  const romeo = await signedIn(await openContext(browser), "romeo");
  const nurse = await signedIn(await openContext(browser), "nurse");
  const juliets = await attentive();
  const first = await signedIn(juliets, "juliet");
  await turnOnNotices(first);
  await look(first, "notice-settings");
  await first.keyboard.press("Escape");
  const second = await openPage(juliets, server.site);
  await second.getByRole("tab", { name: "Conversations" }).click();

  await choose(romeo, "juliet");
  await write(romeo, "But, *soft*!");
  await shows(first, ["romeo: But, soft!"]);
  await write(romeo, "What light?");
  await shows(first, ["romeo: What light?"]);
  await expect.poll(() => tones(first, second)).toBe(4); // two tones make a sound
  expect(await first.title()).toMatch(/^\(2\) /);

  await choose(second, "romeo");
  await said(second, "What light?").waitFor();
  await shows(first, []);
  await expect.poll(() => first.title()).not.toMatch(/^\(/);

  // What is being read is not told, in whatever tab; what another says, is.
  await write(romeo, "It is the east");
  await said(second, "It is the east").waitFor();
  await choose(nurse, "juliet");
  await write(nurse, "Madam!");
  await shows(second, ["nurse: Madam!"]);
  await expect.poll(() => tones(first, second)).toBe(6);
  expect(errors).toEqual([]);
});

it("is silent when that is wished: for an hour, for a conversation; and hides the text", async () => {
  const nurse = await signedIn(await openContext(browser), "nurse");
  const romeo = await signedIn(await openContext(browser), "romeo");
  const juliets = await attentive("fr", "dark");
  const juliet = await signedIn(juliets, "juliet");
  await juliet.getByRole("button", { name: /^Notifications/ }).first().click();
  await juliet.getByRole("button", { name: "Réglages des notifications" }).click();
  await juliet.getByRole("switch", { name: "Notifications" }).click();
  await juliet.getByRole("switch", { name: "Masquer le contenu" }).click();
  await juliet.getByRole("button", { name: "Mettre en sourdine…" }).click();
  await look(juliet, "notice-mute-dark-french");
  await juliet.getByRole("menuitem", { name: "Pendant une heure" }).click();
  await juliet.locator("jaseur-settings").getByText(/En sourdine jusqu’à/).waitFor();
  await juliet.setViewportSize(PHONE);
  await look(juliet, "notice-settings-phone-dark-french");
  await juliet.keyboard.press("Escape");

  await choose(romeo, "juliet");
  await choose(nurse, "juliet");
  await write(romeo, "muted");
  await juliet.locator("jaseur-conversations").getByText("muted").waitFor();
  await juliet.getByRole("button", { name: /^Notifications/ }).first().click();
  await look(juliet, "bell-phone-dark-french");
  await juliet.getByRole("button", { name: "Réactiver" }).click();
  await juliet.keyboard.press("Escape");
  await write(nurse, "secret");
  await shows(juliet, ["nurse: Nouveau message"]);

  await choose(juliet, "romeo");
  await juliet.getByRole("button", { name: "Plus", exact: true }).click();
  await juliet.getByRole("button", { name: "Notifications de cette conversation" }).click();
  await juliet.getByRole("menuitemradio", { name: "Aucune" }).click();
  await juliet.getByRole("button", { name: "Retour à la liste" }).click();
  await juliet.getByRole("tab", { name: "Conversations" }).click();
  // Another browser of hers is told of the wish.
  const elsewhere = await signedIn(await attentive(), "juliet");
  await turnOnNotices(elsewhere);
  await elsewhere.keyboard.press("Escape");
  await write(romeo, "never told");
  await juliet.locator("jaseur-conversations").getByText("never told").waitFor();
  await elsewhere.locator("jaseur-conversations").getByText("never told").waitFor();
  await write(nurse, "another secret");
  await shows(elsewhere, ["nurse: another secret"]);
  await shows(juliet, ["nurse: Nouveau message"]);
  expect(errors).toEqual([]);
});

it("who wants to be a contact is told once, and waits at the bell", async () => {
  const juliets = await attentive();
  const juliet = await signedIn(juliets, "juliet");
  await turnOnNotices(juliet);
  await juliet.keyboard.press("Escape");
  const tybalt = await signedIn(await openContext(browser), "tybalt");
  await tybalt.getByRole("searchbox").fill("juliet@localhost");
  await tybalt.getByRole("button", { name: /Add/ }).click();
  await shows(juliet, ["tybalt: Wants to add you as a contact"]);
  await juliet.evaluate(async () => (await navigator.serviceWorker.getRegistration("/"))?.getNotifications().then((all) => all.forEach((one) => one.close())));
  await juliet.reload();
  await juliet.getByRole("button", { name: "Notices, 1 waits" }).click();
  await look(juliet, "bell-request");
  await juliet.locator("jaseur-popover").getByRole("button", { name: "Accept" }).click();
  await juliet.getByText("Nothing waits for you.").waitFor();
  await look(juliet, "bell-empty");
  await shows(juliet, []);
});

it("blocked notifications are said, with what to do", async () => {
  const context = await openContext(browser);
  const page = await signedIn(context, "juliet");
  await page.getByRole("button", { name: /^Notices/ }).click();
  await page.getByRole("button", { name: "Turn on…" }).click();
  await page.getByText("Your browser asks you to allow it.").waitFor();
  await page.getByRole("switch", { name: "Notifications" }).click(); // nobody is there to allow it
  await page.getByText("Your browser blocks them for this site.").waitFor();
  await look(page, "notice-blocked");
  expect(await page.getByRole("switch", { name: "Notifications" }).isChecked()).toBe(false);
});

/** The browser's push service is the test's: Chromium would ask a real one. */
async function withPushService(context: BrowserContext): Promise<void> {
  await context.addInitScript((subscription) => {
    const unsubscribe = (): Promise<boolean> => {
      localStorage.removeItem("subscribed");
      return Promise.resolve(true);
    };
    const made = { endpoint: subscription.endpoint, toJSON: () => subscription, unsubscribe };
    const get = (): PushSubscription | null => (localStorage.getItem("subscribed") ? (made as unknown as PushSubscription) : null);
    PushManager.prototype.getSubscription = () => Promise.resolve(get());
    PushManager.prototype.subscribe = () => {
      localStorage.setItem("subscribed", "yes");
      return Promise.resolve(made as unknown as PushSubscription);
    };
  }, push.subscription);
}

it("offers what needs the service worker as soon as there is one, however late", async () => {
  const context = await attentive();
  await withPushService(context);
  await context.addInitScript(() => {
    const { ready } = navigator.serviceWorker;
    const late = new Promise((resolve) => window.addEventListener("let-it", () => resolve(ready)));
    Object.defineProperty(navigator.serviceWorker, "ready", { value: late });
  });
  const page = await signedIn(context, "juliet");
  await page.getByRole("button", { name: /^Notices/ }).click();
  await page.getByRole("button", { name: "Notification settings" }).click();
  const wanted = page.getByRole("switch", { name: "Also when this page is closed" });
  await wanted.waitFor();
  expect(await wanted.isDisabled()).toBe(true);
  await page.evaluate(() => window.dispatchEvent(new Event("let-it")));
  await expect.poll(() => wanted.isEnabled(), { timeout: 30_000 }).toBe(true);
  await context.close();
});

it("the push service tells when no page is open; a click opens the conversation (RFC 8030, XEP-0357)", async () => {
  const romeo = await signedIn(await openContext(browser), "romeo");
  const hers = await attentive();
  await withPushService(hers);
  const rosaline = await signedIn(hers, "rosaline");
  await rosaline.getByRole("button", { name: /^Notices/ }).click();
  await rosaline.getByRole("button", { name: "Notification settings" }).click();
  await rosaline.getByRole("switch", { name: "Also when this page is closed" }).click();
  await rosaline.getByRole("switch", { name: "Also when this page is closed", checked: true }).waitFor();
  await look(rosaline, "notice-settings-push");

  // A page of the site without the client, for the protocol of the browser.
  const bare = await hers.newPage();
  await bare.goto(`${server.site}/first/style.css`);
  const devtools = await hers.newCDPSession(bare);
  const registered = new Promise<string>((resolve) =>
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations[0] && resolve(registrations[0].registrationId)),
  );
  await devtools.send("ServiceWorker.enable");
  await rosaline.close();
  await choose(romeo, "rosaline");
  await romeo.getByText("Offline").first().waitFor(); // she has left
  await write(romeo, "Wilt thou be gone?");
  const pushed = await push.next();
  expect(JSON.parse(pushed)).toMatchObject({ account: "rosaline@localhost", kind: "message" });
  await devtools.send("ServiceWorker.deliverPushMessage", { origin: server.site, registrationId: await registered, data: pushed });
  await expect.poll(() => shown(bare), { timeout: 30_000 }).toHaveLength(1);
  expect((await shown(bare))[0]).toMatch(/^romeo: /);

  const again = await openPage(hers, `${server.site}/#chat=romeo%40localhost`);
  await said(again, "Wilt thou be gone?").waitFor();
  expect(new URL(again.url()).hash).toBe("");
  await shows(bare, []);
  await again.getByRole("button", { name: "Sign out" }).click();
  await again.locator("jaseur-dialog").getByRole("button", { name: "Sign out" }).click();
  await again.locator("input[name=password]").waitFor();
  expect(await again.evaluate(() => localStorage.getItem("subscribed"))).toBe(null);
});

it("who touches nothing is away, who comes back is there at once, who closes the page is offline", async () => {
  const romeo = await signedIn(await openContext(browser), "romeo");
  await romeo.getByRole("tab", { name: "People" }).click();
  const context = await openContext(browser);
  await context.clock.install();
  const benvolio = await signedIn(context, "benvolio");
  await romeo.getByRole("button", { name: /benvolio Available/ }).waitFor();
  await benvolio.clock.fastForward("05:10");
  await romeo.getByRole("button", { name: /benvolio Away/ }).waitFor();
  await benvolio.mouse.move(100, 100);
  await romeo.getByRole("button", { name: /benvolio Available/ }).waitFor();
  await benvolio.close();
  await romeo.getByRole("button", { name: /benvolio Offline/ }).waitFor();
});
