// SPDX-License-Identifier: MIT
//
// Presence of some contacts only: an extension of our server (docs/watch.md).

import { xml, type Xml } from "../core/xml.js";

const NS_WATCH = "https://jaseur.org/ns/watch/0";

/** What one request may name. */
export const WATCH_CHANGES_MAX = 500;

/** Bare addresses; whom the session watches from now on. */
export function watching(added: readonly string[], removed: readonly string[] = []): Xml {
  const all = (name: string, jids: readonly string[]): Xml[] => jids.map((jid) => xml(name, NS_WATCH, { jid }));
  return xml("watch", NS_WATCH, {}, ...all("remove", removed), ...all("add", added));
}
