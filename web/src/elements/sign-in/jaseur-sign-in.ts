// SPDX-License-Identifier: MIT
//
// <jaseur-sign-in>: address and password.
//
// Properties  texts, domain, account (shown at first), error (a text), busy
// Events      jaseur-sign-in { account, password }
// Parts       form

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

import { jidFromInput } from "../../core/jid.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";

export interface SignInDetail {
  readonly account: string;
  readonly password: string;
}

export class JaseurSignIn extends LitElement {
  static override properties = {
    texts: { attribute: false },
    domain: {},
    account: {},
    error: {},
    busy: { type: Boolean },
    isBadAddress: { state: true },
  };

  static override styles = [
    tokens,
    css`
      form {
        display: grid;
        gap: 1em;
        max-width: 26em;
        padding: 1.5em;
        border: 1px solid var(--line);
        border-radius: 1em;
        background: var(--card);
      }

      label {
        display: grid;
        gap: 0.3em;
        font-weight: 600;
      }

      input {
        width: 100%;
        font-weight: 400;
      }

      p {
        margin: 0;
        color: var(--bad);
      }
    `,
  ];

  declare texts: Texts;
  declare domain: string;
  declare account: string;
  declare error: string;
  declare busy: boolean;
  declare isBadAddress: boolean;

  constructor() {
    super();
    this.domain = this.account = this.error = "";
    this.busy = this.isBadAddress = false;
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const error = this.isBadAddress ? texts.of("badAddress") : this.error;
    return html`<form part="form" @submit=${(event: SubmitEvent) => this.#submit(event)} aria-label=${texts.of("signIn")}>
      <label
        >${texts.of("address")}
        <input
          name="account"
          type="text"
          inputmode="email"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          placeholder=${texts.of("addressHint", { domain: this.domain })}
          .value=${this.account}
        />
      </label>
      <label
        >${texts.of("password")}
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      ${error ? html`<p role="alert">${error}</p>` : nothing}
      <button class="first" ?disabled=${this.busy}>${texts.of(this.busy ? "signingIn" : "signIn")}</button>
    </form>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const [typed, password] = ["account", "password"].map((name) => form.get(name));
    const account = jidFromInput(typeof typed === "string" ? typed : "", this.domain);
    this.isBadAddress = account === undefined;
    if (account === undefined || typeof password !== "string") return;
    this.account = account;
    const detail: SignInDetail = { account, password };
    this.dispatchEvent(new CustomEvent("jaseur-sign-in", { detail }));
  }
}
