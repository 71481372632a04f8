// SPDX-License-Identifier: MIT
//
// <jaseur-room-bar>: why one is not in a room, with the way back.
//
// Properties  texts, client, jid (the room)

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { tokens } from "../style.js";
import { problemText } from "./problem.js";

export class JaseurRoomBar extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, jid: {}, isBusy: { state: true } };

  static override styles = [
    tokens,
    css`
      p {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 0.75em;
        margin: 0;
        padding: 0.6em 1em;
        border-bottom: 1px solid var(--line);
        background: var(--chosen);
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare jid: string;
  declare isBusy: boolean;

  constructor() {
    super();
    this.isBusy = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { client, texts, jid } = this;
    const room = client.rooms.of(jid);
    if (room?.standing !== "outside" || room.problem === "") return nothing;
    return html`<p role="alert">
      <span dir="auto">${problemText(texts, room.problem)} ${room.reason}</span>
      ${room.problem === "destroyed"
        ? nothing
        : html`<button ?disabled=${this.isBusy} @click=${() => void this.#comeBack()}>${texts.of("comeBack")}</button>`}
    </p>`;
  }

  async #comeBack(): Promise<void> {
    this.isBusy = true;
    const problem = await this.client.rooms.enter(this.jid).catch((error: unknown) => error);
    if (problem !== "") feedback(this, problemText(this.texts, problem), { isBad: true });
    this.isBusy = false;
  }
}
