// SPDX-License-Identifier: MIT
//
// How a session's two ends reach each other: whoever makes sound and pictures knows no more of it.

import type { Xml } from "../../core/xml.js";
import type { JingleReason } from "../../protocol/xep0166_reason.js";

export interface Signalling {
  /** Rejects when the other end is not there any more. */
  send(id: string, jingle: Xml): Promise<void>;
  /** What the other end says, also what it has said before. */
  listen(listener: (jingle: Xml) => void): void;
  /** It is over. */
  hangUp(id: string, reason?: JingleReason): Promise<void>;
  /** This end's, full. */
  address(): Promise<string>;
  /** Of the host: resolves to the whole answer, rejects with a StanzaError. */
  askServer(payload: Xml): Promise<Xml>;
}
