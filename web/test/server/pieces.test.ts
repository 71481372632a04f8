// SPDX-License-Identifier: MIT
//
// The elements that others are made of, in Chromium, within a shadow and under the site's content
// security policy: by mouse, by keyboard, in both directions of writing, in a hostile page.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { emoji } from "../../emoji.mjs";
import { PHONE, errors, launch, look, openContext, openPage, picture } from "./browser.js";

const POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

let browser: Browser;
let site: Server;
let url: string;

beforeAll(async () => {
  const entry = fileURLToPath(new URL("pieces/page.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", target: "es2022", write: false, plugins: [emoji] });
  const script = outputFiles[0]!.text;
  site = createServer((request, answer) => {
    answer.setHeader("Content-Security-Policy", POLICY);
    answer.setHeader("Content-Type", request.url === "/page.js" ? "text/javascript" : "text/html; charset=utf-8");
    const hostile = request.url === "/hostile.css" ? undefined : '<link rel="stylesheet" href="/hostile.css">';
    if (request.url === "/page.js") answer.end(script);
    else if (request.url === "/hostile.css") {
      answer.setHeader("Content-Type", "text/css");
      answer.end("html { font-size: 5px } * { font-size: 33px !important; letter-spacing: 9px } dialog, button { display: none !important }");
    } else
      answer.end(
        `<!DOCTYPE html><html lang="en"><head><title>Pieces</title>${request.url === "/hostile" ? (hostile ?? "") : ""}</head>` +
          '<body><x-pieces></x-pieces><script type="module" src="/page.js"></script></body></html>',
      );
  });
  await new Promise<void>((resolve) => site.listen(0, "localhost", resolve));
  url = `http://localhost:${(site.address() as AddressInfo).port}`;
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  site.close();
});

async function open(path = "/", scheme: "light" | "dark" = "light"): Promise<Page> {
  return openPage(await openContext(browser, "en", scheme), url + path);
}

it("a dialog takes the focus and gives it back", async () => {
  const page = await open();
  await page.locator("#ask").click();
  const dialog = page.getByRole("dialog", { name: "Sign out?" });
  await dialog.waitFor();
  await expect.poll(() => page.getByLabel("Why").evaluate((el) => el.matches(":focus"))).toBe(true);
  await look(page, "piece-dialog");
  await page.setViewportSize(PHONE);
  await look(page, "piece-dialog-phone");
  for (const close of [() => page.keyboard.press("Escape"), () => page.getByRole("button", { name: "Close" }).click(), () => page.getByText("Stay").click(), () => page.mouse.click(5, 5)]) {
    if (!(await dialog.isVisible())) await page.keyboard.press("Enter");
    await dialog.waitFor();
    await close();
    await dialog.waitFor({ state: "detached" });
    expect(await page.locator("#ask").evaluate((el) => el.matches(":focus"))).toBe(true);
  }
  await page.context().close();
});

it("a menu is moved through by keys, and closes where it was opened", async () => {
  const page = await open("/", "dark");
  const button = page.getByRole("button", { name: "Menu" });
  await button.click();
  const focus = (): Promise<string> => page.locator("[role=menuitem]:focus").innerText();
  await expect.poll(focus).toBe("Reply");
  await look(page, "piece-menu-dark");
  for (const [key, name] of [["ArrowDown", "Copy"], ["ArrowDown", "Remove"], ["ArrowDown", "Reply"], ["ArrowUp", "Remove"], ["Home", "Reply"], ["End", "Remove"], ["r", "Reply"], ["e", "Reply"], ["m", "Remove"]] as const) {
    await page.keyboard.press(key);
    expect(await focus()).toBe(name);
  }
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "hidden" });
  await expect.poll(() => button.evaluate((el) => el.matches(":focus"))).toBe(true);
  await page.keyboard.press("Enter");
  await expect.poll(focus).toBe("Reply");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator("output").innerText()).toBe("reply");
  // The button closes what it opened.
  await button.click();
  await page.getByRole("menu").waitFor();
  await button.click();
  await page.getByRole("menu").waitFor({ state: "hidden" });
  // It stays in the window.
  await page.setViewportSize({ width: 240, height: 200 });
  await button.click();
  await page.getByRole("menu").waitFor();
  await expect
    .poll(async () => {
      const box = await page.locator("jaseur-menu").boundingBox();
      return box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= 240 && box.y + box.height <= 200;
    })
    .toBe(true);
  await page.context().close();
});

