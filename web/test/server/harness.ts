// SPDX-License-Identifier: MIT
//
// A page with elements and nothing else: harness/NAME.ts is bundled and run in it, under the
// content security policy of the server's own page.

import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";

import { openPage } from "./browser.js";

const SITE = "https://harness.test";
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:";

export async function openHarness(context: BrowserContext, name: string): Promise<Page> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`harness/${name}.ts`, import.meta.url))],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  await context.route(`${SITE}/**`, async (route) => {
    if (route.request().url().endsWith(".js"))
      await route.fulfill({ contentType: "text/javascript", body: outputFiles[0]?.text ?? "" });
    else
      await route.fulfill({
        contentType: "text/html; charset=utf-8",
        headers: { "Content-Security-Policy": POLICY },
        body: `<!DOCTYPE html><html lang="en"><title>${name}</title><main><h1>${name}</h1></main><script type="module" src="/${name}.js"></script>`,
      });
  });
  return openPage(context, `${SITE}/`);
}
