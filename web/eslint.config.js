// SPDX-License-Identifier: MIT
//
// What the type check does not find. Layers point one way: elements -> api -> model -> protocol -> core.

import tseslint from "typescript-eslint";

const mayNotImport = (...folders) => ({
  "no-restricted-imports": [
    "error",
    { patterns: folders.map((folder) => ({ group: [`**/${folder}/**`], message: "Layers point one way (CONTRIBUTING)." })) },
  ],
});

export default tseslint.config(
  { ignores: ["node_modules"] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["src/**/*.ts", "test/**/*.ts"] })),
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "What comes from others becomes text nodes only." },
        { property: "outerHTML", message: "What comes from others becomes text nodes only." },
        { property: "insertAdjacentHTML", message: "What comes from others becomes text nodes only." },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  { files: ["src/core/**/*.ts"], rules: mayNotImport("protocol", "model", "elements", "api") },
  { files: ["src/protocol/**/*.ts"], rules: mayNotImport("model", "elements", "api") },
  { files: ["src/api/**/*.ts"], rules: mayNotImport("elements") },
  { files: ["src/model/**/*.ts"], rules: mayNotImport("elements", "api") },
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
);
