// SPDX-License-Identifier: MIT
//
// <jaseur-sidebar>: who is signed in, and what can be opened: conversations and people.
//
// Properties  texts, client, chosen (an address)
// Events      jaseur-choose { jid }
// Parts       search, conversations-tab, people-tab, people-list

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import { JaseurElement } from "../element.js";
import { tokens } from "../style.js";

type Tab = "conversations" | "people";

export class JaseurSidebar extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    chosen: {},
    tab: { state: true },
    sought: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--card);
      }

      .search {
        padding: 0 1em 0.75em;
      }

      .search input {
        width: 100%;
      }

      [role="tablist"] {
        display: flex;
        gap: 0.25em;
        padding: 0 1em;
        border-bottom: 1px solid var(--line);
      }

      [role="tab"] {
        flex: 1;
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 0;
        background: none;
        color: var(--quiet);
      }

      [role="tab"][aria-selected="true"] {
        border-color: var(--accent);
        color: var(--ink);
        font-weight: 600;
      }

      [role="tabpanel"] {
        flex: 1;
        min-height: 0;
        display: grid;
      }

      .request {
        display: grid;
        gap: 0.5em;
        margin: 0.5em 1em;
        padding: 0.75em;
        border: 1px solid var(--line);
        border-radius: 0.75em;
        background: var(--sunken);
        overflow-wrap: anywhere;
      }

      .request div {
        display: flex;
        gap: 0.5em;
      }

      .request .quiet {
        color: var(--quiet);
      }
    `,
  ];

  declare chosen: string;
  declare tab: Tab;
  declare sought: string;

  constructor() {
    super();
    this.chosen = this.sought = "";
    this.tab = "conversations";
  }

  protected override render(): TemplateResult {
    const { client, texts } = this;
    const tab = (name: Tab): TemplateResult =>
      html`<button
        role="tab"
        part="${name}-tab"
        id=${name}
        aria-selected=${this.tab === name ? "true" : "false"}
        aria-controls="panel"
        tabindex=${this.tab === name ? 0 : -1}
        @click=${() => (this.tab = name)}
      >
        ${texts.of(name)}
      </button>`;
    return html`
      <jaseur-me exportparts="own-presence" .texts=${texts} .client=${client}></jaseur-me>
      ${client.people.requests.map(
        ({ jid, text }) =>
          html`<section class="request" aria-label=${texts.of("requests")}>
            <span dir="auto">${texts.of("wantsToSee", { who: jid })}</span>
            ${text ? html`<span class="quiet" dir="auto">${text}</span>` : nothing}
            <div>
              <button class="first" @click=${() => void client.people.answerRequest(jid, true)}>${texts.of("accept")}</button>
              <button @click=${() => void client.people.answerRequest(jid, false)}>${texts.of("refuse")}</button>
            </div>
          </section>`,
      )}
      <div class="search">
        <input
          part="search"
          type="search"
          aria-label=${texts.of("search")}
          placeholder=${texts.of("search")}
          .value=${this.sought}
          @input=${(event: InputEvent) => this.#seek((event.target as HTMLInputElement).value)}
        />
      </div>
      <jaseur-begin
        .texts=${texts}
        .client=${client}
        @jaseur-choose=${(event: CustomEvent<{ jid: string }>) => this.#onChoose(event)}
      ></jaseur-begin>
      <div role="tablist" @keydown=${(event: KeyboardEvent) => this.#onTabKey(event)}>${tab("conversations")}${tab("people")}</div>
      <div id="panel" role="tabpanel" aria-labelledby=${this.tab}>
        ${this.tab === "people"
          ? html`<jaseur-people
              part="people-list"
              .texts=${texts}
              .client=${client}
              .chosen=${this.chosen}
              .sought=${this.sought}
              @jaseur-choose=${(event: CustomEvent<{ jid: string }>) => this.#onChoose(event)}
            ></jaseur-people>`
          : html`<jaseur-conversations
              .texts=${texts}
              .client=${client}
              .chosen=${this.chosen}
              @jaseur-choose=${(event: CustomEvent<{ jid: string }>) => this.#onChoose(event)}
            ></jaseur-conversations>`}
      </div>
    `;
  }

  #seek(sought: string): void {
    this.sought = sought;
    if (sought) this.tab = "people";
  }

  #onTabKey(event: KeyboardEvent): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.tab = this.tab === "people" ? "conversations" : "people";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  }

  #onChoose({ detail }: CustomEvent<{ jid: string }>): void {
    this.sought = "";
    this.dispatchEvent(new CustomEvent("jaseur-choose", { detail }));
  }
}
