// SPDX-License-Identifier: MIT
//
// Files, with the real program, in Chromium: two people send each other pictures and papers, by
// button, paste and drop; the network is cut in between; names and types are hostile.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { PHONE, errors, launch, look, openContext, openPage, signIn } from "./browser.js";
import { Clients, openBrowser, show } from "./clients.js";
import { Server, freePort } from "./server.js";
import { PATIENCE, choose, converse, drawn, send } from "./with_files.js";

const MAX = 2_000_000; // bytes of a file

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start(`listen.web.port=${await freePort()}`, `modules.upload.max_file=${MAX}`);
  server.addUsers("romeo", "juliet", "tybalt", "nurse");
  server.run("roster", "befriend", "romeo@localhost", "juliet@localhost");
  server.run("roster", "befriend", "romeo@localhost", "tybalt@localhost");
  server.run("roster", "befriend", "romeo@localhost", "nurse@localhost");
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

const open = (context: BrowserContext, user: string, other: string): Promise<Page> => converse(context, server.site, user, other);

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
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight]), PATIENCE).toEqual([800, 500]);
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
  await romeo.getByRole("tab", { name: "People" }).click();
  await romeo.locator("jaseur-sidebar").getByRole("button", { name: /juliet/ }).click();
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

it("names that pretend, types that run and addresses of others do nothing", async () => {
  const context = await openContext(browser);
  const asked: string[] = [];
  await context.route(/^https:\/\/(?!localhost)/, async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ contentType: "image/png", body: await dot() });
  });
  const romeo = await open(context, "romeo", "tybalt");
  const dot = (): Promise<Buffer> => drawn(romeo, 90, 60);
  const clients = new Clients(() => server);
  const tybalt = await show(await clients.signIn(openBrowser("tybalt")), "romeo@localhost");
  const say = (url: string, name: string, mediaType: string, more = {}): Promise<void> =>
    tybalt.send(url, { url, file: { name, mediaType, description: "", ...more } });
  const article = (text: string): ReturnType<Page["locator"]> => romeo.locator("article", { hasText: text });

  await say("https://spy.example/pixel.png", "innocent.png", "image/png", { width: 65_535, height: 1 });
  await say(`${server.site}/upload/none/a.jpg`, "photo.jpg.exe", "image/jpeg\u0000");
  await say(`${server.site}/upload/none/b`, `${"endless ".repeat(700)}.jpg.exe`, "application/octet-stream");
  await say(`${server.site}/upload/none/c`, "..\\..\\\u202Egpj.exe", "");
  await say(`${server.site}/upload/none/d.svg`, "drawing.svg", "image/svg+xml");
  await say(`${server.site}/upload/none/e.html`, "page.html", "text/html");
  await say(`${server.site}/upload/none/gone.png`, "gone.png", "image/png", { width: 600, height: 400 });
  await tybalt.send("javascript:alert(1)", { url: "javascript:alert(1)" });
  await article("javascript:alert(1)").waitFor();

  await article("photo.jpg.exe").getByText("A program or page").waitFor();
  expect(await article("photo.jpg.exe").locator(".end").textContent()).toBe(".exe");
  expect(await article("endless").locator(".end").isVisible()).toBe(true);
  await article("gpj.exe").waitFor();
  await article("gone.png").getByText("It is not there any more.").waitFor();
  expect(await romeo.locator("article img, article iframe, article object, article embed").count()).toBe(0);
  expect(await romeo.locator('a[href^="javascript"]').count()).toBe(0);
  await look(romeo, "files-hostile");
  expect(asked).toEqual([]);
  await article("innocent.png").getByRole("button", { name: "Load from spy.example" }).click();
  await article("innocent.png").locator("img").or(romeo.getByRole("button", { name: "Picture innocent.png: show it large" })).first().waitFor();
  await expect.poll(() => asked, PATIENCE).toEqual(["https://spy.example/pixel.png"]);
  clients.closeAll();
  await context.close();
});

