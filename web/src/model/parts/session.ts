// SPDX-License-Identifier: MIT
//
// Signing in and out, and whether somebody looks at any of the tabs.

import type { Secret } from "../../core/login.js";
import type { Host, Part } from "../part.js";

export class SessionPart implements Part {
  readonly asks = ["signIn", "disconnect", "signOut", "setVisible"] as const;
  readonly #host: Host;
  readonly #visible = new Set<string>(); // tabs

  constructor(host: Host) {
    this.#host = host;
  }

  /** Without a secret: by what an earlier login left. */
  signIn(secret?: Secret): void {
    const { connection } = this.#host;
    if (connection.state.kind === "waiting" && !secret) connection.nudge();
    else connection.connect(secret);
  }

  /** Until signIn(), or the next page. */
  disconnect(): void {
    this.#host.connection.disconnect();
  }

  signOut(): Promise<void> {
    return this.#host.forget();
  }

  /** With nobody looking, what is not urgent may wait (XEP-0352). */
  setVisible(tab: string, isVisible: boolean): void {
    if (isVisible) this.#visible.add(tab);
    else this.#visible.delete(tab);
    this.#host.connection.setActive(this.#visible.size > 0);
  }
}
