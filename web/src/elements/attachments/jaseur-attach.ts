// SPDX-License-Identifier: MIT
//
// <jaseur-attach>: the button that chooses files, beside where a message is written.
//
// Properties  texts
// Events      jaseur-files { files }   (bubbles, composed) they were chosen

import { LitElement, css, html, type TemplateResult } from "lit";

import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";
import { tip } from "../tip/tip.js";

export interface FilesDetail {
  readonly files: readonly File[];
}

export class JaseurAttach extends LitElement {
  static override properties = { texts: { attribute: false } };

  static override styles = [
    tokens,
    css`
      :host {
        display: contents;
      }

      button.bare {
        min-width: 2.75em;
        min-height: 2.75em;
      }
    `,
  ];

  declare texts: Texts;

  protected override render(): TemplateResult {
    return html`<button type="button" class="bare" ${tip(this.texts.of("attach"))} @click=${() => this.#input()?.click()}>${icon("attach")}</button>
      <input type="file" multiple hidden @change=${() => this.#onChange()} />`;
  }

  #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector("input");
  }

  #onChange(): void {
    const input = this.#input();
    const files = [...(input?.files ?? [])];
    if (input) input.value = ""; // the same file may be chosen again
    if (files.length) this.dispatchEvent(new CustomEvent<FilesDetail>("jaseur-files", { detail: { files }, bubbles: true, composed: true }));
  }
}
