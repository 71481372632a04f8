// SPDX-License-Identifier: MIT
//
// People who call each other, in Chromium with pretended devices and a real server between them.

import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";

import { launch, openContext, openPage, signIn } from "./browser.js";
import { Server } from "./server.js";

export const PATIENCE = { timeout: 20_000 };

const ARGS = [
  ...["--use-fake-device-for-media-stream=fps=10", "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection"],
  ...["--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"],
];

interface Wishes {
  readonly language?: string;
  readonly scheme?: "light" | "dark";
  readonly mayUseDevices?: boolean;
}

/** Of one test file: a server with people of whom romeo has juliet and the nurse as contacts. */
export class Calling {
  readonly #contexts: BrowserContext[] = [];
  #server: Server | undefined;
  #browser: Browser | undefined;

  /** settings: of the server */
  constructor(...settings: string[]) {
    beforeAll(async () => {
      this.#server = await Server.start(...settings);
      this.#server.addUsers("romeo", "juliet", "tybalt", "nurse");
      for (const friend of ["juliet", "nurse"]) this.#server.run("roster", "befriend", "romeo@localhost", `${friend}@localhost`);
      this.#browser = await launch(...ARGS);
    });
    afterEach(async () => {
      for (const context of this.#contexts.splice(0)) await context.close();
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.#server?.stop();
    });
  }

  get server(): Server {
    if (!this.#server) throw new Error("no server");
    return this.#server;
  }

  /** A browser of somebody who is signed in. */
  async open(user: string, { language = "en", mayUseDevices = true, scheme = "light" }: Wishes = {}): Promise<Page> {
    if (!this.#browser) throw new Error("no browser");
    const { site } = this.server;
    const context = await openContext(this.#browser, language, scheme);
    if (mayUseDevices) await context.grantPermissions(["microphone", "camera"], { origin: site });
    await context.addInitScript(watchConnections);
    this.#contexts.push(context);
    const page = await openPage(context, site);
    await signIn(page, user);
    await page.locator("jaseur-me").waitFor();
    return page;
  }

  /** Another tab of the same browser. */
  async openTab(page: Page): Promise<Page> {
    const tab = await openPage(page.context(), this.server.site);
    await tab.locator("jaseur-me").waitFor();
    return tab;
  }
}

/** In the page: framesIn() asks what this keeps. */
function watchConnections(): void {
  const connections: RTCPeerConnection[] = [];
  const Made = RTCPeerConnection;
  const watched = class extends Made {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
  Object.assign(globalThis, { connections, RTCPeerConnection: watched });
}

export async function call(page: Page, other: string, kind = "Call"): Promise<void> {
  await page.evaluate((jid) => (location.hash = `chat=${jid}@localhost`), other);
  await page.locator("jaseur-conversation").getByRole("button", { name: kind, exact: true }).click();
}

export const inCall = (page: Page): Locator => page.locator("jaseur-call section");
export const button = (page: Page, name: string): Locator => page.locator("jaseur-call").getByRole("button", { name, exact: true });
export const told = (page: Page, text: string): Locator => page.locator("jaseur-feedback span", { hasText: text });
/** How long it lasts: there is a way through. */
export const clock = (page: Page): Locator => inCall(page).getByText(/^\d+:\d\d$/);

/** How many pictures of the other end were decoded. */
export function framesIn(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const reports = await Promise.all(connections.map((one) => one.getStats()));
    const all = reports.flatMap((report) => [...report.values()] as { type: string; framesDecoded?: number }[]);
    return all.reduce((sum, { type, framesDecoded }) => sum + (type === "inbound-rtp" ? (framesDecoded ?? 0) : 0), 0);
  });
}

/** How much the picture varies: one colour is none. */
export function spreadIn(page: Page): Promise<number> {
  return page.locator("jaseur-call video.remote").evaluate((video: HTMLVideoElement) => {
    const canvas = new OffscreenCanvas(32, 18);
    const drawing = canvas.getContext("2d");
    drawing?.drawImage(video, 0, 0, 32, 18);
    const shades = [...(drawing?.getImageData(0, 0, 32, 18).data ?? [])].filter((_, i) => i % 4 === 1);
    return Math.max(...shades) - Math.min(...shades);
  });
}

/** Whether the call lies over the place to write. */
export async function isCovered(page: Page): Promise<boolean> {
  const card = await page.locator("jaseur-call").boundingBox();
  const composer = await page.locator("jaseur-composer").boundingBox();
  if (!card || !composer) throw new Error("one of them is not seen");
  return card.y + card.height > composer.y;
}

/** As a page does that has used too much memory. */
export async function crash(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once("crash", resolve));
  devtools.send("Page.crash").catch(() => undefined); // nobody answers any more
  await crashed;
}
