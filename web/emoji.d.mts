// SPDX-License-Identifier: MIT
import type { Plugin } from "esbuild";

export declare const emoji: Plugin;
