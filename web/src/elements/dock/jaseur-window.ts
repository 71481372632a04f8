// SPDX-License-Identifier: MIT
//
// <jaseur-window>: a conversation in the dock, or only its name.
//
// Properties  texts, client, jid, at (a place in it), minimised
//             alone (nothing else of the client is seen)
// Events      jaseur-minimise, jaseur-restore, jaseur-close

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import type { At } from "../../model/types.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { CONVERSATION_PARTS } from "../parts.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";

export class JaseurWindow extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, jid: {}, at: { attribute: false }, minimised: { type: Boolean, reflect: true }, alone: { type: Boolean } };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
      }

      section {
        display: flex;
        flex-direction: column;
        height: 100%;
        border: 1px solid var(--line);
        border-block-end: 0;
        border-start-start-radius: 0.75em;
        border-start-end-radius: 0.75em;
        background: var(--card);
        box-shadow: var(--shadow);
        overflow: hidden;
      }

      jaseur-conversation {
        flex: 1;
      }

      .minimised {
        flex-direction: row;
        align-items: center;
        padding-inline-end: 0.25em;
      }

      .title {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 0.6em;
        min-width: 0;
        height: 100%;
        padding: 0.3em 0.6em;
        border: 0;
        background: none;
        outline-offset: -3px;
        text-align: start;
      }

      .title .avatar {
        width: 2em;
        height: 2em;
        font-size: 0.875em;
      }

      .name {
        flex: 1;
        overflow: hidden;
        font-weight: 600;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      [slot="window"] {
        display: flex;
        margin-inline-start: auto;
      }
    `,
  ];

  declare jid: string;
  declare at: Partial<At> | undefined;
  declare minimised: boolean;
  declare alone: boolean;

  constructor() {
    super();
    this.jid = "";
    this.minimised = this.alone = false;
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>(".title")?.focus();
  }

  protected override render(): TemplateResult {
    const { client, texts, jid } = this;
    const name = client.nameOf(jid);
    return html`<section
      class=${this.minimised ? "minimised" : ""}
      aria-label=${texts.of("windowWith", { who: name })}
      @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
    >
      ${this.minimised ? this.#title(name) : this.#conversation()}
    </section>`;
  }

  #conversation(): TemplateResult {
    const { client, texts, jid } = this;
    return html`<jaseur-conversation exportparts=${CONVERSATION_PARTS} .texts=${texts} .client=${client} .jid=${jid} .at=${this.at} @jaseur-back=${() => this.#say("jaseur-minimise")}>
      ${this.alone ? html`<jaseur-state slot="state" .texts=${texts} .client=${client}></jaseur-state>` : nothing}
      <div slot="window">
        <button class="bare" ${tip(texts.of("minimise"))} @click=${() => this.#say("jaseur-minimise")}>${icon("minus")}</button>
        <button class="bare" ${tip(texts.of("close"))} @click=${() => this.#say("jaseur-close")}>${icon("close")}</button>
      </div>
    </jaseur-conversation>`;
  }

  #title(name: string): TemplateResult {
    const { client, texts, jid } = this;
    const unread = client.conversations.with(jid)?.unread ?? 0;
    return html`<button class="title" aria-expanded="false" @click=${() => this.#say("jaseur-restore")}>
        ${avatar(client, jid, name, client.rooms.of(jid) ? undefined : client.people.presenceOf(jid).availability)}
        <span class="name" dir="auto">${name}</span>
        ${unread
          ? html`<span class="count"><span aria-hidden="true">${unread}</span><span class="unseen">${texts.of("unread", { count: unread })}</span></span>`
          : nothing}
      </button>
      <button class="bare" ${tip(texts.of("close"))} @click=${() => this.#say("jaseur-close")}>${icon("close")}</button>`;
  }

  #say(name: string): void {
    this.dispatchEvent(new CustomEvent(name));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || this.minimised) return;
    event.stopPropagation();
    this.#say("jaseur-minimise");
  }
}
