// SPDX-License-Identifier: MIT
//
// What is to be known of the connection and of this browser, in one line.

import type { Client } from "../model/client.js";
import type { PlainTextName } from "./texts/texts.js";

/** undefined: all is well */
export function stateText({ connection: { kind }, storage }: Client): PlainTextName | undefined {
  if (kind === "waiting" || kind === "offline") return "offline";
  if (kind === "connecting") return "connecting";
  return storage === "full" ? "storageFull" : undefined;
}
