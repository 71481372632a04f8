// SPDX-License-Identifier: MIT
//
// <jaseur-attach>: the buttons that choose files and record a voice, beside where a message is written.
//
// Properties  texts
// Events      jaseur-files { files }   (bubbles, composed) they were chosen
//             jaseur-voice             (bubbles, composed) somebody wants to speak
// Parts       attach

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

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
        min-height: 2.75em;
      }
    `,
  ];

  declare texts: Texts;

  protected override render(): TemplateResult {
    return html`<button type="button" part="attach" class="bare" ${tip(this.texts.of("attach"))} @click=${() => this.#input()?.click()}>${icon("attach")}</button>
      ${"MediaRecorder" in globalThis
        ? html`<button type="button" class="bare" ${tip(this.texts.of("record"))} @click=${() => this.#tell("jaseur-voice")}>${icon("microphone")}</button>`
        : nothing}
      <input type="file" multiple hidden @change=${() => this.#onChange()} />`;
  }

  #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector("input");
  }

  #onChange(): void {
    const input = this.#input();
    const files = [...(input?.files ?? [])];
    if (input) input.value = ""; // the same file may be chosen again
    if (files.length) this.#tell("jaseur-files", { files });
  }

  #tell(name: string, detail?: FilesDetail): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
