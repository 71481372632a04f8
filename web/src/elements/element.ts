// SPDX-License-Identifier: MIT
//
// What all elements that show a client have in common: they are drawn again when it has changed.

import { LitElement, type PropertyDeclarations } from "lit";

import type { Unsubscribe } from "../core/emitter.js";
import type { Client } from "../model/client.js";
import type { Texts } from "./texts/texts.js";

export abstract class JaseurElement extends LitElement {
  static override properties: PropertyDeclarations = { texts: { attribute: false }, client: { attribute: false } };

  declare texts: Texts;
  declare client: Client;

  constructor() {
    super();
    let heard: Client | undefined;
    let unsubscribe: Unsubscribe | undefined;
    this.addController({
      hostConnected: () => this.requestUpdate(),
      hostUpdate: () => {
        if (heard === this.client || !this.isConnected) return;
        unsubscribe?.();
        heard = this.client;
        unsubscribe = heard.events.on("changed", () => this.requestUpdate());
      },
      hostDisconnected: () => {
        unsubscribe?.();
        heard = undefined;
      },
    });
  }
}
