// SPDX-License-Identifier: MIT
//
// <jaseur-emoji>: a button by which somebody picks an emoji. The picker and its names are loaded
// when it is first opened.
//
// Properties  texts, label
// Events      jaseur-emoji { emoji }

import { LitElement, css, html, type TemplateResult } from "lit";

import { icon } from "../icons/icons.js";
import type { JaseurPopover } from "../popover/jaseur-popover.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";
import { tip } from "../tip/tip.js";

export class JaseurEmoji extends LitElement {
  static override properties = { texts: { attribute: false }, label: {}, isThere: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        display: inline-grid;
      }
    `,
  ];

  declare texts: Texts;
  declare label: string;
  declare isThere: boolean; // the picker was wanted once

  constructor() {
    super();
    this.label = "";
    this.isThere = false;
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    return html`<button type="button" class="bare" popovertarget="picker" ${tip(this.label)}>${icon("emoji")}</button>
      <jaseur-popover
        id="picker"
        side="above"
        edge="end"
        label=${this.label}
        @beforetoggle=${(event: ToggleEvent) => (event.newState === "open" ? void this.#open() : undefined)}
        @toggle=${(event: ToggleEvent) => (event.newState === "open" ? this.#focus() : undefined)}
      >
        ${this.isThere
          ? html`<jaseur-emoji-picker .texts=${texts} @jaseur-emoji=${(event: CustomEvent<{ emoji: string }>) => this.#onEmoji(event)}></jaseur-emoji-picker>`
          : html`<p role="status">${texts.of("loading")}</p>`}
      </jaseur-popover>`;
  }

  async #open(): Promise<void> {
    if (this.isThere) return;
    const { JaseurEmojiPicker } = await import("./jaseur-emoji-picker.js");
    if (!customElements.get("jaseur-emoji-picker")) customElements.define("jaseur-emoji-picker", JaseurEmojiPicker);
    this.isThere = true;
    await this.updateComplete;
    this.#focus();
  }

  /** Unless somebody is in it already: the browser tells of the opening a moment after it. */
  #focus(): void {
    const picker = this.#picker();
    if (!picker?.matches(":focus-within")) picker?.focus();
  }

  #picker(): HTMLElement | null {
    return this.renderRoot.querySelector("jaseur-emoji-picker");
  }

  #onEmoji(event: CustomEvent<{ emoji: string }>): void {
    event.stopPropagation();
    this.renderRoot.querySelector<JaseurPopover>("jaseur-popover")?.hide();
    this.dispatchEvent(new CustomEvent("jaseur-emoji", { detail: event.detail }));
  }
}
