// SPDX-License-Identifier: MIT
//
// A way to carry a stream: WebSocket or BOSH. One is made for each try to connect.

import type { Xml } from "./xml.js";

export interface TransportHandler {
  /** Elements may be sent from now on. */
  onOpen(): void;
  /** One element below the stream: a stanza, features, an acknowledgement. */
  onElement(el: Xml): void;
  /** Last of all, once. reason: for the log */
  onClose(reason: string): void;
}

export interface Transport {
  /** Begins; everything else is told to the handler. */
  open(handler: TransportHandler): void;
  send(el: Xml): void;
  /** Ends the stream; what was sent still goes out. onClose follows, whatever the server does. */
  close(): void;
  /** Drops it as a lost network does: nothing more is said, the session can be resumed. */
  abort(): void;
}
