// SPDX-License-Identifier: MIT
//
// Makes the icons of the installed page, for systems that take no SVG (decision 118):
//
//     node icons.mjs
//
// Run by hand when first/bird.svg changes; what it makes is committed, so that building needs no
// program that draws. It needs Chromium, as the tests do.
//
//   bird_192.png, bird_512.png     as the drawing is, corners transparent
//   bird_maskable_512.png          the system cuts it to its own shape: the bird within the middle
//                                  four fifths (W3C Web Application Manifest, section "Icon masks")
//   bird_apple_180.png             the same for iOS, which rounds the corners itself

import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const folder = join(dirname(fileURLToPath(import.meta.url)), "first");
const plain = await readFile(join(folder, "bird.svg"), "utf8");

/** Without round corners, and with the bird made smaller by that factor. */
function filled(scale) {
  const ground = /<rect [^>]*fill="([^"]+)"[^>]*\/>/.exec(plain);
  const bird = plain.slice(plain.indexOf(ground[0]) + ground[0].length, plain.lastIndexOf("</svg>"));
  const move = (64 - 64 * scale) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="${ground[1]}"/>
    <g transform="translate(${move} ${move}) scale(${scale})">${bird}</g></svg>`;
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const [name, size, svg] of [
  ["bird_192.png", 192, plain],
  ["bird_512.png", 512, plain],
  ["bird_maskable_512.png", 512, filled(0.75)],
  ["bird_apple_180.png", 180, filled(0.9)],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  await page.setContent(`<style>body { margin: 0 } img { display: block }</style><img src="${source}" width="${size}" height="${size}">`);
  await writeFile(join(folder, name), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
