// SPDX-License-Identifier: MIT
//
// `unit` needs nothing but Node; `server` starts the program that JASEUR_PROGRAM names
// (tests/suite/46-web), a server for each file, one file after the other; `pictures` takes those of
// the documentation (script/pictures).

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    fileParallelism: false,
    projects: [
      {
        test: {
          name: "unit",
          environment: "node",
          setupFiles: ["test/browser.ts"],
          include: ["test/{api,core,protocol,model,elements,worker}/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "server",
          environment: "node",
          setupFiles: ["test/browser.ts"],
          include: ["test/server/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "pictures",
          environment: "node",
          setupFiles: ["test/browser.ts"],
          include: ["test/pictures/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
