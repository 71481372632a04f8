// SPDX-License-Identifier: MIT
//
// <jaseur-page>: the client as a whole page: the list, and the conversation that is open.
//
// Properties  texts, client
// Methods     show(jid): opens the conversation
//
// On a phone the list and the conversation are two pages: the browser's button leads back from one to
// the other. The line about the connection is where nothing moves when it comes: over the messages, or below the list.

import { css, html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";

import type { At } from "../../model/types.js";
import { JaseurElement } from "../element.js";
import { CONVERSATION_PARTS, LIST_PARTS } from "../parts.js";
import type { GoDetail } from "../search/jaseur-search.js";
import { tokens } from "../style.js";

const PHONE = "(max-width: 48em)";
const ENTRY = "jaseur-conversation"; // in the state of our entry of the history

function isOurs(state: unknown): boolean {
  return typeof state === "object" && state !== null && ENTRY in state;
}

export class JaseurPage extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, open: { state: true }, at: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        position: fixed;
        inset-block: 0 var(--jaseur-below, 0);
        inset-inline: 0 var(--jaseur-beside, 0);
        width: auto;
        height: auto;
        margin: 0;
        padding: 0;
        border: 0;
        background: none;
        overflow: visible;
      }

      .page {
        display: grid;
        height: 100%;
        grid-template: 1fr auto / minmax(17em, 22em) 1fr;
        background: var(--paper);
      }

      jaseur-sidebar {
        grid-area: 1 / 1;
        border-inline-end: 1px solid var(--line);
      }

      .page:not(.open) jaseur-state {
        grid-area: 2 / 1;
      }

      .page.open jaseur-sidebar,
      jaseur-conversation,
      .empty {
        grid-row: 1 / -1;
      }

      jaseur-conversation,
      .empty {
        grid-column: -2;
      }

      .empty {
        display: grid;
        place-content: center;
        padding: 2em;
        color: var(--quiet);
        text-align: center;
      }

      .empty h2 {
        margin: 0;
        color: var(--ink);
        font-size: 1.25em;
      }

      @media (max-width: 48em) {
        .page {
          grid-template-columns: 1fr;
        }

        jaseur-sidebar {
          border-inline-end: 0;
        }

        .page.open jaseur-sidebar,
        .empty {
          display: none;
        }
      }
    `,
  ];

  declare open: string; // an address; "": none
  declare at: Partial<At> | undefined; // a place in that conversation
  #leaving = new AbortController();
  #hasEntry = false; // the conversation is one of the browser's history

  constructor() {
    super();
    this.open = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // In the top layer, no z-index, overflow or transform of what is around it matters.
    this.popover = "manual";
    this.showPopover();
    this.#leaving = new AbortController();
    addEventListener("popstate", () => this.#onBack(), { signal: this.#leaving.signal });
    this.#hasEntry = isOurs(history.state); // it was read anew there
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
  }

  show(jid: string): void {
    this.open = jid;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("open") || !this.open || this.#hasEntry || !matchMedia(PHONE).matches) return;
    history.pushState({ ...(history.state as object | null), [ENTRY]: true }, "");
    this.#hasEntry = true;
  }

  protected override render(): TemplateResult {
    const { client, texts, open } = this;
    const state = html`<jaseur-state slot="state" .texts=${texts} .client=${client}></jaseur-state>`;
    return html`<div class="page ${open ? "open" : ""}">
      <jaseur-sidebar
        .texts=${texts}
        .client=${client}
        .chosen=${open}
        exportparts=${LIST_PARTS}
        @jaseur-choose=${({ detail }: CustomEvent<{ jid: string }>) => this.#show(detail.jid)}
      ></jaseur-sidebar>
      ${open
        ? html`<jaseur-conversation
            .texts=${texts}
            .client=${client}
            .jid=${open}
            .at=${this.at}
            exportparts=${CONVERSATION_PARTS}
            @jaseur-go=${({ detail }: CustomEvent<GoDetail>) => this.#show(detail.jid, detail.at)}
            @jaseur-back=${() => this.#back()}
            >${state}</jaseur-conversation
          >`
        : html`<div class="empty">
              <h2>${texts.of("choose")}</h2>
              <p>${texts.of("chooseHint")}</p>
            </div>
            ${state}`}
    </div>`;
  }

  #show(jid: string, at?: Partial<At>): void {
    this.open = jid;
    this.at = at;
  }

  #back(): void {
    if (this.#hasEntry) history.back();
    else this.open = "";
  }

  #onBack(): void {
    if (!this.#hasEntry || isOurs(history.state)) return;
    this.#hasEntry = false;
    this.open = "";
  }
}
