// SPDX-License-Identifier: MIT
//
// <jaseur-me>: who is signed in, the presence that others see, and signing out.
//
// Properties  texts, client
// Parts       own-presence

import { css, html, type TemplateResult } from "lit";

import type { Availability } from "../../protocol/rfc6121_presence.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";

const CHOICES = ["online", "away", "dnd"] as const satisfies readonly Availability[];

export class JaseurMe extends JaseurElement {
  static override styles = [
    tokens,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 0.75em;
        padding: 0.75em 1em;
      }

      header .who {
        display: grid;
        flex: 1;
        justify-items: start;
        min-width: 0;
      }

      header .name {
        max-width: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-weight: 600;
      }

      header select {
        max-width: 100%;
        min-height: 24px;
        margin-inline-start: -0.25em;
        padding: 0;
        border: 0;
        background: none;
        color: var(--quiet);
        font-size: 0.875em;
      }

      header select option {
        background: var(--card);
        color: var(--ink);
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { client, texts } = this;
    const name = client.people.nameOf(client.account);
    return html`<header>
      ${avatar(client, client.account, name, client.connection.kind === "online" ? "online" : "offline")}
      <span class="who">
        <span class="name" dir="auto">${name}</span>
        <select part="own-presence" aria-label=${texts.of("yourPresence")} @change=${(event: Event) => this.#setAvailability(event)}>
          ${CHOICES.map((choice) => html`<option value=${choice}>${texts.of(choice)}</option>`)}
        </select>
      </span>
      <jaseur-bell .texts=${texts} .client=${client}></jaseur-bell>
      <button class="bare" ${tip(texts.of("signOut"))} @click=${() => void client.signOut()}>${icon("power")}</button>
    </header>`;
  }

  #setAvailability(event: Event): void {
    void this.client.people.setAvailability((event.target as HTMLSelectElement).value as Availability);
  }
}
