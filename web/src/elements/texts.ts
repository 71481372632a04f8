// SPDX-License-Identifier: MIT
export * from "./texts/texts.js";
