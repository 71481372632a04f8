// SPDX-License-Identifier: MIT
//
// Golden pairs: what is read of golden/NAME.xml is golden/NAME.json. Where there is something
// that builds, it builds from that the same XML.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { parse, type Xml } from "../../src/core/xml.js";

const folder = fileURLToPath(new URL("golden/", import.meta.url));

export function golden(name: string): Xml {
  return parse(readFileSync(`${folder}${name}.xml`, "utf8").trim());
}

export interface Pair {
  readonly read: (el: Xml) => unknown;
  readonly build?: (value: never) => Xml;
}

export function describePairs(pairs: Readonly<Record<string, Pair>>): void {
  describe.each(Object.entries(pairs))("%s", (name, { read, build }) => {
    it("is read", async () => {
      await expect(`${JSON.stringify(read(golden(name)), null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
    });

    if (build)
      it("is built", () => {
        expect(build(JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")) as never)).toEqual(golden(name));
      });
  });
}
