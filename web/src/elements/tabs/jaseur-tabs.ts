// SPDX-License-Identifier: MIT
//
// <jaseur-tabs>: one of several views, below their names. Arrows, Home and End change it.
//
// Properties  label, tabs ({ name, label, count, countLabel }), chosen (a name)
// Events      jaseur-tab { name }
// Slots       the view of the chosen tab
// Parts       tab

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

import { tokens } from "../style.js";

export interface Tab {
  readonly name: string;
  readonly label: string;
  /** What waits there; 0 for nothing. */
  readonly count?: number;
  /** The same in words. */
  readonly countLabel?: string;
}

export class JaseurTabs extends LitElement {
  static override properties = { label: {}, tabs: { attribute: false }, chosen: {} };

  static override styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }

      [role="tablist"] {
        display: flex;
        flex: none;
        gap: 0.25em;
        padding: 0 0.75em;
        border-bottom: 1px solid var(--line);
      }

      [role="tab"] {
        display: flex;
        flex: 1;
        align-items: center;
        justify-content: center;
        gap: 0.5em;
        min-width: 0;
        margin-block-end: -1px;
        padding: 0.6em 0.5em;
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 0;
        background: none;
        color: var(--quiet);
        outline-offset: -2px;
      }

      [role="tab"] > span:first-child {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      [aria-selected="true"] {
        border-color: var(--accent);
        color: var(--ink);
        font-weight: 600;
      }

      [role="tabpanel"] {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: 0;
      }
    `,
  ];

  declare label: string;
  declare tabs: readonly Tab[];
  declare chosen: string;

  constructor() {
    super();
    this.label = this.chosen = "";
    this.tabs = [];
  }

  protected override render(): TemplateResult {
    return html`<div role="tablist" aria-label=${this.label || nothing} @keydown=${(event: KeyboardEvent) => this.#onKey(event)}>
        ${this.tabs.map((tab, i) => this.#tab(tab, i))}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby=${`tab${this.#at}`}><slot></slot></div>`;
  }

  #tab({ name, label, count, countLabel }: Tab, i: number): TemplateResult {
    const isChosen = name === this.chosen;
    return html`<button
      role="tab"
      part="tab"
      id=${`tab${i}`}
      aria-selected=${isChosen ? "true" : "false"}
      aria-controls="panel"
      tabindex=${isChosen ? 0 : -1}
      @click=${() => this.#choose(name)}
    >
      <span>${label}</span>${count
        ? html`<span class="count"><span aria-hidden="true">${count > 99 ? "99+" : count}</span><span class="unseen">${countLabel}</span></span>`
        : nothing}
    </button>`;
  }

  get #at(): number {
    return this.tabs.findIndex(({ name }) => name === this.chosen);
  }

  #choose(name: string): void {
    if (name !== this.chosen) this.dispatchEvent(new CustomEvent("jaseur-tab", { detail: { name } }));
  }

  #onKey(event: KeyboardEvent): void {
    const isLtr = getComputedStyle(this).direction === "ltr";
    const last = this.tabs.length - 1;
    const step = { ArrowRight: isLtr ? 1 : -1, ArrowLeft: isLtr ? -1 : 1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : step === undefined ? undefined : (this.#at + step + last + 1) % (last + 1);
    const tab = to === undefined ? undefined : this.tabs[to];
    if (!tab) return;
    event.preventDefault();
    this.#choose(tab.name);
    this.renderRoot.querySelectorAll<HTMLElement>("[role=tab]")[to ?? 0]?.focus();
  }
}
