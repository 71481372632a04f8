// SPDX-License-Identifier: MIT
//
// <jaseur-new-conversation>: picks people to talk with. One is a conversation of two; with more, a room is
// made for them and they are in it: nobody sees that.
//
// Properties  texts, client
// Events      jaseur-choose { jid }, jaseur-close

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import { JaseurElement } from "../element.js";
import { problemText } from "../rooms/problem.js";
import { tokens } from "../style.js";

const TITLE_MAX = 100; // characters

export class JaseurNewConversation extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    chosen: { state: true },
    isBusy: { state: true },
    error: { state: true },
  };

  static override styles = [
    tokens,
    css`
      label {
        display: grid;
        gap: 0.3em;
        margin-block-start: 0.75em;
      }

      .bad {
        margin: 0.75em 0 0;
        color: var(--bad);
      }
    `,
  ];

  declare chosen: readonly string[];
  declare isBusy: boolean;
  declare error: string;

  constructor() {
    super();
    this.chosen = [];
    this.isBusy = false;
    this.error = "";
  }

  protected override render(): TemplateResult {
    const { client, texts, chosen } = this;
    return html`<jaseur-dialog .texts=${texts} heading=${texts.of("newConversation")} @jaseur-close=${() => this.#close()}>
      <form id="begin" @submit=${(event: SubmitEvent) => void this.#begin(event)}>
        <jaseur-people-picker
          .texts=${texts}
          .client=${client}
          .chosen=${chosen}
          @jaseur-chosen=${({ detail }: CustomEvent<{ jids: string[] }>) => (this.chosen = detail.jids)}
        ></jaseur-people-picker>
        ${chosen.length > 1
          ? html`<label>${texts.of("titleIfAny")}<input name="title" maxlength=${TITLE_MAX} autocomplete="off" /></label>`
          : nothing}
        ${this.error ? html`<p class="bad" role="alert">${this.error}</p>` : nothing}
      </form>
      <button slot="actions" type="button" @click=${() => this.#close()}>${texts.of("roomCancel")}</button>
      <button slot="actions" class="first" form="begin" ?disabled=${chosen.length === 0 || this.isBusy}>${texts.of("begin")}</button>
    </jaseur-dialog>`;
  }

  async #begin(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const [first] = this.chosen;
    if (first === undefined || this.isBusy) return;
    const title = this.renderRoot.querySelector<HTMLInputElement>("input[name=title]")?.value ?? "";
    this.isBusy = true;
    this.error = "";
    try {
      const jid = this.chosen.length === 1 ? first : await this.client.rooms.converse(this.chosen, title);
      this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid } }));
    } catch (error) {
      this.error = problemText(this.texts, error);
    }
    this.isBusy = false;
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }
}
