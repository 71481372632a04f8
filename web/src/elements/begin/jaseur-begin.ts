// SPDX-License-Identifier: MIT
//
// <jaseur-begin>: how conversations of several people begin: a button for a new one, one for the rooms
// of the host, and the invitations that wait for an answer. What the buttons open is loaded then.
//
// Properties  texts, client
// Events      jaseur-choose { jid }

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import type { RoomInvitation } from "../../model/types.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import { problemText } from "../rooms/problem.js";
import { tokens } from "../style.js";

type Opened = "conversation" | "rooms" | "";

export class JaseurBegin extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, opened: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        padding: 0 1em 0.5em;
      }

      .buttons {
        display: flex;
        gap: 0.5em;
      }

      .buttons button {
        display: flex;
        flex: auto;
        align-items: center;
        justify-content: center;
        gap: 0.5em;
        min-width: 0;
        padding: 0.4em 0.6em;
        font-size: 0.9375em;
        white-space: nowrap;
      }

      section {
        display: grid;
        gap: 0.5em;
        margin-block-start: 0.5em;
        padding: 0.75em;
        border: 1px solid var(--line);
        border-radius: 0.75em;
        background: var(--sunken);
        overflow-wrap: anywhere;
      }

      section div {
        display: flex;
        gap: 0.5em;
      }

      .quiet {
        color: var(--quiet);
      }
    `,
  ];

  declare opened: Opened;

  constructor() {
    super();
    this.opened = "";
  }

  protected override render(): TemplateResult {
    const { client, texts } = this;
    return html`<div class="buttons" ?hidden=${!client.rooms.mayBegin}>
        <button part="new-conversation" @click=${() => void this.#open("conversation")}>${icon("plus")}${texts.of("newConversation")}</button>
        <button part="rooms" @click=${() => void this.#open("rooms")}>${icon("room")}${texts.of("rooms")}</button>
      </div>
      ${client.rooms.invitations.map((one) => this.#invitation(one))} ${this.#dialog()}`;
  }

  #dialog(): TemplateResult | typeof nothing {
    const { client, texts } = this;
    const close = (): string => (this.opened = "");
    const choose = ({ detail }: CustomEvent<{ jid: string }>): void => this.#choose(detail.jid);
    if (this.opened === "conversation")
      return html`<jaseur-new-conversation .texts=${texts} .client=${client} @jaseur-close=${close} @jaseur-choose=${choose}></jaseur-new-conversation>`;
    if (this.opened === "rooms")
      return html`<jaseur-rooms .texts=${texts} .client=${client} @jaseur-close=${close} @jaseur-choose=${choose}></jaseur-rooms>`;
    return nothing;
  }

  #invitation({ room, name, from, reason }: RoomInvitation): TemplateResult {
    const { client, texts } = this;
    const who = client.people.nameOf(from);
    return html`<section aria-label=${texts.of("invitation")}>
      <span dir="auto">${name ? texts.of("invitesInto", { who, name }) : texts.of("invites", { who })}</span>
      ${reason ? html`<span class="quiet" dir="auto">${reason}</span>` : nothing}
      <div>
        <button class="first" @click=${() => void this.#answer(room, true)}>${texts.of("join")}</button>
        <button @click=${() => void this.#answer(room, false)}>${texts.of("refuse")}</button>
      </div>
    </section>`;
  }

  async #answer(jid: string, isAccepted: boolean): Promise<void> {
    try {
      const problem = await this.client.rooms.answerInvitation(jid, isAccepted);
      if (problem) feedback(this, problemText(this.texts, problem), { isBad: true });
      else if (isAccepted) this.#choose(jid);
    } catch (error) {
      feedback(this, problemText(this.texts, error), { isBad: true });
    }
  }

  async #open(what: Exclude<Opened, "">): Promise<void> {
    const { defineRooms } = await import("../rooms/define.js");
    defineRooms();
    this.opened = what;
  }

  #choose(jid: string): void {
    this.opened = "";
    this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid } }));
  }
}
