// SPDX-License-Identifier: MIT
//
// Calls between browsers with a real server between them, by Chromium's pretended devices: what one
// sends is decoded at the other end; and how calls end.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";

import { PHONE, launch, look, openContext, openPage, signIn } from "./browser.js";
import { Server } from "./server.js";

const PATIENCE = { timeout: 20_000 };

let server: Server;
let browser: Browser;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  server = await Server.start();
  server.addUsers("romeo", "juliet", "tybalt", "nurse");
  for (const friend of ["juliet", "nurse"]) server.run("roster", "befriend", "romeo@localhost", `${friend}@localhost`);
  browser = await launch(
    ...["--use-fake-device-for-media-stream=fps=10", "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection"],
    ...["--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"],
  );
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

async function open(user: string, { language = "en", mayUseDevices = true, scheme = "light" as "light" | "dark" } = {}): Promise<Page> {
  const context = await openContext(browser, language, scheme);
  if (mayUseDevices) await context.grantPermissions(["microphone", "camera"], { origin: server.site });
  await context.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    const Made = RTCPeerConnection;
    const watched = class extends Made {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
    Object.assign(globalThis, { connections, RTCPeerConnection: watched });
  });
  contexts.push(context);
  const page = await openPage(context, server.site);
  await signIn(page, user);
  await page.locator("jaseur-me").waitFor();
  return page;
}

async function call(page: Page, other: string, kind = "Call"): Promise<void> {
  await page.evaluate((jid) => (location.hash = `chat=${jid}@localhost`), other);
  await page.locator("jaseur-conversation").getByRole("button", { name: kind, exact: true }).click();
}

const inCall = (page: Page) => page.locator("jaseur-call section");
const button = (page: Page, name: string) => page.locator("jaseur-call").getByRole("button", { name, exact: true });
const told = (page: Page, text: string) => page.locator("jaseur-feedback span", { hasText: text });

/** How many pictures of the other end were decoded. */
function framesIn(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const reports = await Promise.all(connections.map((one) => one.getStats()));
    const all = reports.flatMap((report) => [...report.values()] as { type: string; framesDecoded?: number }[]);
    return all.reduce((sum, { type, framesDecoded }) => sum + (type === "inbound-rtp" ? (framesDecoded ?? 0) : 0), 0);
  });
}

/** How much the picture varies: one colour is none. */
function spreadIn(page: Page): Promise<number> {
  return page.locator("jaseur-call video.remote").evaluate((video: HTMLVideoElement) => {
    const canvas = new OffscreenCanvas(32, 18);
    const drawing = canvas.getContext("2d");
    drawing?.drawImage(video, 0, 0, 32, 18);
    const shades = [...(drawing?.getImageData(0, 0, 32, 18).data ?? [])].filter((_, i) => i % 4 === 1);
    return Math.max(...shades) - Math.min(...shades);
  });
}

it("two see each other, and one hangs up", async () => {
  const romeo = await open("romeo");
  const juliet = await open("juliet", { scheme: "dark" });
  await call(romeo, "juliet", "Video call");
  await inCall(juliet).getByText("Incoming video call").waitFor();
  await look(juliet, "call-incoming");
  await button(juliet, "Answer with video").click();
  for (const page of [romeo, juliet]) {
    await expect.poll(() => framesIn(page), PATIENCE).toBeGreaterThan(10);
    await expect.poll(() => spreadIn(page), PATIENCE).toBeGreaterThan(30);
  }
  await look(romeo, "call-video");
  await romeo.setViewportSize(PHONE);
  await look(romeo, "call-video-phone");
  await button(romeo, "Turn the camera off").click();
  await button(romeo, "Turn the camera on").waitFor();
  await button(romeo, "Hang up").click();
  await told(juliet, "The call is over.").waitFor();
  for (const page of [romeo, juliet]) await inCall(page).waitFor({ state: "detached" });
});

it("an answer without video is one, and sound alone is a call", async () => {
  const romeo = await open("romeo");
  const juliet = await open("juliet");
  await call(romeo, "juliet");
  await button(juliet, "Answer").click();
  for (const page of [romeo, juliet]) await inCall(page).getByText(/^\d+:\d\d$/).waitFor();
  await look(juliet, "call-audio");
  await button(juliet, "Hang up").click();
  await told(romeo, "The call is over.").waitFor();
});

it("a refusal is told", async () => {
  const romeo = await open("romeo");
  const juliet = await open("juliet");
  await call(romeo, "juliet");
  await button(juliet, "Refuse").click();
  await told(romeo, "refused the call").waitFor();
  await inCall(juliet).waitFor({ state: "detached" });
});

it("who has called gives up, and the other has missed it", async () => {
  const romeo = await open("romeo");
  const juliet = await open("juliet");
  await call(romeo, "juliet");
  await button(juliet, "Answer").waitFor();
  await button(romeo, "Hang up").click();
  await told(juliet, "You missed a call from").waitFor();
});

it("rings on all devices until one answers; a third is told that it is busy", async () => {
  const romeo = await open("romeo");
  const juliet = await open("juliet");
  const phone = await open("juliet");
  await call(romeo, "juliet");
  await button(phone, "Answer").waitFor();
  await button(juliet, "Answer").click();
  await told(phone, "Answered on another device.").waitFor();
  await inCall(romeo).getByText(/^\d+:\d\d$/).waitFor();
  const nurse = await open("nurse");
  await call(nurse, "romeo");
  await told(nurse, "is in another call").waitFor();
  await inCall(romeo).getByText(/^\d+:\d\d$/).waitFor();
});

it("goes on when another tab goes, which was at work", async () => {
  const romeo = await open("romeo");
  const second = await openPage(romeo.context(), server.site);
  await second.locator("jaseur-me").waitFor();
  const juliet = await open("juliet");
  await call(juliet, "romeo", "Video call");
  await button(second, "Answer with video").click();
  await inCall(romeo).getByText("In a call in another tab").waitFor();
  await expect.poll(() => framesIn(second), PATIENCE).toBeGreaterThan(5);
  await romeo.reload();
  await inCall(romeo).getByText("In a call in another tab").waitFor();
  await second.bringToFront();
  const before = await framesIn(second);
  await expect.poll(() => framesIn(second), PATIENCE).toBeGreaterThan(before + 10);
  await button(second, "Hang up").click();
  await told(juliet, "The call is over.").waitFor();
});

it("who may not use the microphone reads why, and strangers ring nowhere", async () => {
  const romeo = await open("romeo", { mayUseDevices: false });
  const juliet = await open("juliet");
  await call(romeo, "juliet");
  await told(romeo, "does not let this page use the microphone").waitFor();
  await inCall(juliet).waitFor({ state: "detached" });
  const tybalt = await open("tybalt");
  await call(tybalt, "juliet");
  await inCall(tybalt).getByText("Calling…").waitFor();
  const nurse = await open("romeo", { language: "fr" });
  await nurse.evaluate(() => (location.hash = "chat=juliet@localhost"));
  await nurse.locator("jaseur-conversation").getByRole("button", { name: "Appeler", exact: true }).click();
  await inCall(juliet).getByText("Incoming call").waitFor();
  expect(await inCall(juliet).getByRole("heading").textContent()).not.toContain("tybalt");
});
