// SPDX-License-Identifier: MIT
//
// What tests about files do in the page.

import type { BrowserContext, Page } from "playwright-core";

import { openPage, signIn } from "./browser.js";

/** Of what is looked at again and again; never waited for in vain. */
export const PATIENCE = { timeout: 30_000 };

/** Signed in, and in a conversation. */
export async function converse(context: BrowserContext, site: string, user: string, other: string): Promise<Page> {
  const page = await openPage(context, site);
  await signIn(page, user);
  await page.getByRole("tab", { name: /People|Personnes/ }).click();
  await page.getByRole("button", { name: new RegExp(`${other} `) }).click();
  await page.getByRole("textbox").last().waitFor();
  return page;
}

/** A picture that the browser draws: noise, which does not become small. */
export async function drawn(page: Page, width: number, height: number, type = "image/png"): Promise<Buffer> {
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

export async function choose(page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await page.locator("jaseur-attach input").setInputFiles(files);
}

/** Sends what is chosen, with that text. */
export async function send(page: Page, text = ""): Promise<void> {
  const area = page.locator("jaseur-composer textarea");
  if (text) await area.fill(text);
  await area.press("Enter");
}
