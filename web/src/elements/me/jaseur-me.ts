// SPDX-License-Identifier: MIT
//
// <jaseur-me>: who is signed in, the presence that others see, and signing out.
//
// Properties  texts, client

import { css, html, type TemplateResult } from "lit";

import type { Availability } from "../../protocol/rfc6121_presence.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { tokens } from "../style.js";

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

      header .name {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-weight: 600;
      }

      header select {
        max-width: 9em;
        padding: 0.35em 0.5em;
      }

      header .out {
        display: grid;
        padding: 0.4em;
      }

      svg {
        width: 1.25em;
        height: 1.25em;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2;
        stroke-linecap: round;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { client, texts } = this;
    const name = client.people.nameOf(client.account);
    return html`<header>
      ${avatar(client, client.account, name, client.connection.kind === "online" ? "online" : "offline")}
      <span class="name" dir="auto">${name}</span>
      <jaseur-bell .texts=${texts} .client=${client}></jaseur-bell>
      <select aria-label=${texts.of("yourPresence")} @change=${(event: Event) => this.#setAvailability(event)}>
        ${CHOICES.map((choice) => html`<option value=${choice}>${texts.of(choice)}</option>`)}
      </select>
      <button class="out" aria-label=${texts.of("signOut")} title=${texts.of("signOut")} @click=${() => void client.signOut()}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3v9M6.3 7.3a8 8 0 1 0 11.4 0" /></svg>
      </button>
    </header>`;
  }

  #setAvailability(event: Event): void {
    void this.client.people.setAvailability((event.target as HTMLSelectElement).value as Availability);
  }
}