it("another client gets a link that works, and its own is shown", async () => {
  const context = await openContext(browser);
  const romeo = await open(context, "romeo", "nurse");
  const script = fileURLToPath(new URL("files_slixmpp.py", import.meta.url));
  const nurse = spawn("/usr/bin/python3", [script, "localhost", String(server.tlsPort), "nurse@localhost", "secret of nurse", "romeo@localhost"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void nurse.kill());
  const lines = createInterface(nurse.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, string>> => JSON.parse(String((await lines.next()).value)) as Record<string, string>;
  expect(await next()).toEqual({ state: "online" });
  await choose(romeo, { name: "très bien.txt", mimeType: "text/plain", buffer: Buffer.from("What says he of our marriage?") });
  await send(romeo);
  const got = await next();
  expect(got.text).toBe("What says he of our marriage?");
  expect(got.body).toBe(got.url);
  await romeo.locator("article", { hasText: "reply.txt" }).getByRole("link").waitFor();
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

/** Exif that says how it is turned, and that it was taken in Verona. */
function withPlace(jpeg: Buffer): Buffer {
  const entry = (tag: number, type: number, count: number, value: number): Buffer => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(tag, 0);
    bytes.writeUInt16BE(type, 2);
    bytes.writeUInt32BE(count, 4);
    bytes.writeUInt32BE(value, 8);
    return bytes;
  };
  const tiff = Buffer.concat([Buffer.from("MM\0*\0\0\0\x08\0\x01", "latin1"), entry(0x8825, 4, 1, 26), Buffer.alloc(4), Buffer.from([0, 1]), entry(2, 5, 3, 0), Buffer.alloc(4)]);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, body.length + 2]), body, jpeg.subarray(2)]);
}

it("a picture says nothing of where it was taken, and can be sent smaller", async () => {
  const context = await openContext(browser, "fr");
  const romeo = await open(context, "romeo", "juliet");
  const jpeg = withPlace(await drawn(romeo, 2400, 1600, "image/jpeg"));
  await choose(romeo, { name: "verona.jpg", mimeType: "image/jpeg", buffer: jpeg });
  await romeo.getByText("Le lieu de la prise de vue a été retiré.").waitFor();
  const smaller = romeo.getByRole("checkbox", { name: "Réduire les images" });
  await smaller.check();
  await look(romeo, "files-place-removed-french");
  await smaller.uncheck();
  await send(romeo);
  const image = (name: string): ReturnType<Page["locator"]> => romeo.getByRole("button", { name: `Image ${name} : agrandir` }).locator("img");
  await expect.poll(() => image("verona.jpg").evaluate((img: HTMLImageElement) => img.naturalWidth), PATIENCE).toBe(2400);
  await choose(romeo, { name: "mantua.jpg", mimeType: "image/jpeg", buffer: jpeg });
  await romeo.getByRole("img", { name: "mantua.jpg" }).waitFor();
  await smaller.check();
  await expect.poll(() => romeo.getByRole("img", { name: "mantua.jpg" }).evaluate((img: HTMLImageElement) => img.naturalWidth), PATIENCE).toBe(1600);
  await send(romeo);
  await expect.poll(() => image("mantua.jpg").evaluate((img: HTMLImageElement) => img.naturalWidth), PATIENCE).toBe(1600);

  // As the server has them.
  await romeo.reload();
  await romeo.getByRole("button", { name: /juliet/ }).first().click();
  for (const name of ["verona.jpg", "mantua.jpg"]) {
    const got = await (await romeo.request.get((await image(name).getAttribute("src")) ?? "")).body();
    expect(got.includes("Exif")).toBe(false);
    expect(got.subarray(0, 2)).toEqual(jpeg.subarray(0, 2));
  }
  await context.close();
});

it("from a portal's page, in the dock, files go to the server of the chat", async () => {
  const portal = createServer((_request, answer) => {
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!DOCTYPE html><html lang="en"><title>Portal</title><main><h1>Portal</h1></main>
      <script type="module" src="${server.site}/jaseur.js"></script><jaseur-chat mode="dock" domain="localhost"></jaseur-chat>`);
  });
  await new Promise<void>((resolve) => portal.listen(0, "localhost", resolve));
  onTestFinished(() => void portal.close());
  const context = await openContext(browser);
  const page = await openPage(context, `http://localhost:${(portal.address() as AddressInfo).port}/`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await signIn(page, "romeo");
  await page.getByRole("tab", { name: "People" }).click();
  await page.locator("jaseur-sidebar").getByRole("button", { name: /juliet/ }).click();
  await choose(page, { name: "portal.png", mimeType: "image/png", buffer: await drawn(page, 300, 200) });
  await send(page);
  const shown = page.getByRole("button", { name: "Picture portal.png: show it large" });
  await expect.poll(() => shown.locator("img").evaluate((img: HTMLImageElement) => img.naturalWidth), PATIENCE).toBe(300);
  await shown.click();
  await page.getByRole("dialog", { name: "portal.png" }).getByRole("img").waitFor();
  await look(page, "media-dock");
  await context.close();
});
