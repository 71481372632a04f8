// SPDX-License-Identifier: MIT
//
// <jaseur-feedback>: shows and says what elements have to tell (feedback.ts). It lies over
// everything, also over what was opened after it.
//
// Properties  texts
// Methods     say(feedback)
// Parts       toast

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";
import type { Feedback } from "./feedback.js";

const SHOWN_MS = 6_000;
const SHOWN_MAX = 3;

interface Shown extends Feedback {
  readonly key: number;
}

/** A modal dialog, in whichever shadow, lies over the page: its own box or its backdrop is everywhere. */
function isUnderModal(): boolean {
  for (let root: DocumentOrShadowRoot | null = document; root; ) {
    const found: Element | undefined = root.elementsFromPoint(innerWidth / 2, innerHeight - 1)[0];
    if (found?.closest(":modal")) return true;
    root = found?.shadowRoot && found.shadowRoot !== root ? found.shadowRoot : null;
  }
  return false;
}

export class JaseurFeedback extends LitElement {
  static override properties = { texts: { attribute: false }, shown: { state: true }, polite: { state: true }, urgent: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        position: fixed;
        inset: auto 0 0;
        display: flex;
        width: auto;
        height: auto;
        margin: 0;
        padding: 1em 1em 5em; /* what is being written is not covered */
        border: 0;
        background: none;
        overflow: visible;
        pointer-events: none;
      }

      /* Dialogs have their buttons at the lower edge. */
      :host(.above) {
        inset: 0 0 auto;
        padding: 0.25em;
      }

      ul {
        display: grid;
        flex: 1;
        justify-items: center;
        gap: 0.5em;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: flex;
        align-items: center;
        gap: 0.75em;
        max-width: min(36em, 100%);
        padding: 0.5em 0.6em 0.5em 1em;
        border-radius: 0.75em;
        background: var(--ink);
        color: var(--paper);
        box-shadow: var(--shadow);
        pointer-events: auto;
        overflow-wrap: anywhere;
      }

      li.bad {
        border-inline-start: 0.3em solid var(--busy);
      }

      button {
        border-color: currentcolor;
        background: none;
      }

      @media (prefers-reduced-motion: no-preference) {
        li {
          animation: appear 150ms ease-out;
        }

        @keyframes appear {
          from {
            opacity: 0;
            translate: 0 8px;
          }
        }
      }
    `,
  ];

  declare texts: Texts;
  declare shown: readonly Shown[];
  declare polite: string;
  declare urgent: string;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #last = 0;

  constructor() {
    super();
    this.shown = [];
    this.polite = this.urgent = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.popover = "manual";
    this.showPopover();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
    this.shown = [];
  }

  say(said: Feedback): void {
    if (said.isBad) this.urgent = this.#again(said.text, this.urgent);
    else this.polite = this.#again(said.text, this.polite);
    if (said.isUnseen) return;
    const one: Shown = { ...said, key: ++this.#last };
    for (const { key } of this.shown.slice(0, -(SHOWN_MAX - 1))) this.#close(key);
    this.shown = [...this.shown, one];
    this.classList.toggle("above", isUnderModal());
    // Above dialogs that were opened since.
    this.hidePopover();
    this.showPopover();
    if (!said.isBad) this.#wait(one.key);
  }

  protected override render(): TemplateResult {
    return html`<div class="unseen" role="status">${this.polite}</div>
      <div class="unseen" role="alert">${this.urgent}</div>
      <ul>
        ${repeat(
          this.shown,
          ({ key }) => key,
          (one) => this.#toast(one),
        )}
      </ul>`;
  }

  #toast({ key, text, isBad, action }: Shown): TemplateResult {
    const stay = (): void => clearTimeout(this.#timers.get(key));
    const go = (): void => (isBad ? undefined : this.#wait(key));
    return html`<li part="toast" class=${isBad ? "bad" : ""} @pointerenter=${stay} @pointerleave=${go} @focusin=${stay} @focusout=${go}>
      <span dir="auto">${text}</span>
      ${action ? html`<button @click=${() => this.#run(key, action)}>${action.label}</button>` : nothing}
      <button class="bare" aria-label=${this.texts.of("close")} @click=${() => this.#close(key)}>${icon("close")}</button>
    </li>`;
  }

  /** The same text twice is read twice: it is another one by what nobody hears. */
  #again(text: string, before: string): string {
    return text === before ? `${text}\u00A0` : text;
  }

  #run(key: number, action: NonNullable<Feedback["action"]>): void {
    this.#close(key);
    action.run();
  }

  #wait(key: number): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.#close(key), SHOWN_MS),
    );
  }

  #close(key: number): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.shown = this.shown.filter((one) => one.key !== key);
  }
}
