// SPDX-License-Identifier: MIT
//
// The name of a button that shows an icon only: for screen readers, and below it while somebody
// points at it or has come to it by keyboard. Escape takes it away.
//
//     <button class="bare" ${tip(texts.of("close"))}>${icon("close")}</button>

import { LitElement, css, html, noChange, type ElementPart, type TemplateResult } from "lit";
import { AsyncDirective, directive } from "lit/async-directive.js";

import { tokens } from "../style.js";
import { place } from "../popover/place.js";

const AFTER_MS = 400; // of pointing

/** <jaseur-tip>: one for each root, made by the first who needs it. */
export class JaseurTip extends LitElement {
  static override properties = { text: {} };

  static override styles = [
    tokens,
    css`
      :host(:not(:popover-open)) {
        display: none;
      }

      :host {
        position: fixed;
        inset: auto;
        max-width: 20em;
        margin: 0;
        padding: 0.3em 0.6em;
        border: 0;
        border-radius: 0.4em;
        background: var(--ink);
        color: var(--paper);
        overflow-wrap: anywhere;
      }

      span {
        font-size: 0.8125em;
      }
    `,
  ];

  declare text: string;

  constructor() {
    super();
    this.text = "";
  }

  protected override render(): TemplateResult {
    return html`<span aria-hidden="true">${this.text}</span>`;
  }

  showAt(button: HTMLElement, text: string): void {
    this.text = text;
    this.popover = "manual";
    void this.updateComplete.then(() => {
      if (!button.isConnected) return;
      if (!this.matches(":popover-open")) this.showPopover();
      const view = { width: innerWidth, height: innerHeight };
      const size = { width: this.offsetWidth, height: this.offsetHeight };
      const { left, top } = place(button.getBoundingClientRect(), size, view, { side: "below", edge: "middle" });
      this.style.setProperty("left", `${left}px`);
      this.style.setProperty("top", `${top}px`);
    });
  }

  hide(): void {
    if (this.matches(":popover-open")) this.hidePopover();
  }
}

class TipDirective extends AsyncDirective {
  #button: HTMLElement | undefined;
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  override render(text: string): typeof noChange {
    this.#text = text;
    return noChange;
  }

  override update(part: ElementPart, [text]: [string]): typeof noChange {
    const button = part.element as HTMLElement;
    if (button.ariaLabel !== text) button.ariaLabel = text;
    this.render(text);
    if (this.#button === button) return noChange;
    this.#button = button;
    const show = (): void => this.#tip().showAt(button, this.#text);
    const hide = (): void => this.#hide();
    button.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse") this.#timer = setTimeout(show, AFTER_MS);
    });
    button.addEventListener("focus", () => (button.matches(":focus-visible") ? show() : undefined));
    for (const name of ["pointerleave", "blur", "click"]) button.addEventListener(name, hide);
    button.addEventListener("keydown", (event) => (event.key === "Escape" ? hide() : undefined));
    return noChange;
  }

  override disconnected(): void {
    this.#hide();
  }

  #hide(): void {
    clearTimeout(this.#timer);
    this.#found()?.hide();
  }

  #root(): ShadowRoot | Document | undefined {
    const root = this.#button?.getRootNode();
    return root instanceof ShadowRoot || root instanceof Document ? root : undefined;
  }

  #found(): JaseurTip | null {
    return this.#root()?.querySelector<JaseurTip>("jaseur-tip") ?? null;
  }

  #tip(): JaseurTip {
    const found = this.#found();
    if (found) return found;
    const made = document.createElement("jaseur-tip") as JaseurTip;
    const root = this.#root();
    (root instanceof Document ? root.body : root)?.append(made);
    return made;
  }
}

export const tip = directive(TipDirective);
