// SPDX-License-Identifier: MIT
//
// <jaseur-composer>: where a message is written. What was begun is kept with the conversation.
//
// Properties  texts, client, timeline
// Events      jaseur-sent

import { css, html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";

import type { Timeline } from "../../model/timeline.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { tokens } from "../style.js";

const TYPING_MS = 5_000; // between two notices that one writes
const BODY_MAX = 20_000; // UTF-16 units

export class JaseurComposer extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, timeline: { attribute: false } };

  static override styles = [
    tokens,
    css`
      form {
        display: flex;
        align-items: flex-end;
        gap: 0.5em;
        padding: 0.5em 1em 1em;
      }

      textarea {
        flex: 1;
        min-width: 0;
        max-height: 40vh;
        border-radius: 1.2em;
        padding: 0.6em 1em;
        resize: none;
        field-sizing: content;
      }

      form button {
        border-radius: 1.2em;
        padding: 0.6em 1.1em;
      }
    `,
  ];

  declare timeline: Timeline;
  #written: Timeline | undefined; // of which there is a draft
  #typingSaid = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#keepDraft();
  }

  override focus(): void {
    this.#area()?.focus({ preventScroll: true });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("timeline")) this.#keepDraft();
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const who = this.client.people.nameOf(this.timeline.with);
    return html`<form @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <jaseur-attach .texts=${texts}></jaseur-attach>
      <textarea
        rows="1"
        maxlength=${BODY_MAX}
        aria-label=${texts.of("message", { who })}
        placeholder=${texts.of("message", { who })}
        @input=${() => this.#onInput()}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
        @blur=${() => this.#keepDraft()}
      ></textarea>
      <button class="first">${texts.of("send")}</button>
    </form>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const area = this.#area();
    if (!changed.has("timeline") || !area) return;
    this.#written = this.timeline;
    area.value = this.#draft(this.timeline);
    this.focus();
  }

  #area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.#send();
  }

  #send(): void {
    const area = this.#area();
    const body = area?.value.trim();
    const { uploads } = this.client;
    const { with: jid } = this.timeline;
    const hasFiles = uploads.chosen(jid).length > 0 || uploads.isPreparing(jid);
    if (!area || (!body && !hasFiles)) return;
    area.value = "";
    area.focus();
    this.#typingSaid = 0;
    this.#keepDraft();
    // Nothing is lost that could not be written down.
    const sent = hasFiles ? uploads.sendChosen(jid, body ?? "") : this.timeline.send(body ?? "");
    sent.catch(() => {
      if (!area.value) area.value = body ?? "";
      feedback(this, this.texts.of("notKept"), { isBad: true });
    });
    this.dispatchEvent(new CustomEvent("jaseur-sent"));
  }

  #onInput(): void {
    const now = Date.now();
    if (now - this.#typingSaid < TYPING_MS) return;
    this.#typingSaid = now;
    this.timeline.setTyping(true).catch(() => undefined);
  }

  #draft({ with: jid }: Timeline): string {
    return this.client.conversations.with(jid)?.draft ?? "";
  }

  #keepDraft(): void {
    const draft = this.#area()?.value ?? "";
    if (!this.#written || draft === this.#draft(this.#written)) return;
    this.client.conversations.setDraft(this.#written.with, draft).catch(() => undefined);
  }
}
