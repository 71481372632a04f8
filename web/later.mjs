// SPDX-License-Identifier: MIT
//
// Keeps what a page loads at first in one piece. The bundler cuts wherever something is also needed by what is
// loaded on demand, which leaves some thirty pieces that compress badly and have to be asked for one by one. Who
// comes later needs all of the first load as well, if it says so, and there is nothing to cut.

import { dirname } from "node:path";

/** An esbuild plugin. first: the file whose imports are the first load */
export function later(first) {
  return {
    name: "later",
    setup(build) {
      build.onResolve({ filter: /^\..*\.js$/ }, async ({ path, kind, importer, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const { path: found, errors } = await build.resolve(path, { kind: "import-statement", importer, resolveDir });
        return errors.length ? { errors } : { path: found, namespace: "later" };
      });
      build.onLoad({ filter: /.*/, namespace: "later" }, ({ path }) => ({
        contents: `import ${JSON.stringify(first)};\nexport * from ${JSON.stringify(path)};\n`,
        resolveDir: dirname(path),
      }));
    },
  };
}
