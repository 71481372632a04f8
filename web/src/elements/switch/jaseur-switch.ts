// SPDX-License-Identifier: MIT
//
// <jaseur-switch>: on or off, at once.
//
// Properties  label, hint (a second line), checked, disabled
// Events      jaseur-change { checked }

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

import { tokens } from "../style.js";

export class JaseurSwitch extends LitElement {
  static override properties = { label: {}, hint: {}, checked: { type: Boolean }, disabled: { type: Boolean } };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
      }

      button {
        display: flex;
        align-items: center;
        gap: 1em;
        width: 100%;
        padding: 0.5em 0;
        border: 0;
        background: none;
        text-align: start;
      }

      .words {
        flex: 1;
      }

      .hint {
        display: block;
        color: var(--quiet);
        font-size: 0.875em;
      }

      .track {
        flex: none;
        width: 2.5em;
        height: 1.5em;
        padding: 0.2em;
        border: 1px solid var(--quiet);
        border-radius: 1em;
        background: var(--sunken);
      }

      .track::before {
        content: "";
        display: block;
        width: 1em;
        height: 100%;
        border-radius: 50%;
        background: var(--quiet);
      }

      [aria-checked="true"] .track {
        border-color: var(--accent);
        background: var(--accent);
      }

      [aria-checked="true"] .track::before {
        margin-inline-start: calc(100% - 1em);
        background: var(--on-accent);
      }

      @media (forced-colors: active) {
        .track::before {
          background: ButtonText;
        }
      }

      @media (prefers-reduced-motion: no-preference) {
        .track::before {
          transition: margin 120ms;
        }
      }
    `,
  ];

  declare label: string;
  declare hint: string;
  declare checked: boolean;
  declare disabled: boolean;

  constructor() {
    super();
    this.label = this.hint = "";
    this.checked = this.disabled = false;
  }

  protected override render(): TemplateResult {
    return html`<button
      role="switch"
      aria-checked=${this.checked ? "true" : "false"}
      aria-label=${this.label}
      aria-describedby=${this.hint ? "hint" : nothing}
      ?disabled=${this.disabled}
      @click=${() => this.#toggle()}
    >
      <span class="words">${this.label}${this.hint ? html`<span class="hint" id="hint">${this.hint}</span>` : nothing}</span>
      <span class="track"></span>
    </button>`;
  }

  #toggle(): void {
    this.checked = !this.checked;
    this.dispatchEvent(new CustomEvent("jaseur-change", { detail: { checked: this.checked } }));
  }
}
