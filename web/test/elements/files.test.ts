// SPDX-License-Identifier: MIT
//
// What is said of files: names that pretend, types that run, pictures that say where they were taken.

import { describe, expect, it } from "vitest";

import { cleaned } from "../../src/elements/attachments/metadata.js";
import { described, endOf, isProgram, kindOf, nameInAddress, nameParts } from "../../src/elements/file/kind.js";
import { bytesText, durationText, fitted } from "../../src/elements/file/measure.js";
import { fileName } from "../../src/protocol/xep0447.js";

describe("a name", () => {
  it.each([
    ["photo.jpg.exe", "photo.jpg", ".exe"],
    ["photo", "photo", ""],
    [".profile", ".profile", ""],
    ["archive.tar.gz", "archive.tar", ".gz"],
    ["what.is this, then, my lord?", "what.is this, then, my lord?", ""],
    ["trailing.", "trailing.", ""],
  ])("%s is of two parts, of which the end stays in sight", (name, stem, end) => expect(nameParts(name)).toEqual({ stem, end }));

  it("that turns around is turned back, and has no folders", () => {
    expect(fileName("../../etc/\u202Egpj.exe")).toBe("gpj.exe");
    expect(fileName("C:\\Windows\\a\u0000b.exe")).toBe("a b.exe");
  });

  it("without end keeps its end", () => {
    const name = fileName(`${"a".repeat(5000)}.jpg.exe`);
    expect(name.length).toBeLessThanOrEqual(255);
    expect(endOf(name)).toBe("exe");
  });

  it.each(["a.exe", "a.jpg.EXE", "a.exe. .", "a.html", "a.svg", "letter.docm"])("%s is a program", (name) => expect(isProgram(name)).toBe(true));
  it.each(["a.jpg", "exe", "a.exe.jpg", "letter.docx"])("%s is none", (name) => expect(isProgram(name)).toBe(false));

  it("is that of the address when nothing is said", () => {
    expect(nameInAddress("https://a.example/u/tr%C3%A8s%20bon.jpg?x=1#y")).toBe("très bon.jpg");
    expect(nameInAddress("https://a.example/u/..%2F..%2Fetc")).toBe("etc");
    expect(nameInAddress("https://a.example/u/%FF.jpg")).toBe("");
  });
});

describe("in its place is shown", () => {
  const kind = (name: string, mediaType = ""): string => kindOf(described(`https://a.example/${name}`, { name, mediaType, description: "" }));

  it("what is a picture, sound or film, by its type or by its name", () =>
    expect([kind("a.jpg"), kind("a", "image/png"), kind("a.mp3"), kind("a.webm"), kind("a.webm", "audio/webm")]).toEqual(["image", "image", "audio", "video", "audio"]));

  it("nothing that runs, whatever its name", () =>
    expect([kind("a.svg"), kind("a.png", "image/svg+xml"), kind("a.jpg", "text/html"), kind("a.jpg.exe"), kind("a", "constructor")]).toEqual(Array(5).fill("other")));
});

it("sizes and lengths are for people", () => {
  expect([0, 63, 1500, 1_440_000, 100_000_000].map((n) => bytesText(n, "en"))).toEqual(["0 bytes", "63 bytes", "2 kB", "1.4 MB", "100 MB"]);
  expect(bytesText(1_440_000, "fr").replace(/\s/gu, " ")).toBe("1,4 Mo");
  expect([0, 5_400, 65_000, 3_605_000].map(durationText)).toEqual(["0:00", "0:05", "1:05", "1:00:05"]);
  expect(fitted(800, 400, 320)).toEqual({ width: 320, height: 160 });
  expect(fitted(1, 60_000, 320)).toEqual({ width: 1, height: 320 });
});

