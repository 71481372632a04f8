// SPDX-License-Identifier: MIT
//
// <jaseur-invite>: an invitation, as a link and as a code for the camera of another device. Loaded when it
// is opened.
//
// Properties  texts, client
// Events      jaseur-close

import { css, html, nothing, svg, type PropertyDeclarations, type TemplateResult } from "lit";
import { encode } from "uqr";

import type { MadeInvitation } from "../../protocol/xep0401.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import { formStyles } from "../person/form.js";
import { tokens } from "../style.js";

/** Black squares, as one path. */
function squares(data: readonly (readonly boolean[])[]): string {
  return data.map((line, y) => line.map((isBlack, x) => (isBlack ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
}

export class JaseurInvite extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, invitation: { state: true }, isRefused: { state: true } };

  static override styles = [
    tokens,
    formStyles,
    css`
      p {
        margin: 0;
      }

      .code {
        justify-self: center;
        width: min(15em, 100%);
        padding: 0.75em;
        border-radius: 0.75em;
        background: #ffffff;
      }

      .code svg {
        display: block;
        width: 100%;
      }

      .link {
        display: flex;
        gap: 0.5em;
      }

      .link input {
        flex: 1;
        min-width: 0;
      }

      .quiet {
        display: flex;
        align-items: center;
        gap: 0.4em;
        color: var(--quiet);
        font-size: 0.875em;
      }
    `,
  ];

  declare invitation: MadeInvitation | undefined;
  declare isRefused: boolean;

  constructor() {
    super();
    this.isRefused = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#ask();
  }

  protected override render(): TemplateResult {
    const { texts, invitation } = this;
    return html`<jaseur-dialog .texts=${texts} heading=${texts.of("invite")} @jaseur-close=${() => this.#close()}>
      <div class="all">
        ${this.isRefused
          ? html`<p role="alert">${texts.of("inviteRefused")}</p>`
          : invitation
            ? this.#shown(invitation)
            : html`<p role="status">${texts.of("loading")}</p>`}
      </div>
    </jaseur-dialog>`;
  }

  #shown({ uri, page, expires }: MadeInvitation): TemplateResult {
    const { texts } = this;
    const link = page ?? uri;
    const { data, size } = encode(link, { border: 2 });
    return html`<p>${texts.of("inviteHint")}</p>
      <div class="code">
        <svg viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${texts.of("inviteCode")} shape-rendering="crispEdges">
          ${svg`<path fill="#000000" d=${squares(data)} />`}
        </svg>
      </div>
      <div class="link">
        <input readonly aria-label=${texts.of("inviteLink")} .value=${link} @focus=${(event: Event) => (event.target as HTMLInputElement).select()} />
        <button class="first" autofocus @click=${() => void this.#copy(link)}>${texts.of("copy")}</button>
      </div>
      ${expires === undefined ? nothing : html`<p class="quiet">${icon("clock")}${texts.of("inviteUntil", { when: texts.day(expires) })}</p>`}`;
  }

  async #ask(): Promise<void> {
    await this.updateComplete;
    this.invitation = await this.client.people.invite().catch(() => undefined);
    this.isRefused = this.invitation === undefined;
  }

  async #copy(link: string): Promise<void> {
    await navigator.clipboard.writeText(link).catch(() => undefined);
    feedback(this, this.texts.of("copied"));
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }
}
