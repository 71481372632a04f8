// SPDX-License-Identifier: MIT
//
// <jaseur-menu>: what can be done, beside the button that opens it:
//
//     <button popovertarget="more">…</button>
//     <jaseur-menu id="more" .items=${…} label=${…} @jaseur-pick=${…}></jaseur-menu>
//
// By keyboard: arrows, Home, End, first letters, Enter, Escape.
//
// Properties  items, label, and those of a popover
// Events      jaseur-pick { name }

import { css, html, nothing, type TemplateResult } from "lit";

import { icon, type IconName } from "../icons/icons.js";
import { Floating } from "../popover/floating.js";

export interface MenuItem {
  readonly name: string;
  readonly label: string;
  readonly icon?: IconName;
  /** It is one of several choices, and this one or not. */
  readonly isChecked?: boolean;
  readonly isDisabled?: boolean;
  /** It destroys something. */
  readonly isBad?: boolean;
  /** A line is above it. */
  readonly beginsGroup?: boolean;
}

const TYPED_MS = 800; // letters that come later begin a new word

export class JaseurMenu extends Floating {
  static override properties = { ...Floating.properties, items: { attribute: false }, label: {} };

  static override styles = [
    Floating.styles,
    css`
      :host {
        min-width: 11em;
      }

      div {
        padding: 0.35em;
      }

      button {
        display: flex;
        align-items: center;
        gap: 0.75em;
        width: 100%;
        min-height: 2.5em;
        padding: 0.4em 0.75em;
        border: 0;
        border-radius: 0.5em;
        background: none;
        text-align: start;
      }

      button:hover,
      button:focus {
        outline-offset: -2px;
        background: var(--chosen);
      }

      button.bad {
        color: var(--bad);
      }

      button span {
        flex: 1;
        overflow-wrap: anywhere;
      }

      hr {
        margin: 0.35em 0;
        border: 0;
        border-top: 1px solid var(--line);
      }
    `,
  ];

  declare items: readonly MenuItem[];
  declare label: string;
  #typed = "";
  #typedAt = 0;

  constructor() {
    super();
    this.items = [];
    this.label = "";
  }

  protected override render(): TemplateResult {
    return html`<div role="menu" aria-label=${this.label} @keydown=${(event: KeyboardEvent) => this.#onKey(event)}>
      ${this.items.map((item) => this.#item(item))}
    </div>`;
  }

  #item(item: MenuItem): TemplateResult {
    const isChoice = item.isChecked !== undefined;
    return html`${item.beginsGroup ? html`<hr role="separator" />` : nothing}
      <button
        role=${isChoice ? "menuitemradio" : "menuitem"}
        aria-checked=${isChoice ? (item.isChecked ? "true" : "false") : nothing}
        class=${item.isBad ? "bad" : ""}
        tabindex="-1"
        ?disabled=${item.isDisabled ?? false}
        @click=${() => this.#pick(item)}
      >
        ${item.icon ? icon(item.icon) : nothing}<span>${item.label}</span>${item.isChecked ? icon("check") : nothing}
      </button>`;
  }

  protected override takeFocus(): void {
    const checked = this.renderRoot.querySelector<HTMLElement>('[aria-checked="true"]');
    (checked ?? this.#buttons()[0])?.focus();
  }

  #buttons(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>("button:not(:disabled)")];
  }

  #pick({ name }: MenuItem): void {
    this.hide();
    this.dispatchEvent(new CustomEvent("jaseur-pick", { detail: { name } }));
  }

  #onKey(event: KeyboardEvent): void {
    const buttons = this.#buttons();
    const at = buttons.findIndex((button) => button.matches(":focus"));
    const to = this.#target(event, buttons, at);
    if (event.key === "Tab") this.hide();
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    to.focus();
  }

  #target(event: KeyboardEvent, buttons: readonly HTMLElement[], at: number): HTMLElement | undefined {
    switch (event.key) {
      case "ArrowDown":
        return buttons[(at + 1) % buttons.length];
      case "ArrowUp":
        return buttons.at(at <= 0 ? -1 : at - 1);
      case "Home":
        return buttons[0];
      case "End":
        return buttons.at(-1);
      default:
        return event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey
          ? this.#typeAhead(event, buttons, at)
          : undefined;
    }
  }

  #typeAhead({ key, timeStamp }: KeyboardEvent, buttons: readonly HTMLElement[], at: number): HTMLElement | undefined {
    const isNew = timeStamp - this.#typedAt > TYPED_MS;
    this.#typedAt = timeStamp;
    this.#typed = (isNew ? "" : this.#typed) + key.toLocaleLowerCase();
    // From the one behind, so that the same letter again goes to the next.
    const from = this.#typed.length === 1 ? at + 1 : at;
    const inOrder = [...buttons.slice(Math.max(from, 0)), ...buttons.slice(0, Math.max(from, 0))];
    return inOrder.find((button) => button.textContent.trim().toLocaleLowerCase().startsWith(this.#typed));
  }
}
