// SPDX-License-Identifier: MIT
//
// <jaseur-dialog>: what has to be answered or closed before anything else. It is open while it is
// in the page: whoever holds it takes it away when it says so. The focus goes back to where it was.
//
// Properties  texts, heading
// Events      jaseur-close (by Escape, the cross, or a click beside it)
// Slots       the content; what has `autofocus` gets the focus
//             actions: buttons at the end

import { LitElement, css, html, type TemplateResult } from "lit";

import { focused } from "../focus.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";

export class JaseurDialog extends LitElement {
  static override properties = { texts: { attribute: false }, heading: {} };

  static override styles = [
    tokens,
    css`
      :host {
        display: contents;
      }

      dialog {
        width: min(30em, calc(100vw - 2em));
        max-width: none;
        max-height: min(44em, calc(100dvh - 2em));
        padding: 0;
        border: 1px solid var(--line);
        border-radius: 1em;
        background: var(--card);
        color: var(--ink);
        box-shadow: var(--shadow);
        overscroll-behavior: contain;
      }

      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }

      header {
        position: sticky;
        top: 0;
        z-index: 1;
        display: flex;
        align-items: center;
        gap: 0.5em;
        padding: 0.75em 0.75em 0.5em 1.25em;
        background: var(--card);
      }

      h2 {
        flex: 1;
        margin: 0;
        font-size: 1.125em;
        overflow-wrap: anywhere;
      }

      .content {
        padding: 0.25em 1.25em 1.25em;
      }

      footer {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.5em;
        padding: 0 1.25em 1.25em;
      }

      footer:not(.full) {
        display: none;
      }

      @media (max-width: 30em) {
        dialog {
          width: 100vw;
          max-height: calc(100dvh - 3em);
          margin-block-end: 0;
          border-end-start-radius: 0;
          border-end-end-radius: 0;
        }
      }

      @media (prefers-reduced-motion: no-preference) {
        dialog[open] {
          animation: appear 150ms ease-out;
        }

        @keyframes appear {
          from {
            opacity: 0;
            translate: 0 12px;
          }
        }
      }
    `,
  ];

  declare texts: Texts;
  declare heading: string;
  #before: HTMLElement | undefined;

  constructor() {
    super();
    this.heading = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#before = focused();
    if (this.hasUpdated) this.#dialog()?.showModal();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#dialog()?.close();
    this.#before?.focus();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      aria-labelledby="heading"
      @cancel=${(event: Event) => this.#close(event)}
      @keydown=${(event: KeyboardEvent) => (event.key === "Escape" ? event.stopPropagation() : undefined)}
      @pointerdown=${(event: PointerEvent) => (event.target === this.#dialog() ? this.#close(event) : undefined)}
    >
      <header>
        <h2 id="heading" dir="auto">${this.heading}</h2>
        <button class="bare" aria-label=${this.texts.of("close")} @click=${(event: Event) => this.#close(event)}>${icon("close")}</button>
      </header>
      <div class="content"><slot></slot></div>
      <footer><slot name="actions" @slotchange=${(event: Event) => this.#onActions(event)}></slot></footer>
    </dialog>`;
  }

  protected override firstUpdated(): void {
    this.#dialog()?.showModal();
    this.querySelector<HTMLElement>("[autofocus]")?.focus();
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  #close(event: Event): void {
    event.preventDefault();
    event.stopPropagation();
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }

  #onActions({ target }: Event): void {
    const slot = target as HTMLSlotElement;
    slot.parentElement?.classList.toggle("full", slot.assignedElements().length > 0);
  }
}
