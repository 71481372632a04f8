// SPDX-License-Identifier: MIT
//
// <jaseur-log>: the messages of a conversation. It stays at the end while one is there; what is put
// above does not move what is being read.
//
// Properties  texts, client, timeline

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Unsubscribe } from "../../core/emitter.js";
import type { Timeline } from "../../model/timeline.js";
import type { ChatMessage } from "../../model/types.js";
import { JaseurElement } from "../element.js";
import { messageRow, messageStyles } from "../message/message.js";
import { tokens } from "../style.js";

const NEAR = 160; // pixels from an end of the list

export class JaseurLog extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, timeline: { attribute: false } };

  static override styles = [
    tokens,
    messageStyles,
    css`
      :host {
        display: block;
        min-height: 0;
      }

      .log {
        height: 100%;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: 1em;
      }

      .log > div {
        display: flex;
        flex-direction: column;
        justify-content: flex-end;
        min-height: 100%;
        max-width: 56em;
        margin: 0 auto;
      }

      .day {
        align-self: center;
        margin: 1em 0 0.5em;
        color: var(--quiet);
        font-size: 0.8125em;
        text-align: center;
      }
    `,
  ];

  declare timeline: Timeline;
  #unsubscribe: Unsubscribe | undefined;
  #isAtEnd = true;
  #heightBefore = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#tellReading);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#tellReading);
    this.client.notices.setReading(this.timeline.with, false);
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** Shows what is said next, wherever one was. */
  toEnd(): void {
    this.#isAtEnd = true;
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#heightBefore = this.#log()?.scrollHeight ?? 0;
    if (changed.has("timeline")) {
      this.#isAtEnd = true;
      const left = changed.get("timeline");
      if (left) this.client.notices.setReading(left.with, false);
    } else if (this.#unsubscribe) return;
    this.#unsubscribe?.();
    this.#unsubscribe = this.timeline.events.on("changed", () => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    const { texts, timeline } = this;
    const { messages } = timeline;
    return html`<div
      class="log"
      role="log"
      aria-label=${this.client.people.nameOf(timeline.with)}
      tabindex="0"
      @scroll=${() => this.#onScroll()}
    >
      <div>
        ${timeline.isLoading ? html`<p class="day">${texts.of("loading")}</p>` : nothing}
        ${timeline.isComplete && messages.length ? html`<p class="day">${texts.of("beginning")}</p>` : nothing}
        ${repeat(
          messages,
          ({ key }) => key,
          (message, i) => this.#row(message, messages[i - 1]),
        )}
      </div>
    </div>`;
  }

  protected override updated(): void {
    const log = this.#log();
    if (!log) return;
    if (this.#isAtEnd) log.scrollTop = log.scrollHeight;
    else if (log.scrollTop < NEAR) log.scrollTop += log.scrollHeight - this.#heightBefore;
    this.#tellReading();
  }

  #row(message: ChatMessage, before: ChatMessage | undefined): TemplateResult {
    const { texts, client } = this;
    const day = texts.day(message.time);
    const isSameDay = before !== undefined && texts.day(before.time) === day;
    const who = message.isOwn ? texts.of("you") : client.people.nameOf(message.with);
    return html`${isSameDay ? nothing : html`<p class="day">${day}</p>`}
    ${messageRow({ message, who, isAgain: isSameDay && before.isOwn === message.isOwn }, texts, client)}`;
  }

  #log(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".log");
  }

  #onScroll(): void {
    const log = this.#log();
    if (!log) return;
    this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (log.scrollTop < NEAR && !this.#isAtEnd) void this.timeline.older();
    this.#tellReading();
  }

  readonly #tellReading = (): void => {
    const { client, timeline } = this;
    const isReading = this.#isAtEnd && document.visibilityState === "visible";
    client.notices.setReading(timeline.with, isReading);
    if (isReading) client.conversations.markDisplayed(timeline.with).catch(() => undefined);
  };
}
