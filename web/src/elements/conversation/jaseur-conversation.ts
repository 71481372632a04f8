// SPDX-License-Identifier: MIT
//
// <jaseur-conversation>: messages with one person, and where to write.
//
// Properties  texts, client, revision (changes whenever the client has)
// Events      jaseur-back

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Client } from "../../model/client.js";
import type { ChatMessage, Progress } from "../../model/types.js";
import { avatar } from "../avatar.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts.js";
import { linked } from "./linked.js";

const NEAR = 160; // pixels from an end of the list
const TYPING_MS = 5_000;
const MARKS: Readonly<Record<Progress, string>> = { sending: "◷", sent: "✓", received: "✓✓", read: "✓✓", failed: "!" };

export class JaseurConversation extends LitElement {
  static override properties = {
    texts: { attribute: false },
    client: { attribute: false },
    revision: { type: Number },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--paper);
      }

      header {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        padding: 0.65rem 1rem;
        border-bottom: 1px solid var(--line);
        background: var(--card);
      }

      h2 {
        margin: 0;
        font-size: 1.0625rem;
        overflow-wrap: anywhere;
      }

      header p {
        margin: 0;
        color: var(--quiet);
        font-size: 0.875rem;
      }

      .back {
        display: none;
        padding: 0.4rem 0.7rem;
      }

      @media (max-width: 48rem) {
        .back {
          display: block;
        }
      }

      .log {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: 1rem;
      }

      .log > div {
        display: flex;
        flex-direction: column;
        justify-content: flex-end;
        min-height: 100%;
        max-width: 56rem;
        margin: 0 auto;
      }

      .day {
        align-self: center;
        margin: 1rem 0 0.5rem;
        color: var(--quiet);
        font-size: 0.8125rem;
        text-align: center;
      }

      .said {
        align-self: flex-start;
        max-width: min(80%, 40rem);
        margin: 0.15rem 0;
        padding: 0.45rem 0.8rem;
        border: 1px solid var(--line);
        border-radius: 1rem 1rem 1rem 0.3rem;
        background: var(--card);
      }

      .said.own {
        align-self: flex-end;
        border-color: transparent;
        border-radius: 1rem 1rem 0.3rem;
        background: var(--own);
      }

      .said.again {
        margin-top: 0;
      }

      .said p {
        margin: 0;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: isolate;
      }

      .said footer {
        color: var(--quiet);
        font-size: 0.75rem;
        text-align: end;
      }

      .own footer {
        color: inherit;
      }

      .failed footer {
        color: var(--bad);
        font-weight: 600;
      }

      a {
        color: inherit;
      }

      em {
        color: var(--quiet);
      }

      .typing {
        min-height: 1.5rem;
        padding: 0 1rem;
        color: var(--quiet);
        font-size: 0.875rem;
      }

      form {
        display: flex;
        align-items: flex-end;
        gap: 0.5rem;
        padding: 0.5rem 1rem 1rem;
      }

      textarea {
        flex: 1;
        min-width: 0;
        max-height: 40vh;
        border-radius: 1.2rem;
        padding: 0.6rem 1rem;
        resize: none;
        field-sizing: content;
      }

      form button {
        border-radius: 1.2rem;
        padding: 0.6rem 1.1rem;
      }
    `,
  ];

  declare texts: Texts;
  declare client: Client;
  declare revision: number;
  #shown = ""; // whose conversation was drawn last
  #isAtEnd = true;
  #heightBefore = 0;
  #typingSaid = 0;

  constructor() {
    super();
    this.revision = 0;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { client, texts } = this;
    const { open } = client;
    if (!open) return nothing;
    const name = client.nameOf(open.with);
    const { availability, status } = client.presenceOf(open.with);
    return html`
      <header>
        <button class="back" aria-label=${texts.of("back")} @click=${() => this.dispatchEvent(new CustomEvent("jaseur-back"))}>←</button>
        ${avatar(open.with, name, availability)}
        <div>
          <h2 dir="auto">${name}</h2>
          <p dir="auto">${status || texts.of(availability === "offline" ? "offlinePerson" : availability)}</p>
        </div>
      </header>
      <div class="log" role="log" aria-label=${name} tabindex="0" @scroll=${() => this.#onScroll()}>
        <div>
          ${open.isLoading ? html`<p class="day">${texts.of("loading")}</p>` : nothing}
          ${open.isComplete && open.messages.length ? html`<p class="day">${texts.of("beginning")}</p>` : nothing}
          ${repeat(
            open.messages,
            ({ key }) => key,
            (message, i) => this.#message(message, open.messages[i - 1]),
          )}
        </div>
      </div>
      <div class="typing" role="status">${client.isTyping(open.with) ? texts.of("typing", { who: name }) : nothing}</div>
      <form @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <textarea
          rows="1"
          maxlength="20000"
          aria-label=${texts.of("message", { who: name })}
          placeholder=${texts.of("message", { who: name })}
          @input=${() => this.#onInput()}
          @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
          @blur=${() => this.#keepDraft()}
        ></textarea>
        <button class="first">${texts.of("send")}</button>
      </form>
    `;
  }

  #message(message: ChatMessage, before: ChatMessage | undefined): TemplateResult {
    const { texts, client } = this;
    const day = texts.day(message.time);
    const isAgain = before !== undefined && before.isOwn === message.isOwn && texts.day(before.time) === day;
    const who = message.isOwn ? texts.of("you") : client.nameOf(message.with);
    const reactions = [...new Set(Object.values(message.reactions ?? {}).flat())];
    return html`${before && texts.day(before.time) === day ? nothing : html`<p class="day">${day}</p>`}
      <article class="said ${message.isOwn ? "own" : ""} ${isAgain ? "again" : ""} ${message.progress ?? ""}">
        <span class="unseen">${who}</span>
        <p dir="auto">${message.isRetracted ? html`<em>${texts.of("retracted")}</em>` : linked(message.text)}</p>
        ${reactions.length ? html`<p>${reactions.join(" ")}</p>` : nothing}
        <footer>
          ${message.isCorrected && !message.isRetracted ? html`${texts.of("corrected")} · ` : nothing}<time
            datetime=${new Date(message.time).toISOString()}
            >${texts.time(message.time)}</time
          >${message.isOwn && message.progress
            ? html` <span aria-hidden="true">${MARKS[message.progress]}</span
                ><span class=${message.progress === "failed" || message.progress === "read" ? "" : "unseen"}> ${texts.of(message.progress)}</span>`
            : nothing}
        </footer>
      </article>`;
  }

  protected override willUpdate(): void {
    this.#heightBefore = this.#log()?.scrollHeight ?? 0;
  }

  protected override updated(): void {
    const { open } = this.client;
    const log = this.#log();
    if (!open || !log) return;
    if (this.#shown !== open.with) {
      this.#shown = open.with;
      this.#isAtEnd = true;
      const area = this.#area();
      if (area) area.value = this.client.conversationWith(open.with)?.draft ?? "";
      area?.focus({ preventScroll: true });
    }
    if (this.#isAtEnd) log.scrollTop = log.scrollHeight;
    // What was put above does not move what is being read.
    else if (log.scrollTop < NEAR) log.scrollTop += log.scrollHeight - this.#heightBefore;
    if (document.visibilityState === "visible" && this.#isAtEnd) this.client.markDisplayed();
  }

  #log(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".log");
  }

  #area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  #onScroll(): void {
    const log = this.#log();
    if (!log) return;
    this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (log.scrollTop < NEAR && !this.#isAtEnd) void this.client.showOlder();
    if (this.#isAtEnd) this.client.markDisplayed();
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
    if (!area || !body) return;
    area.value = "";
    area.focus();
    this.#typingSaid = 0;
    this.#isAtEnd = true;
    this.#keepDraft();
    void this.client.send(body);
  }

  #onInput(): void {
    const now = Date.now();
    if (now - this.#typingSaid < TYPING_MS) return;
    this.#typingSaid = now;
    this.client.setTyping(true);
  }

  #keepDraft(): void {
    const draft = this.#area()?.value ?? "";
    if (this.#shown && draft !== (this.client.conversationWith(this.#shown)?.draft ?? "")) void this.client.setDraft(this.#shown, draft);
  }
}
