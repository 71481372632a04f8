// SPDX-License-Identifier: MIT
//
// What this client can do, in every presence: XEP-0115 1.6.0 sections 4 and 5. It is how a server knows
// which nodes of contacts the client wants to be told of (XEP-0163 section 4.3.2).

import { toBase64, utf8 } from "../core/bytes.js";
import { xml, type Xml } from "../core/xml.js";
import type { DiscoInfo } from "./xep0030.js";

export const NS_CAPS = "http://jabber.org/protocol/caps";

/** Names the software; with the hash, the node of a question about it. */
const NODE = "https://jaseur.org/";

/** Section 5.1 orders by bytes of UTF-8, as code points are. */
function inOrder(strings: readonly string[]): string[] {
  const key = (one: string): string => Array.from(utf8(one), (byte) => String.fromCharCode(byte)).join("");
  return strings
    .map((one) => [key(one), one] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, one]) => one);
}

/** Of an answer without forms. */
export async function capsOf({ identities, features }: Pick<DiscoInfo, "identities" | "features">): Promise<Xml> {
  const said = [
    ...inOrder(identities.map(({ category, type, name }) => `${category}/${type}//${name}`)),
    ...inOrder([...new Set(features)]),
  ];
  const hash = await crypto.subtle.digest("SHA-1", utf8(said.map((one) => `${one}<`).join("")));
  return xml("c", NS_CAPS, { hash: "sha-1", node: NODE, ver: toBase64(new Uint8Array(hash)) });
}

/** Whether a question about that node is about this client. */
export function isCapsNode(node: string | undefined): boolean {
  return node === undefined || node.startsWith(`${NODE}#`);
}