it("a popover, tabs, a switch, a tip, and what is told", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Card" }).click();
  await expect.poll(() => page.getByRole("button", { name: "inside" }).evaluate((el) => el.matches(":focus"))).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("button", { name: "Card" }).evaluate((el) => el.matches(":focus"))).toBe(true);

  await page.getByRole("tab", { name: "One" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByText("View two").waitFor();
  expect(await page.getByRole("tab", { name: /Two 120 new/ }).evaluate((el) => el.matches(":focus"))).toBe(true);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  await page.getByText("View one").waitFor();

  await page.getByRole("switch", { name: "Sounds" }).click();
  expect(await page.getByRole("switch").getAttribute("aria-checked")).toBe("true");

  await page.getByRole("button", { name: "Settings" }).hover();
  await page.locator("jaseur-tip", { hasText: "Settings" }).waitFor();
  await look(page, "piece-tip");
  await page.mouse.move(5, 5);
  await page.locator("jaseur-tip").waitFor({ state: "hidden" });

  await page.getByRole("button", { name: "Do", exact: true }).click();
  await page.getByRole("status").filter({ hasText: "It is done." }).waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Fail" }).click();
  await page.getByRole("alert").filter({ hasText: "It went wrong." }).waitFor({ state: "attached" });
  await look(page, "piece-feedback");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => page.locator("output").innerText()).toBe("undone");
  await page.locator("li").getByRole("button", { name: "Close" }).click();
  await page.locator("li").waitFor({ state: "detached" });
  await page.context().close();
});

it("an emoji is picked by search, by keyboard, by category, in a tone of skin, and remembered", async () => {
  const page = await open();
  const button = page.getByRole("button", { name: "Emoji" });
  const picked = (): Promise<string> => page.locator("output").innerText();
  await button.click();
  const search = page.getByRole("searchbox", { name: "Search emoji" });
  await expect.poll(() => search.evaluate((el) => el.matches(":focus"))).toBe(true);
  await page.getByRole("button", { name: "grinning face", exact: true }).waitFor();
  await look(page, "emoji");
  await page.keyboard.type("waving h");
  await page.keyboard.press("Enter");
  await expect.poll(picked).toBe("👋");
  await expect.poll(() => button.evaluate((el) => el.matches(":focus"))).toBe(true);

  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "waving hand", exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Skin tone" }).click();
  await page.getByRole("radio", { name: "Dark", exact: true }).click();
  await search.fill("nothing like that");
  await page.getByText("Nothing is found.").waitFor();
  await search.fill("waving");
  await look(page, "emoji-found");
  await page.getByRole("button", { name: "waving hand", exact: true }).click();
  await expect.poll(picked).toBe("👋🏿");

  // Down into what was used last, down again into the smileys, to the right.
  await button.click();
  await search.fill("");
  await page.keyboard.press("ArrowDown");
  const at = (): Promise<string | null> => page.locator(".grid button:focus").getAttribute("aria-label");
  expect(await at()).toBe("waving hand");
  await page.keyboard.press("ArrowDown");
  expect(await at()).toBe("grinning face");
  await page.keyboard.press("ArrowRight");
  const second = await at();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  expect(await at()).toBe(second);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  expect(await search.evaluate((el) => el.matches(":focus"))).toBe(true);
  await page.getByRole("button", { name: "Flags", exact: true }).click();
  await page.getByRole("button", { name: "chequered flag" }).click();
  await expect.poll(picked).toBe("🏁");
  await page.setViewportSize(PHONE);
  await button.click();
  await look(page, "emoji-phone");
  await page.context().close();
});

it("from right to left, and whatever the page's style is", async () => {
  const page = await open("/?rtl");
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menu").waitFor();
  const right = async (name: string): Promise<number> => {
    const box = await page.locator(name).boundingBox();
    return Math.round((box?.x ?? 0) + (box?.width ?? 0));
  };
  await expect.poll(async () => (await right("jaseur-menu")) - (await right('[popovertarget="menu"]'))).toBe(0);
  await look(page, "piece-menu-rtl");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "One" }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByText("View two").waitFor();
  await page.context().close();

  const sizes = async (path: string): Promise<unknown> => {
    const other = await open(path);
    await other.getByRole("button", { name: "Menu" }).click();
    await other.getByRole("menu").waitFor();
    const found = await other.getByRole("menuitem").first().evaluate((el) => [el.clientHeight, getComputedStyle(el).fontSize]);
    await picture(other, path.slice(1) || "piece-plain");
    await other.context().close();
    return found;
  };
  expect(await sizes("/hostile")).toEqual(await sizes("/"));
  expect(errors).toEqual([]);
});