describe("a picture", () => {
  const bytes = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));
  const be = (n: number, length: number): number[] => Array.from({ length }, (_, i) => (n / 256 ** (length - 1 - i)) & 255);
  const le = (n: number, length: number): number[] => be(n, length).reverse();

  /** TIFF, most significant byte first: turned that way, and in Verona. */
  function tiff(orientation: number, hasPlace: boolean): number[] {
    const entry = (tag: number, type: number, count: number, value: number[]): number[] => [...be(tag, 2), ...be(type, 2), ...be(count, 4), ...value];
    const gps = [...be(1, 2), ...entry(hasPlace ? 2 : 0, 5, 3, be(0, 4)), ...be(0, 4)];
    return [...bytes("MM"), 0, 42, ...be(8, 4), ...be(2, 2), ...entry(0x112, 3, 1, [...be(orientation, 2), 0, 0]), ...entry(0x8825, 4, 1, be(38, 4)), ...be(0, 4), ...gps];
  }
  const segment = (marker: number, ...body: number[]): number[] => [0xff, marker, ...be(body.length + 2, 2), ...body];
  const exif = (orientation: number, hasPlace: boolean): number[] => segment(0xe1, ...bytes("Exif\0\0"), ...tiff(orientation, hasPlace));
  const jfif = segment(0xe0, ...bytes("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0);
  const profile = segment(0xe2, ...bytes("ICC_PROFILE\0"), 1, 1, 7, 7);
  const scan = [...segment(0xda, 1, 1, 0, 0, 63, 0), 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
  const jpeg = (...parts: number[][]): Uint8Array => Uint8Array.from([0xff, 0xd8, ...parts.flat()]);

  it("in JPEG loses place, camera and what is behind it, and keeps colours and how it is turned", () => {
    const thumbnail = jpeg(exif(1, true), scan, [0xff, 0xd9]);
    const clean = cleaned(jpeg(jfif, exif(6, true), segment(0xfe, ...bytes("by Romeo")), profile, scan, segment(0xc4, 1, 2), scan, [0xff, 0xd9], [...thumbnail]));
    expect(clean?.hadLocation).toBe(true);
    const turned = segment(0xe1, ...bytes("Exif\0\0"), ...bytes("MM"), 0, 42, ...be(8, 4), ...be(1, 2), ...be(0x112, 2), ...be(3, 2), ...be(1, 4), 0, 6, 0, 0, ...be(0, 4));
    expect(clean?.bytes).toEqual(jpeg(turned, jfif, profile, scan, segment(0xc4, 1, 2), scan, [0xff, 0xd9]));
    expect(cleaned(clean?.bytes ?? new Uint8Array())).toEqual({ bytes: clean?.bytes, hadLocation: false });
  });

  it("says no place when it only could", () => expect(cleaned(jpeg(exif(1, false), scan, [0xff, 0xd9]))?.hadLocation).toBe(false));

  it("says its place in XMP as well", () =>
    expect(cleaned(jpeg(segment(0xe1, ...bytes("http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='45,26N'/>")), scan, [0xff, 0xd9]))?.hadLocation).toBe(true));

  it("in PNG keeps only what it looks like", () => {
    const chunk = (name: string, ...body: number[]): number[] => [...be(body.length, 4), ...bytes(name), ...body, 1, 2, 3, 4];
    const png = (...chunks: number[][]): Uint8Array => Uint8Array.from([...bytes("\x89PNG\r\n\x1a\n"), ...chunks.flat()]);
    const kept = [chunk("IHDR", 1), chunk("iCCP", 2), chunk("IDAT", 3), chunk("IEND")];
    const clean = cleaned(png(kept[0]!, chunk("eXIf", ...tiff(1, true)), kept[1]!, chunk("tEXt", ...bytes("Author\0Romeo")), kept[2]!, kept[3]!, [9, 9]));
    expect(clean).toEqual({ bytes: png(...kept), hadLocation: true });
  });

  it("in WebP keeps only what it looks like", () => {
    const chunk = (name: string, ...body: number[]): number[] => [...bytes(name), ...le(body.length, 4), ...body, ...(body.length % 2 ? [0] : [])];
    const webp = (...chunks: number[][]): Uint8Array => Uint8Array.from([...bytes("RIFF"), ...le(4 + chunks.flat().length, 4), ...bytes("WEBP"), ...chunks.flat()]);
    const clean = cleaned(webp(chunk("VP8X", 0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0), chunk("ICCP", 7), chunk("VP8 ", 1, 2, 3), chunk("EXIF", ...tiff(1, true)), chunk("XMP ", ...bytes("<x/>"))));
    expect(clean).toEqual({ bytes: webp(chunk("VP8X", 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0), chunk("ICCP", 7), chunk("VP8 ", 1, 2, 3)), hadLocation: true });
  });

  it("that is cut or broken anywhere is sent as it is, or is at least no longer", () => {
    const whole = jpeg(jfif, exif(6, true), profile, scan, [0xff, 0xd9]);
    for (let length = 0; length <= whole.length; length++) expect((cleaned(whole.subarray(0, length))?.bytes.length ?? 0) <= length + 38).toBe(true);
    for (let at = 2; at < whole.length; at++) {
      const broken = whole.slice();
      broken[at] = 0xff;
      cleaned(broken);
    }
  });
});
