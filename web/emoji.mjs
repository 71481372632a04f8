// SPDX-License-Identifier: MIT
//
// For esbuild: of emojibase-data only what the picker shows (src/elements/emoji/data.ts), which is a
// quarter of it.

import { readFile } from "node:fs/promises";

const VERSION_MAX = 15; // of Unicode's emoji: newer ones many readers' systems do not have
const COMPONENTS = 2; // the group of hair and skin tones

/** @type {import("esbuild").Plugin} */
export const emoji = {
  name: "emoji",
  setup: ({ onLoad }) =>
    onLoad({ filter: /emojibase-data\/\w+\/data\.json$/ }, async ({ path }) => {
      const all = JSON.parse(await readFile(path, "utf8"));
      const shown = all.filter(({ group, version }) => group !== undefined && group !== COMPONENTS && version <= VERSION_MAX);
      const contents = shown.map(({ emoji, label, tags, group, skins }) => ({ emoji, label, tags, group, ...(skins && { skins: [] }) }));
      return { contents: JSON.stringify(contents), loader: "json" };
    }),
};
