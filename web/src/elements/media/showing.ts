// SPDX-License-Identifier: MIT
//
// What the panel beside conversations shows. Calls and documents come in as further kinds: a line
// here, and one where the panel draws them.

import type { ChatMessage } from "../../model/types.js";

export type Showing =
  /** All that was sent in a conversation. */
  | { readonly kind: "list"; readonly jid: string }
  /** One file of it, with those before and after it. */
  | { readonly kind: "file"; readonly message: ChatMessage }
  /** A video of another site, by its address. */
  | { readonly kind: "video"; readonly jid?: string; readonly address: string };

/** Asks for it from anywhere within the client. */
export function showMedia(from: EventTarget | null, showing: Showing): void {
  from?.dispatchEvent(new CustomEvent<Showing>("jaseur-media", { detail: showing, bubbles: true, composed: true }));
}
