// SPDX-License-Identifier: MIT
//
// A list of many rows of odd heights, in an element of its own.

import { LitElement, css, html, type TemplateResult } from "lit";

import { JaseurVirtual, virtualStyle } from "../../../src/elements/virtual/jaseur-virtual.js";

export interface Row {
  readonly key: string;
  readonly text: string;
}

/** Between one and nine lines, and some that are long. */
export function row(n: number): Row {
  const lines = n % 97 === 0 ? 60 : 1 + (((n * 2654435761) >>> 0) % 9);
  return { key: `row ${n}`, text: Array.from({ length: lines }, (_, i) => `${n}.${i}`).join("\n") };
}

export class TestList extends LitElement {
  static override properties = { rows: { attribute: false }, sticks: { attribute: false } };
  static override styles = [
    virtualStyle,
    css`
      :host {
        display: block;
        position: fixed;
        inset: 0;
      }
      jaseur-virtual {
        height: 100%;
      }
      article {
        margin: 3px 0;
        white-space: pre-wrap;
        border: 1px solid;
      }
    `,
  ];

  declare rows: readonly Row[];
  declare sticks: boolean;
  readonly told: string[] = [];
  guessed = 60; // pixels
  drawn = 0;

  constructor() {
    super();
    this.rows = Array.from({ length: 100_000 }, (_, n) => row(n));
    this.sticks = true;
  }

  get list(): JaseurVirtual<Row> {
    return this.renderRoot.querySelector("jaseur-virtual") as JaseurVirtual<Row>;
  }

  protected override render(): TemplateResult {
    return html`<jaseur-virtual
      role="feed"
      aria-label="Rows"
      .items=${this.rows}
      .sticks=${this.sticks}
      .keyOf=${({ key }: Row) => key}
      .guess=${() => this.guessed}
      .row=${({ key, text }: Row, index: number, isStop: boolean) => {
        this.drawn++;
        return html`<article tabindex=${isStop ? 0 : -1} aria-posinset=${index + 1} aria-setsize=${this.rows.length} aria-label=${key}>${text}</article>`;
      }}
      @jaseur-near=${({ detail }: CustomEvent<{ edge: string }>) => this.told.push(`near ${detail.edge}`)}
      @jaseur-at-end=${({ detail }: CustomEvent<{ isAtEnd: boolean }>) => this.told.push(detail.isAtEnd ? "at end" : "left end")}
    ></jaseur-virtual>`;
  }
}

customElements.define("jaseur-virtual", JaseurVirtual);
customElements.define("test-list", TestList);
Object.assign(globalThis, { makeRow: row });
document.querySelector("main")?.append(document.createElement("test-list"));
