// SPDX-License-Identifier: MIT
//
// An element in the top layer, beside the button that names it in `popovertarget`. The browser
// opens and closes it (also by Escape and by a click elsewhere); the focus goes back to where it was.

import { LitElement, css, type CSSResultGroup } from "lit";

import { focused, holds } from "../focus.js";
import { tokens } from "../style.js";
import { place, type Wish } from "./place.js";

export abstract class Floating extends LitElement {
  static override properties = { anchor: { attribute: false }, side: {}, edge: {} };

  static override styles: CSSResultGroup = [
    tokens,
    css`
      :host(:not(:popover-open)) {
        display: none;
      }

      :host {
        position: fixed;
        inset: auto;
        box-sizing: border-box;
        max-width: calc(100vw - 16px);
        margin: 0;
        padding: 0;
        overflow: auto;
        overscroll-behavior: contain;
        border: 1px solid var(--line);
        border-radius: 0.75em;
        background: var(--card);
        box-shadow: var(--shadow);
      }

      @media (prefers-reduced-motion: no-preference) {
        :host(:popover-open) {
          animation: appear 120ms ease-out;
        }

        @keyframes appear {
          from {
            opacity: 0;
            translate: 0 4px;
          }
        }
      }
    `,
  ];

  /** Beside what it floats, when no button names it. */
  declare anchor: HTMLElement | undefined;
  declare side: Wish["side"];
  /** Edges are those of the line of writing. */
  declare edge: "start" | "end" | "middle";
  #open: AbortController | undefined;
  #before: HTMLElement | undefined; // had the focus

  constructor() {
    super();
    this.side = "below";
    this.edge = "start";
  }

  get isOpen(): boolean {
    return this.matches(":popover-open");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.popover ??= "auto";
    this.addEventListener("beforetoggle", this.#onBeforeToggle);
    this.addEventListener("toggle", this.#onToggle);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("beforetoggle", this.#onBeforeToggle);
    this.removeEventListener("toggle", this.#onToggle);
    this.#open?.abort();
  }

  show(anchor?: HTMLElement): void {
    if (anchor) this.anchor = anchor;
    if (!this.isOpen) this.showPopover();
  }

  hide(): void {
    if (!this.isOpen) return;
    this.hidePopover();
    this.#giveBack();
  }

  /** It is open and in its place, and the focus is not in it yet. */
  protected abstract takeFocus(): void;

  readonly #onBeforeToggle = (event: Event): void => {
    this.#open?.abort();
    if ((event as ToggleEvent).newState !== "open") return;
    this.#before = focused();
    this.#open = new AbortController();
    const { signal } = this.#open;
    // The browser shows it after this event, and paints after the next frame's callbacks.
    requestAnimationFrame(() => {
      if (signal.aborted) return;
      this.#move();
      if (!this.#hasFocus()) this.takeFocus(); // who was quicker keeps it
    });
    const sizes = new ResizeObserver(() => this.#move());
    sizes.observe(this);
    signal.addEventListener("abort", () => sizes.disconnect());
    addEventListener("resize", () => this.#move(), { signal });
    addEventListener("scroll", () => this.#move(), { signal, capture: true, passive: true });
  };

  readonly #onToggle = (event: Event): void => {
    if ((event as ToggleEvent).newState === "closed") this.#giveBack();
  };

  /** The focus, unless it has gone elsewhere. */
  #giveBack(): void {
    if (!focused() || this.#hasFocus()) this.#before?.focus();
  }

  #hasFocus(): boolean {
    const at = focused();
    return at !== undefined && holds(this, at);
  }

  #move(): void {
    const root = this.getRootNode() as Document | ShadowRoot;
    const anchor = this.anchor ?? (this.id ? root.querySelector(`[popovertarget="${CSS.escape(this.id)}"]`) : null);
    if (!anchor || !this.isOpen) return;
    this.style.removeProperty("max-height");
    const isLeft = this.edge === "middle" ? undefined : (this.edge === "start") === (getComputedStyle(this).direction === "ltr");
    const edge = isLeft === undefined ? "middle" : isLeft ? "left" : "right";
    const size = { width: this.offsetWidth, height: this.offsetHeight };
    const at = place(anchor.getBoundingClientRect(), size, { width: innerWidth, height: innerHeight }, { side: this.side, edge });
    this.style.setProperty("left", `${at.left}px`);
    this.style.setProperty("top", `${at.top}px`);
    this.style.setProperty("max-height", `${at.maxHeight}px`);
  }
}
