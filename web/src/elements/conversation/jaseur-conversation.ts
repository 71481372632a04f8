// SPDX-License-Identifier: MIT
//
// <jaseur-conversation>: with whom, what was said, and where to write.
//
// Properties  texts, client, jid (the other's, bare)
// Events      jaseur-back
//             jaseur-person { jid }: somebody wants to know more about the other
// Slots       window: buttons at the end of the header
// Parts       log, attachments, composer

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";

import type { Timeline } from "../../model/timeline.js";
import { avatar } from "../avatar.js";
import type { JaseurComposer } from "../composer/jaseur-composer.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { showMedia } from "../media/showing.js";
import type { JaseurLog } from "../log/jaseur-log.js";
import { presenceText } from "../people/presence_text.js";
import { onDemand } from "../on_demand.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import type { Recorded } from "../voice/recorder.js";

export class JaseurConversation extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, jid: {}, isRecording: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        position: relative;
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--paper);
      }

      header {
        display: flex;
        align-items: center;
        gap: 0.75em;
        padding: 0.65em 1em;
        border-bottom: 1px solid var(--line);
        background: var(--card);
      }

      .who {
        flex: 1;
        min-width: 0;
      }

      h2 {
        margin: 0;
        font-size: 1.0625em;
        overflow-wrap: anywhere;
      }

      header p {
        margin: 0;
        color: var(--quiet);
        font-size: 0.875em;
      }

      .back {
        display: none;
        padding: 0.4em 0.7em;
      }

      @media (max-width: 48em) {
        .back {
          display: block;
        }
      }

      jaseur-log {
        flex: 1;
      }

      .typing {
        min-height: 1.5em;
        padding: 0 1em;
        color: var(--quiet);
        font-size: 0.875em;
      }
    `,
  ];

  declare jid: string;
  declare isRecording: boolean; // a voice message
  #timeline: Timeline | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#timeline?.close();
    this.#timeline = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("jid")) this.isRecording = false;
    if (this.#timeline && !changed.has("client") && !changed.has("jid")) return;
    this.#timeline?.close();
    this.#timeline = this.client.timeline(this.jid);
  }

  protected override render(): TemplateResult {
    const { client, texts, jid } = this;
    const name = client.nameOf(jid);
    const room = client.rooms.of(jid);
    const presence = client.people.presenceOf(jid);
    const typist = client.conversations.isTyping(jid) ? name : client.rooms.typists(jid)[0];
    return html`
      <header>
        <button class="back" aria-label=${texts.of("back")} @click=${() => this.dispatchEvent(new CustomEvent("jaseur-back"))}>←</button>
        ${avatar(client, jid, name, room ? undefined : presence.availability)}
        <div class="who">
          <h2 dir="auto">${name}</h2>
          <p dir="auto">
            ${room
              ? room.subject || texts.of("peopleThere", { count: client.rooms.countOf(jid) })
              : presence.status || presenceText(texts, presence)}
          </p>
        </div>
        ${room
          ? html`<jaseur-members .texts=${texts} .client=${client} .jid=${jid}></jaseur-members>`
          : html`<button class="bare" ${tip(texts.of("about"))} @click=${() => this.#showPerson()}>${icon("info")}</button>`}
        <jaseur-conversation-notices .texts=${texts} .client=${client} .jid=${jid}></jaseur-conversation-notices>
        <button class="bare" ${tip(texts.of("media"))} @click=${() => showMedia(this, { kind: "list", jid })}>${icon("panel")}</button>
        <slot name="window"></slot>
      </header>
      ${room ? html`<jaseur-room-bar .texts=${texts} .client=${client} .jid=${jid}></jaseur-room-bar>` : nothing}
      <jaseur-log part="log" .texts=${texts} .client=${client} .timeline=${this.#timeline}></jaseur-log>
      <jaseur-uploads .texts=${texts} .client=${client} .jid=${jid} @jaseur-cancelled=${() => this.#write()}></jaseur-uploads>
      <div class="typing" role="status">${typist ? texts.of("typing", { who: typist }) : nothing}</div>
      <jaseur-attachments
        part="attachments"
        .texts=${texts}
        .client=${client}
        .jid=${jid}
        @jaseur-chosen=${() => this.#write()}
      ></jaseur-attachments>
      ${this.isRecording
        ? html`<jaseur-recorder .texts=${texts} @jaseur-recorded=${(event: CustomEvent<Recorded>) => this.#say(event.detail)} @jaseur-close=${() => this.#stopRecording()}></jaseur-recorder>`
        : nothing}
      <jaseur-composer
        part="composer"
        ?hidden=${this.isRecording}
        @jaseur-voice=${() => void this.#record()}
        .texts=${texts}
        .client=${client}
        .timeline=${this.#timeline}
        @jaseur-sent=${() => this.renderRoot.querySelector<JaseurLog>("jaseur-log")?.toEnd()}
      ></jaseur-composer>
    `;
  }

  async #record(): Promise<void> {
    await onDemand("jaseur-recorder", async () => (await import("../voice/jaseur-recorder.js")).JaseurRecorder);
    this.isRecording = true;
  }

  #say({ data, file }: Recorded): void {
    void this.client.uploads.send(this.jid, data, file);
  }

  #stopRecording(): void {
    this.isRecording = false;
    void this.updateComplete.then(() => this.#write());
  }

  #write(): void {
    this.renderRoot.querySelector<JaseurComposer>("jaseur-composer")?.focus();
  }

  #showPerson(): void {
    this.dispatchEvent(new CustomEvent("jaseur-person", { detail: { jid: this.jid }, bubbles: true, composed: true }));
  }
}
