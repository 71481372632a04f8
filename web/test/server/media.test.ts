// SPDX-License-Identifier: MIT
//
// Voice messages, films and the panel beside conversations, with the real program, in Chromium, whose
// microphone beeps.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext } from "./browser.js";
import { Server, freePort } from "./server.js";
import { PATIENCE, choose, converse, drawn, send } from "./with_files.js";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start(`listen.web.port=${await freePort()}`);
  server.addUsers("romeo", "juliet");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  browser = await launch("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required");
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

const open = (context: BrowserContext, user: string, other: string): Promise<Page> => converse(context, server.site, user, other);

it("a voice message is spoken, sent and played; a film and a sound have their players", async () => {
  const context = await openContext(browser, "fr", "dark");
  await context.grantPermissions(["microphone"]);
  const romeo = await open(context, "romeo", "juliet");
  const juliet = await open(await openContext(browser), "juliet", "romeo");
  const record = romeo.getByRole("button", { name: "Enregistrer un message vocal" });
  await record.click();
  const bar = romeo.getByRole("group", { name: "Message vocal" });
  await bar.getByText("0:01").waitFor();
  await look(romeo, "voice-recording-dark-french");
  await romeo.keyboard.press("Escape");
  await romeo.getByRole("textbox", { name: "Message à juliet" }).waitFor();
  await record.click();
  await bar.getByText("0:02").waitFor();
  await bar.getByRole("button", { name: "Envoyer", exact: true }).click();

  const player = juliet.getByRole("group", { name: "Voice message" });
  await player.waitFor();
  const position = player.getByRole("slider", { name: "Position" });
  await expect.poll(async () => Number(await position.getAttribute("aria-valuemax")), PATIENCE).toBeGreaterThanOrEqual(2);
  await expect.poll(() => player.locator("rect").evaluateAll((bars) => new Set(bars.map((one) => one.getAttribute("height"))).size), PATIENCE).toBeGreaterThan(3);
  await player.getByRole("button", { name: "Play" }).click();
  await player.getByRole("button", { name: "Pause" }).waitFor();
  await expect.poll(() => position.locator("rect.past").count(), PATIENCE).toBeGreaterThan(2);
  await position.press("Home");
  await player.getByRole("button", { name: "Speed: 1" }).click();
  await player.getByRole("button", { name: "Pause" }).click();
  await position.press("End");
  await expect.poll(() => position.getAttribute("aria-valuetext"), PATIENCE).toMatch(/^0:0[2-9] of 0:0[2-9]$/);

  // A film that the browser makes of a canvas.
  const film = await romeo.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const drawing = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    for (let i = 0; i < 20; i++) {
      if (drawing) drawing.fillStyle = `hsl(${i * 18} 60% 50%)`;
      drawing?.fillRect(0, 0, 320, 240);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    recorder.stop();
    await stopped;
    return Array.from(new Uint8Array(await new Blob(parts).arrayBuffer()));
  });
  await choose(romeo, { name: "masque.webm", mimeType: "video/webm", buffer: Buffer.from(film) });
  await send(romeo);
  const shown = juliet.locator("jaseur-file video");
  await shown.waitFor();
  await expect.poll(() => shown.evaluate((video: HTMLVideoElement) => video.videoWidth), PATIENCE).toBe(320);
  const box = await shown.boundingBox();
  expect([box?.width, box?.height]).toEqual([320, 240]);
  await look(juliet, "voice-and-film");
  await look(romeo, "voice-and-film-dark-french");
  await romeo.setViewportSize(PHONE);
  await record.click();
  await bar.getByText("0:01").waitFor();
  await look(romeo, "voice-recording-phone-dark-french");
  await context.close();
  await juliet.context().close();
});

it("the panel shows what was sent, large and in its order, and asks before another site hears of anybody", async () => {
  const context = await openContext(browser);
  const asked: string[] = [];
  await context.route(/^https:\/\/(?!localhost)/, async (route) => {
    asked.push(route.request().url());
    if (route.request().url().endsWith(".png")) await route.fulfill({ contentType: "image/png", body: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64") });
    else await route.fulfill({ contentType: "text/html", body: "<!DOCTYPE html><title>player</title><p>player" });
  });
  const romeo = await open(context, "romeo", "juliet");
  await choose(romeo, { name: "letter.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4") });
  for (const [name, width, height] of [["window.png", 500, 700], ["garden.png", 900, 400]] as const)
    await choose(romeo, { name, mimeType: "image/png", buffer: await drawn(romeo, width, height) });
  await romeo.getByRole("region", { name: "Files to send" }).getByRole("img", { name: "garden.png" }).waitFor();
  await send(romeo, "Seen at https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1m5s and https://tube.example/w/9c9de5e8-0a1e-484a-b099-e80766180a6d");
  await romeo.getByRole("button", { name: "Watch on YouTube" }).waitFor();

  await romeo.getByRole("button", { name: "Picture window.png: show it large" }).click();
  const panel = romeo.getByRole("dialog", { name: "window.png" });
  await panel.getByRole("img", { name: "window.png" }).waitFor();
  await look(romeo, "media-picture");
  await romeo.keyboard.press("ArrowRight");
  await romeo.getByRole("dialog", { name: "garden.png" }).waitFor();
  await romeo.keyboard.press("+");
  await romeo.getByRole("button", { name: "Smaller" }).click();
  await romeo.keyboard.press("ArrowLeft");
  await panel.waitFor();
  await romeo.getByRole("button", { name: "All files and media" }).click();
  const all = romeo.getByRole("dialog", { name: "Files and media with juliet" });
  await all.getByRole("button", { name: "Picture garden.png: show it large" }).waitFor();
  await all.getByTitle("letter.pdf").waitFor();
  await all.getByText("Seen at").waitFor();
  await look(romeo, "media-list");
  await romeo.setViewportSize(PHONE);
  await look(romeo, "media-list-phone");
  await romeo.setViewportSize({ width: 1280, height: 800 });
  await romeo.keyboard.press("Escape");
  await all.waitFor({ state: "detached" });

  await romeo.getByRole("button", { name: "Watch on YouTube" }).click();
  await romeo.getByText("www.youtube-nocookie.com sees that you load it.").waitFor();
  await look(romeo, "media-video");
  expect(asked).toEqual([]);
  await romeo.getByRole("button", { name: "Load from www.youtube-nocookie.com" }).click();
  const frame = romeo.locator("jaseur-media iframe");
  await frame.waitFor();
  expect(await frame.evaluate((el: HTMLIFrameElement) => [el.referrerPolicy, el.sandbox.contains("allow-top-navigation")])).toEqual(["no-referrer", false]);
  await expect.poll(() => asked, PATIENCE).toEqual(["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0&start=65"]);
  await romeo.getByRole("button", { name: "Watch on tube.example" }).click();
  await romeo.getByText("Videos of tube.example cannot be shown in this page.").waitFor();
  await romeo.getByRole("button", { name: "Close the panel" }).click();
  expect(errors).toEqual([]);
  await context.close();
});
