// SPDX-License-Identifier: MIT
//
// Files, with the real program, in Chromium: two people send each other pictures and papers, by
// button, paste and drop; the network is cut in between; names and types are hostile.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, signIn } from "./browser.js";
import { Server, freePort } from "./server.js";

const MAX = 2_000_000; // bytes of a file

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start(`listen.web.port=${await freePort()}`, `modules.upload.max_file=${MAX}`);
  server.addUsers("romeo", "juliet");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function open(context: BrowserContext, user: string, other: string): Promise<Page> {
  const page = await openPage(context, server.site);
  await signIn(page, user);
  await page.getByRole("tab", { name: /People|Personnes/ }).click();
  await page.getByRole("button", { name: new RegExp(`${other} `) }).click();
  await page.getByRole("textbox").last().waitFor();
  return page;
}

/** A picture that the browser draws: noise, which does not become small. */
async function drawn(page: Page, width: number, height: number, type = "image/png"): Promise<Buffer> {
  const base64 = await page.evaluate(
    ({ w, h, mediaType }) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [w, h];
      const drawing = canvas.getContext("2d");
      const sky = drawing?.createLinearGradient(0, 0, w, h);
      sky?.addColorStop(0, "#27406b");
      sky?.addColorStop(1, "#f0b84b");
      if (drawing && sky) {
        drawing.fillStyle = sky;
        drawing.fillRect(0, 0, w, h);
        drawing.fillStyle = "#fbfaf8";
        drawing.beginPath();
        drawing.arc(w * 0.7, h * 0.35, Math.min(w, h) / 8, 0, 7);
        drawing.fill();
      }
      return canvas.toDataURL(mediaType).split(",")[1] ?? "";
    },
    { w: width, h: height, mediaType: type },
  );
  return Buffer.from(base64, "base64");
}

async function choose(page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await page.locator("jaseur-attach input").setInputFiles(files);
}

/** Sends what is chosen, with that text. */
async function send(page: Page, text = ""): Promise<void> {
  const area = page.locator("jaseur-composer textarea");
  if (text) await area.fill(text);
  await area.press("Enter");
}

const paper = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n");

it("a picture and a paper with a word go to somebody", async () => {
  const romeo = await open(await openContext(browser), "romeo", "juliet");
  const juliet = await open(await openContext(browser, "fr", "dark"), "juliet", "romeo");
  await choose(
    romeo,
    { name: "balcony.png", mimeType: "image/png", buffer: await drawn(romeo, 800, 500) },
    { name: "letter.pdf", mimeType: "application/pdf", buffer: paper },
  );
  await romeo.getByRole("region", { name: "Files to send" }).getByTitle("letter.pdf").waitFor();
  await look(romeo, "files-chosen");
  await send(romeo, "What light through yonder window breaks?");
  await juliet.locator("article", { hasText: "What light" }).waitFor();
  const shown = juliet.getByRole("button", { name: "Image balcony.png" }).locator("img");
  await shown.waitFor();
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight])).toEqual([800, 500]);
  const box = await shown.boundingBox();
  expect([box?.width, box?.height]).toEqual([320, 200]);
  const letter = juliet.getByRole("link", { name: /^letter.pdf.*Télécharger/ });
  const answer = await juliet.request.get((await letter.getAttribute("href")) ?? "");
  expect([await answer.text(), answer.headers()["content-disposition"]]).toEqual([paper.toString(), expect.stringContaining("attachment")]);
  await look(romeo, "files-sent");
  await look(juliet, "files-got-dark-french");
  await juliet.setViewportSize(PHONE);
  await look(juliet, "files-phone-dark-french");
  expect(errors).toEqual([]);
});

/** What the other end of the network does: nothing, for files. */
async function cutFiles(page: Page): Promise<() => Promise<void>> {
  await page.route("**/upload/**", (route) => (route.request().method() === "PUT" ? route.abort("internetdisconnected") : route.continue()));
  return () => page.unroute("**/upload/**");
}

it("what the network keeps from going waits, goes on by itself, is cancelled, or is sent again", async () => {
  const context = await openContext(browser);
  const romeo = await open(context, "romeo", "juliet");
  const uploads = romeo.getByRole("list", { name: "Files being sent" });
  const noise = Buffer.alloc(MAX - 1000, "sonnet ");

  // It is under way: there is a progress, and it can be cancelled.
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await romeo.route("**/upload/**", async (route) => {
    if (route.request().method() === "PUT") await held;
    await route.continue().catch(() => undefined);
  });
  await choose(romeo, { name: "first.txt", mimeType: "text/plain", buffer: noise }, { name: "second.txt", mimeType: "text/plain", buffer: noise });
  await send(romeo);
  await uploads.getByRole("progressbar", { name: "first.txt" }).waitFor();
  await uploads.getByText("Waits for its turn").waitFor();
  await look(romeo, "files-under-way");
  await uploads.getByRole("button", { name: "Cancel first.txt" }).click();
  await uploads.getByRole("progressbar", { name: "second.txt" }).waitFor();
  letGo();
  await romeo.locator("article", { hasText: "second.txt" }).waitFor();
  expect(await romeo.locator("article", { hasText: "first.txt" }).count()).toBe(0);
  await romeo.unroute("**/upload/**");

  // Without a network it waits, also over a reload, and goes when there is one.
  let restore = await cutFiles(romeo);
  await context.setOffline(true);
  await romeo.waitForFunction(() => !navigator.onLine);
  await choose(romeo, { name: "third.txt", mimeType: "text/plain", buffer: Buffer.from("Tybalt") });
  await send(romeo);
  await uploads.getByText(/Waits/).waitFor();
  await context.setOffline(false);
  await romeo.reload();
  await romeo.getByRole("button", { name: /juliet/ }).first().click();
  await uploads.getByTitle("third.txt").waitFor();
  await restore();
  await romeo.locator("article", { hasText: "third.txt" }).waitFor();

  // The server dies while a file comes, and is there again.
  restore = await cutFiles(romeo);
  await choose(romeo, { name: "fourth.txt", mimeType: "text/plain", buffer: Buffer.from("Mercutio") });
  await send(romeo);
  await uploads.getByTitle("fourth.txt").waitFor();
  await server.kill();
  await romeo.getByText(/Waits for the connection/).waitFor();
  await restore();
  await server.start();
  await romeo.locator("article", { hasText: "fourth.txt" }).waitFor();
  await uploads.waitFor({ state: "detached" });
  await context.close();
});

