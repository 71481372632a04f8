// SPDX-License-Identifier: MIT
//
// <jaseur-sign-in>: address and password; where the server lets people in without an account, or
// make one, that as well.
//
// Properties  texts, domain, account (shown at first), error (a text), busy
//             site          where the server is, to make an account
//             registration  "open": anybody may make one
//             guests        people may come in without one
// Events      jaseur-sign-in { account, password }, jaseur-guest
// Parts       form

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

import { jidFromInput, localOf } from "../../core/jid.js";
import { StanzaError } from "../../core/stanza_error.js";
import { tokens } from "../style.js";
import type { PlainTextName, Texts } from "../texts/texts.js";

export interface SignInDetail {
  readonly account: string;
  readonly password: string;
}

/** As the page of invitations has it. */
const PASSWORD_MIN = 8;

const REGISTRATION_ERRORS: Readonly<Record<string, PlainTextName>> = {
  conflict: "nameTaken",
  "not-acceptable": "badName",
  "not-allowed": "registrationClosed",
  "resource-constraint": "registrationBusy",
};

export class JaseurSignIn extends LitElement {
  static override properties = {
    texts: { attribute: false },
    domain: {},
    account: {},
    error: {},
    busy: { type: Boolean },
    site: {},
    registration: {},
    guests: { type: Boolean },
    isRegistering: { state: true },
    isMaking: { state: true },
    ownError: { state: true },
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

      .name {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4em;
        font-weight: 400;
      }

      .name input {
        flex: 1 1 9em;
        width: auto;
      }

      .name span {
        color: var(--quiet);
        overflow-wrap: anywhere;
      }

      .others {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.5em 1em;
      }

      .others button {
        padding: 0.25em 0;
        border: 0;
        background: none;
        color: var(--accent);
        text-decoration: underline;
        text-underline-offset: 0.15em;
      }
    `,
  ];

  declare texts: Texts;
  declare domain: string;
  declare account: string;
  declare error: string;
  declare busy: boolean;
  declare site: string;
  declare registration: string;
  declare guests: boolean;
  declare isRegistering: boolean;
  declare isMaking: boolean;
  declare ownError: PlainTextName | "";

  constructor() {
    super();
    this.domain = this.account = this.error = this.site = this.registration = this.ownError = "";
    this.busy = this.guests = this.isRegistering = this.isMaking = false;
  }

  protected override render(): TemplateResult {
    return this.isRegistering ? this.#registration() : this.#signIn();
  }

  #signIn(): TemplateResult {
    const { texts } = this;
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
      ${this.#problem()}
      <button class="first" ?disabled=${this.busy}>${texts.of(this.busy ? "signingIn" : "signIn")}</button>
      ${this.#others()}
    </form>`;
  }

  #others(): TemplateResult | typeof nothing {
    const { texts } = this;
    const isOpen = this.registration === "open" && this.site !== "";
    if (!isOpen && !this.guests) return nothing;
    return html`<div class="others">
      ${isOpen ? html`<button type="button" @click=${() => this.#turn(true)}>${texts.of("makeAccount")}</button>` : nothing}
      ${this.guests
        ? html`<button type="button" ?disabled=${this.busy} @click=${() => this.dispatchEvent(new CustomEvent("jaseur-guest"))}>
            ${texts.of("comeAsGuest")}
          </button>`
        : nothing}
    </div>`;
  }

  #registration(): TemplateResult {
    const { texts } = this;
    const isBusy = this.busy || this.isMaking;
    return html`<form part="form" @submit=${(event: SubmitEvent) => void this.#register(event)} aria-label=${texts.of("makeAccount")}>
      <label
        >${texts.of("accountName")}
        <span class="name"
          ><input name="name" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="1023" /><span
            >@${this.domain}</span
          ></span
        >
      </label>
      <label
        >${texts.of("password")}
        <input name="password" type="password" autocomplete="new-password" required minlength=${PASSWORD_MIN} maxlength="1023" />
      </label>
      <label
        >${texts.of("passwordAgain")}
        <input name="again" type="password" autocomplete="new-password" required maxlength="1023" />
      </label>
      ${this.#problem()}
      <button class="first" ?disabled=${isBusy}>${texts.of(isBusy ? "makingAccount" : "makeAccount")}</button>
      <div class="others">
        <button type="button" @click=${() => this.#turn(false)}>${texts.of("haveAccount")}</button>
      </div>
    </form>`;
  }

  #problem(): TemplateResult | typeof nothing {
    const error = this.ownError ? this.texts.of(this.ownError) : this.error;
    return error ? html`<p role="alert">${error}</p>` : nothing;
  }

  #turn(isRegistering: boolean): void {
    this.isRegistering = isRegistering;
    this.ownError = "";
    void this.updateComplete.then(() => this.renderRoot.querySelector("input")?.focus());
  }

  #fields(event: SubmitEvent, ...names: string[]): string[] {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    return names.map((name) => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    });
  }

  #submit(event: SubmitEvent): void {
    const [typed = "", password = ""] = this.#fields(event, "account", "password");
    const account = jidFromInput(typed, this.domain);
    this.ownError = account === undefined ? "badAddress" : "";
    if (account !== undefined) this.#tell({ account, password });
  }

  async #register(event: SubmitEvent): Promise<void> {
    const [typed = "", password = "", again = ""] = this.#fields(event, "name", "password", "again");
    const account = typed.includes("@") ? undefined : jidFromInput(typed, this.domain);
    this.ownError = account === undefined ? "badName" : password !== again ? "passwordsDiffer" : "";
    if (account === undefined || this.ownError || this.isMaking) return;
    this.isMaking = true;
    try {
      const { register } = await import("../../model/registration.js");
      await register({ site: this.site, domain: this.domain, name: localOf(account), password });
      this.isRegistering = false;
      this.#tell({ account, password });
    } catch (error) {
      this.ownError = REGISTRATION_ERRORS[error instanceof StanzaError ? error.condition : ""] ?? "registrationFailed";
    } finally {
      this.isMaking = false;
    }
  }

  #tell(detail: SignInDetail): void {
    this.account = detail.account;
    this.dispatchEvent(new CustomEvent("jaseur-sign-in", { detail }));
  }
}
