// SPDX-License-Identifier: MIT
//
// <jaseur-members>: a button that opens the panel about those who are in a room; the panel is loaded then.
//
// Properties  texts, client, jid (the room)

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";

export class JaseurMembers extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, jid: {}, isOpen: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        display: inline-grid;
        flex: none;
      }
    `,
  ];

  declare jid: string;
  declare isOpen: boolean;

  constructor() {
    super();
    this.isOpen = false;
  }

  protected override render(): TemplateResult {
    const { texts, client, jid } = this;
    return html`<button class="bare" ${tip(texts.of("members"))} @click=${() => void this.#open()}>
        ${icon("people")}
      </button>
      ${this.isOpen
        ? html`<jaseur-members-panel
            .texts=${texts}
            .client=${client}
            .jid=${jid}
            @jaseur-close=${() => (this.isOpen = false)}
          ></jaseur-members-panel>`
        : nothing}`;
  }

  async #open(): Promise<void> {
    const { defineRooms } = await import("../rooms/define.js");
    defineRooms();
    this.isOpen = true;
  }
}
