// SPDX-License-Identifier: MIT
//
// <jaseur-state>: what is to be known of the connection and of this browser, in one line; nothing, while all
// is well. While the client waits before its next try, it says how long, and lets people try now.
//
// Properties  texts, client

import { css, html, nothing, type TemplateResult } from "lit";

import { JaseurElement } from "../element.js";
import { refusalText } from "../sign-in/refusal.js";
import { tokens } from "../style.js";

const SECOND_MS = 1_000;

export class JaseurState extends JaseurElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: block;
      }

      div {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 0.1em 0.75em;
        padding: 0.35em 1em;
        border-block: 1px solid var(--line);
        background: var(--chosen);
        text-align: center;
      }

      p {
        margin: 0;
      }

      .next {
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }

      button {
        padding: 0.15em 0.75em;
      }
    `,
  ];

  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { client, texts } = this;
    const { connection } = client;
    clearTimeout(this.#timer);
    const said = this.#text();
    if (!said) return nothing;
    const left = connection.kind === "waiting" ? connection.until - Date.now() : undefined;
    if (left !== undefined) this.#timer = setTimeout(() => this.requestUpdate(), SECOND_MS);
    // How long is not read aloud each second.
    return html`<div>
      <p role="status">${said}</p>
      ${left === undefined ? nothing : html`<span class="next" aria-hidden="true">${texts.of("nextTry", { seconds: Math.max(0, Math.ceil(left / SECOND_MS)) })}</span>`}
      ${connection.kind === "waiting" || connection.kind === "offline"
        ? html`<button @click=${() => void client.signIn().catch(() => undefined)}>${texts.of(left === undefined ? "comeBackOnline" : "tryNow")}</button>`
        : nothing}
    </div>`;
  }

  #text(): string {
    const { texts, client } = this;
    const { connection, storage, isSignedIn } = client;
    if (connection.kind === "refused") return refusalText(texts, connection.condition);
    if (connection.kind === "waiting") return texts.of(isSignedIn ? "offline" : "unreachable");
    if (connection.kind === "offline") return isSignedIn ? texts.of("offline") : "";
    if (connection.kind === "connecting") return texts.of("connecting");
    return storage === "full" ? texts.of("storageFull") : "";
  }
}
