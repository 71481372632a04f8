// SPDX-License-Identifier: MIT
//
// <jaseur-room-bar>: what has just happened in a room, for a while; and why one is not in it, with the
// way back.
//
// Properties  texts, client, jid (the room)

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { tokens } from "../style.js";
import { happenedText } from "./happened.js";
import { problemText } from "./problem.js";

const LATELY_MS = 30_000;

export class JaseurRoomBar extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, jid: {}, isBusy: { state: true } };

  static override styles = [
    tokens,
    css`
      p {
        margin: 0;
        padding: 0.3em 1em;
        color: var(--quiet);
        font-size: 0.875em;
        text-align: center;
        overflow-wrap: anywhere;
      }

      p.out {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 0.75em;
        padding: 0.6em 1em;
        border-bottom: 1px solid var(--line);
        background: var(--chosen);
        color: var(--ink);
        font-size: 1em;
      }
    `,
  ];

  declare jid: string;
  declare isBusy: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.isBusy = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult {
    const { client, texts, jid } = this;
    const room = client.rooms.of(jid);
    const now = Date.now();
    const lately = client.rooms.happenings(jid).filter(({ time }) => now - time < LATELY_MS);
    clearTimeout(this.#timer);
    if (lately.length) this.#timer = setTimeout(() => this.requestUpdate(), LATELY_MS);
    const said = happenedText(client, texts, lately);
    const isOut = room?.standing === "outside" && room.problem !== "";
    return html`<div role="status">${said ? html`<p dir="auto">${said}</p>` : nothing}</div>
      ${isOut
        ? html`<p class="out" role="alert">
            <span dir="auto">${problemText(texts, room.problem)} ${room.reason}</span>
            ${room.problem === "destroyed"
              ? nothing
              : html`<button ?disabled=${this.isBusy} @click=${() => void this.#comeBack()}>${texts.of("comeBack")}</button>`}
          </p>`
        : nothing}`;
  }

  async #comeBack(): Promise<void> {
    this.isBusy = true;
    const problem = await this.client.rooms.enter(this.jid).catch((error: unknown) => error);
    if (problem !== "") feedback(this, problemText(this.texts, problem), { isBad: true });
    this.isBusy = false;
  }
}