it("what is found later than anybody expects it is not sent by itself", async () => {
  const context = await openContext(browser);
  const romeo = await open(context, "romeo", "juliet");
  await romeo.route("**/upload/**", () => undefined); // nobody answers
  await choose(romeo, { name: "late.txt", mimeType: "text/plain", buffer: Buffer.from("Apothecary") });
  await send(romeo, "Come hither, man.");
  const uploads = romeo.getByRole("list", { name: "Files being sent" });
  await uploads.getByRole("progressbar", { name: "late.txt" }).waitFor();
  await romeo.evaluate(async () => {
    const opened = await new Promise<IDBDatabase>((resolve) => (indexedDB.open("jaseur:romeo@localhost").onsuccess = ({ target }) => resolve((target as IDBOpenDBRequest).result)));
    const facts = opened.transaction("facts", "readwrite").objectStore("facts");
    facts.put("1000", "uploads touched").onsuccess = () => location.reload();
  });
  await romeo.waitForEvent("load");
  await romeo.getByRole("button", { name: /juliet/ }).first().click();
  await uploads.getByText("It was not finished.").waitFor();
  await look(romeo, "files-failed");
  await romeo.unroute("**/upload/**");
  await uploads.getByRole("button", { name: "Send again" }).click();
  await romeo.locator("article", { hasText: "late.txt" }).waitFor();
  await romeo.locator("article", { hasText: "Come hither, man." }).waitFor();
  await context.close();
});

it("too large is said before anything is sent, and by whom it is refused", async () => {
  const context = await openContext(browser);
  const romeo = await open(context, "romeo", "juliet");
  await choose(
    romeo,
    { name: "chronicle.txt", mimeType: "text/plain", buffer: Buffer.alloc(MAX + 1, "a") },
    { name: "nothing.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
  );
  await romeo.getByText("chronicle.txt: Too large: at most 2 MB are possible.").waitFor();
  await romeo.getByText("nothing.txt is empty.").waitFor();
  await look(romeo, "files-refused");
  await context.close();
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
  await all.getByText("letter.pdf").first().waitFor();
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
  await expect.poll(() => asked).toEqual(["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0&start=65"]);
  await romeo.getByRole("button", { name: "Watch on tube.example" }).click();
  await romeo.getByText("Videos of tube.example cannot be shown in this page.").waitFor();
  await romeo.getByRole("button", { name: "Close the panel" }).click();
  expect(errors.filter((one) => !one.includes("net::ERR") && !one.includes("WebSocket"))).toEqual([]);
  await context.close();
});

it("files are pasted, and dropped on a target that shows itself", async () => {
  const context = await openContext(browser);
  const romeo = await open(context, "romeo", "juliet");
  const png = (await drawn(romeo, 60, 40)).toString("base64");
  const fire = (kind: "paste" | "dragover" | "drop"): Promise<void> =>
    romeo.locator("jaseur-composer textarea").evaluate(
      (area, [name, base64]) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(base64 ?? ""), (c) => c.charCodeAt(0))], `${name ?? ""}.png`, { type: "image/png" }));
        const how = { bubbles: true, composed: true, cancelable: true };
        area.dispatchEvent(name === "paste" ? new ClipboardEvent("paste", { ...how, clipboardData: data }) : new DragEvent(name ?? "", { ...how, dataTransfer: data }));
      },
      [kind, png],
    );
  await fire("paste");
  const tray = romeo.getByRole("region", { name: "Files to send" });
  await tray.getByRole("img", { name: "paste.png" }).waitFor();
  await fire("dragover");
  await romeo.getByText("Drop files here to send them to juliet").waitFor();
  await look(romeo, "files-drop");
  await fire("drop");
  await tray.getByRole("img", { name: "drop.png" }).waitFor();
  await romeo.getByText("Drop files here").waitFor({ state: "detached" });
  await tray.getByRole("button", { name: "Remove paste.png" }).click();
  await romeo.getByRole("button", { name: "Send", exact: true }).click();
  await romeo.getByRole("button", { name: "Picture drop.png: show it large" }).waitFor();
  expect(await romeo.getByRole("button", { name: "Picture paste.png: show it large" }).count()).toBe(0);
  await context.close();
});
