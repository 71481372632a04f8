// SPDX-License-Identifier: MIT
//
// <jaseur-search>: looks for words in what was said, in one conversation or in all, and goes to a day.
//
// Properties  texts, client, jid (of the conversation)
// Events      jaseur-go { jid, at }, jaseur-close

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { At, Hit } from "../../model/types.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import { marked } from "./marked.js";

const WORDS_MAX = 200;

export interface GoDetail {
  readonly jid: string;
  readonly at: Partial<At>;
}

/** undefined: nothing was looked for; "failed": the server could not be asked. */
type Found = { readonly words: string; readonly hits: readonly Hit[]; readonly next: string | undefined } | "failed" | undefined;

export class JaseurSearch extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    jid: {},
    scope: { state: true },
    found: { state: true },
    isSearching: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        border-inline-start: 1px solid var(--line);
        background: var(--card);
      }

      header {
        display: grid;
        gap: 0.6em;
        padding: 0.75em 1em;
        border-bottom: 1px solid var(--line);
      }

      header > div,
      label {
        display: flex;
        align-items: center;
        gap: 0.5em;
      }

      h2 {
        flex: 1;
        margin: 0;
        font-size: 1.0625em;
      }

      form {
        display: flex;
        gap: 0.5em;
      }

      form input {
        flex: 1;
        min-width: 0;
      }

      select {
        width: 100%;
      }

      label {
        justify-content: space-between;
        color: var(--quiet);
        font-size: 0.875em;
      }

      .results {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: 0.5em;
      }

      .state {
        margin: 0;
        padding: 0.5em;
        color: var(--quiet);
        font-size: 0.875em;
      }

      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li button {
        display: grid;
        gap: 0.1em;
        width: 100%;
        padding: 0.55em 0.6em;
        border: 0;
        background: none;
        text-align: start;
      }

      li button:hover {
        background: var(--sunken);
      }

      .line {
        display: flex;
        gap: 0.5em;
        align-items: baseline;
      }

      .line strong {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        unicode-bidi: isolate;
        white-space: nowrap;
      }

      time {
        color: var(--quiet);
        font-size: 0.8125em;
      }

      .text {
        overflow: hidden;
        overflow-wrap: anywhere;
        unicode-bidi: isolate;
      }

      mark {
        border-radius: 0.2em;
        background: light-dark(#ffe08a, #6b5200);
        color: inherit;
      }

      .more {
        width: 100%;
      }
    `,
  ];

  declare jid: string;
  declare scope: "here" | "all";
  declare found: Found;
  declare isSearching: boolean;
  #asked = 0; // what is not the last that was asked is not shown

  constructor() {
    super();
    this.scope = "here";
    this.isSearching = false;
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("input")?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("jid") || this.scope === "all") return;
    this.#asked++;
    this.found = undefined;
    this.isSearching = false;
  }

  protected override firstUpdated(): void {
    this.focus();
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    return html`<header @keydown=${(event: KeyboardEvent) => this.#onKey(event)}>
        <div>
          <h2>${texts.of("searchMessages")}</h2>
          <button class="bare" @click=${() => this.#close()} ${tip(texts.of("searchClose"))}>${icon("close")}</button>
        </div>
        <form role="search" @submit=${(event: SubmitEvent) => this.#submit(event)}>
          <input type="search" maxlength=${WORDS_MAX} aria-label=${texts.of("searchWords")} placeholder=${texts.of("searchWords")} dir="auto" />
          <button class="bare" ${tip(texts.of("searchMessages"))}>${icon("search")}</button>
        </form>
        <select aria-label=${texts.of("searchMessages")} @change=${(event: Event) => this.#setScope((event.target as HTMLSelectElement).value)}>
          <option value="here">${texts.of("searchHere")}</option>
          <option value="all">${texts.of("searchAll")}</option>
        </select>
        <label>${texts.of("goToDay")}<input type="date" @change=${(event: Event) => this.#goToDay((event.target as HTMLInputElement).valueAsDate)} /></label>
      </header>
      <div class="results">${this.#results()}</div>`;
  }

  #results(): TemplateResult {
    const { texts, found } = this;
    if (found === "failed") return html`<p class="state" role="status">${texts.of("notNow")}</p>`;
    const state = this.isSearching ? texts.of("searching") : found ? texts.of("hits", { count: found.hits.length }) : "";
    return html`<p class="state" role="status">${state}</p>
      ${found
        ? html`<ul>
              ${repeat(
                found.hits,
                ({ archiveId }) => archiveId,
                (hit) => html`<li>${this.#hit(hit, found.words)}</li>`,
              )}
            </ul>
            ${found.next === undefined || this.isSearching
              ? nothing
              : html`<button class="more" @click=${() => void this.#search(found.words, found.next)}>${texts.of("moreHits")}</button>`}`
        : nothing}`;
  }

  #hit({ with: jid, archiveId, time, isOwn, nick, text }: Hit, words: string): TemplateResult {
    const { texts, client } = this;
    const other = client.nameOf(jid);
    const isRoom = client.conversations.with(jid)?.kind === "room";
    const who = isOwn ? texts.of("you") : isRoom ? nick : other;
    return html`<button @click=${() => this.#go({ jid, at: { archiveId, time } })}>
      <span class="line"
        ><strong dir="auto">${this.scope === "all" && (isOwn || isRoom) ? `${who} › ${other}` : who}</strong>
        <time datetime=${new Date(time).toISOString()}>${texts.when(time)}</time></span
      >
      <span class="text" dir="auto">${marked(text, words)}</span>
    </button>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const words = this.renderRoot.querySelector<HTMLInputElement>("input[type=search]")?.value.trim() ?? "";
    if (words) void this.#search(words);
  }

  #setScope(scope: string): void {
    this.scope = scope === "all" ? "all" : "here";
    const words = typeof this.found === "object" ? this.found.words : "";
    if (words) void this.#search(words);
  }

  async #search(words: string, before?: string): Promise<void> {
    const asked = ++this.#asked;
    const earlier = before !== undefined && typeof this.found === "object" ? this.found.hits : [];
    if (before === undefined) this.found = undefined;
    this.isSearching = true;
    let found: Found;
    try {
      const { hits, next } = await this.client.search(words, this.scope === "here" ? this.jid : undefined, before);
      found = { words, hits: [...earlier, ...hits], next };
    } catch {
      found = "failed";
    }
    if (asked !== this.#asked) return;
    this.isSearching = false;
    this.found = found;
  }

  /** A day begins where the reader is. */
  #goToDay(date: Date | null): void {
    if (date) this.#go({ jid: this.jid, at: { time: new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()).getTime() } });
  }

  #go(detail: GoDetail): void {
    this.dispatchEvent(new CustomEvent<GoDetail>("jaseur-go", { detail, bubbles: true, composed: true }));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#close();
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }
}
