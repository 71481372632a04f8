// SPDX-License-Identifier: MIT
//
// Bundles the client:
//
//     node build.mjs OUT DEPFILE TARGET
//
// OUT      a folder, which is made anew: jaseur.js, in client/ what it loads on demand, and
//          service_worker.js; jaseur.d.ts, which describes jaseur.js
// DEPFILE  which files TARGET was made of, as make writes it
//
// Fails when what a page loads at first is larger than the budget.

import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

import { emoji } from "./emoji.mjs";
import { later } from "./later.mjs";

const FIRST_LOAD_MAX = 120 * 1024; // bytes, compressed

const FIRST = "src/jaseur.ts";
const TYPES = "src/api/jaseur.d.ts";

const [out, depfile, target] = process.argv.slice(2).map((argument, i) => (i < 2 ? resolve(argument) : argument));
const root = dirname(fileURLToPath(import.meta.url));
process.chdir(root);

await rm(out, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { jaseur: FIRST },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
  plugins: [emoji, later(resolve(root, FIRST))],
  legalComments: "none",
  chunkNames: "client/[name]-[hash]",
  logLevel: "warning",
});

// In one file, as a script: not all browsers take a module there.
const worker = await build({
  absWorkingDir: root,
  entryPoints: { service_worker: "src/worker/service_worker.ts" },
  outdir: out,
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: true,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
});

await copyFile(TYPES, join(out, "jaseur.d.ts"));

/** An output and all that it imports at once. */
function withImports(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const { path, kind } of metafile.outputs[file].imports)
    if (kind === "import-statement") withImports(path, found);
  return found;
}

const entry = relative(root, join(out, "jaseur.js"));
let bytes = 0;
for (const file of withImports(entry)) bytes += gzipSync(await readFile(file), { level: 9 }).length;
if (bytes > FIRST_LOAD_MAX) {
  console.error(`the first load is ${bytes} bytes compressed, the budget ${FIRST_LOAD_MAX}`);
  process.exit(1);
}

const read = Object.keys({ ...metafile.inputs, ...worker.metafile.inputs }).filter((name) => !name.startsWith("later:"));
const inputs = [...read, TYPES, "build.mjs", "emoji.mjs", "later.mjs", "package-lock.json"];
await writeFile(depfile, `${target}: ${inputs.map((file) => resolve(file).replace(/ /g, "\\ ")).join(" ")}\n`);
console.log(`first load: ${bytes} bytes compressed`);
