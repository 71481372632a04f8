// SPDX-License-Identifier: MIT
//
// <jaseur-developer-log>: what has passed, with a filter; one entry of it in full. Only rows in
// sight are elements.
//
// Properties  language, log, revision (changes whenever the log has), isOfEvents

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { tokens } from "../style.js";
import { developerStyle } from "./developer_style.js";
import { say, type DeveloperWord } from "./developer_words.js";
import { pretty, type Token } from "./pretty.js";
import type { Entry, Filter, Kind, TrafficLog } from "./traffic_log.js";

const ROW = 28; // pixels
const BEYOND = 10; // rows above and below what is in sight
const KINDS: readonly Kind[] = ["message", "presence", "iq", "stream"];
const ARROWS = { in: "↓", out: "↑", event: "•" } as const;

export class JaseurDeveloperLog extends LitElement {
  static override properties = {
    language: {},
    log: { attribute: false },
    revision: { type: Number },
    isOfEvents: { type: Boolean },
    filter: { state: true },
    chosen: { state: true },
    pausedAt: { state: true },
    from: { state: true },
    notice: { state: true },
  };

  static override styles = [
    tokens,
    developerStyle,
    css`
      .bar input[type="search"] {
        flex: 1 1 160px;
        min-width: 0;
      }

      .bar select {
        flex: 0 1 auto;
        max-width: 240px;
      }

      .bar .shown {
        min-width: 100px;
        font-variant-numeric: tabular-nums;
        text-align: end;
      }

      .split {
        flex: 1;
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        min-height: 0;
      }

      .list {
        overflow-y: auto;
        border-inline-end: 1px solid var(--line);
      }

      .list:focus-visible,
      pre:focus-visible {
        outline-offset: -2px;
      }

      .row {
        display: grid;
        grid-template-columns: 104px 16px 72px 112px minmax(0, 2fr) minmax(0, 2fr);
        gap: 8px;
        align-items: center;
        height: 28px;
        padding: 0 12px;
        cursor: default;
        white-space: nowrap;
      }

      .events .row {
        grid-template-columns: 104px 16px 128px minmax(0, 1fr);
      }

      .row:hover {
        background: var(--sunken);
      }

      .row[aria-selected="true"] {
        background: var(--chosen);
      }

      .row span {
        overflow: hidden;
        text-overflow: ellipsis;
      }

      .row .arrow {
        font-weight: 700;
      }

      .row .in {
        color: var(--good);
      }

      .row .out {
        color: var(--accent);
      }

      .empty {
        padding: 24px;
        color: var(--quiet);
        text-align: center;
      }

      .detail {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--sunken);
      }

      .detail pre {
        flex: 1;
        overflow: auto;
        padding: 12px;
      }

      .detail .bar {
        background: var(--card);
      }

      .detail .bar span {
        flex: 1;
      }

      .back {
        display: none;
      }

      @media (max-width: 48em) {
        .split {
          grid-template-columns: minmax(0, 1fr);
        }

        .split.chosen .list,
        .split:not(.chosen) .detail {
          display: none;
        }

        .back {
          display: block;
        }

        .row {
          grid-template-columns: 16px 72px minmax(0, 1fr) minmax(0, 1fr);
        }

        .events .row {
          grid-template-columns: 16px 112px minmax(0, 1fr);
        }

        .row .time,
        .row .type {
          display: none;
        }
      }
    `,
  ];

  declare language: string;
  declare log: TrafficLog;
  declare revision: number;
  declare isOfEvents: boolean;
  declare filter: Filter;
  declare chosen: Entry | undefined;
  declare pausedAt: number | undefined; // the last entry that is shown
  declare from: number; // the first row in sight
  declare notice: DeveloperWord | undefined; // about copying
  #isAtEnd = true;
  #shown: readonly Entry[] = [];
  #rows = 30; // in sight

  constructor() {
    super();
    this.language = "en";
    this.revision = this.from = 0;
    this.isOfEvents = false;
    this.filter = { text: "", kind: "", ns: "" };
  }

  protected override render(): TemplateResult {
    const { language, log, filter, chosen, pausedAt, isOfEvents } = this;
    this.#shown = log.matching(filter, pausedAt);
    const all = this.#shown;
    const first = Math.max(0, Math.min(this.from, all.length - 1) - BEYOND);
    const rows = all.slice(first, this.from + this.#rows + BEYOND);
    return html`
      <div class="bar">
        <input
          type="search"
          aria-label=${say(language, "find")}
          placeholder=${say(language, "find")}
          .value=${filter.text}
          @input=${(event: Event) => this.#setFilter({ text: (event.target as HTMLInputElement).value })}
        />
        ${isOfEvents ? nothing : this.#choices()}
        <button aria-pressed=${pausedAt !== undefined} @click=${() => (this.pausedAt = pausedAt === undefined ? log.last : undefined)}>
          ${say(language, pausedAt === undefined ? "pause" : "goOn")}
        </button>
        <button
          @click=${() => {
            log.clear();
            this.chosen = undefined;
            this.requestUpdate();
          }}
        >
          ${say(language, "clear")}
        </button>
        <span class="quiet shown" role="status">
          ${pausedAt !== undefined && log.last > pausedAt
            ? say(language, "newer", { count: log.last - pausedAt })
            : say(language, "count", { shown: all.length, all: log.size })}
        </span>
      </div>
      <div class="split ${chosen ? "chosen" : ""} ${isOfEvents ? "events" : ""}">
        ${all.length
          ? html`<div
              class="list"
              role="listbox"
              tabindex="0"
              aria-label=${say(language, isOfEvents ? "events" : "traffic")}
              aria-activedescendant=${chosen ? `entry-${chosen.number}` : nothing}
              @scroll=${() => this.#onScroll()}
              @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
            >
              <div class="space" role="none">
                ${repeat(
                  rows,
                  ({ number }) => number,
                  (entry) => this.#row(entry),
                )}
              </div>
            </div>`
          : html`<p class="list empty">${say(language, log.size ? "nothingFound" : "nothingYet")}</p>`}
        ${this.#detail()}
      </div>
    `;
  }

  #choices(): TemplateResult {
    const { language, filter, log } = this;
    return html`<select
        aria-label=${say(language, "kind")}
        @change=${(event: Event) => this.#setFilter({ kind: (event.target as HTMLSelectElement).value as Kind | "" })}
      >
        <option value="">${say(language, "all")}</option>
        ${KINDS.map((kind) => html`<option value=${kind} ?selected=${filter.kind === kind}>${kind === "stream" ? say(language, "stream") : kind}</option>`)}
      </select>
      <select
        aria-label=${say(language, "namespace")}
        @change=${(event: Event) => this.#setFilter({ ns: (event.target as HTMLSelectElement).value })}
      >
        <option value="">${say(language, "allNamespaces")}</option>
        ${log.namespaces.map((ns) => html`<option value=${ns} ?selected=${filter.ns === ns}>${ns}</option>`)}
      </select>`;
  }

  #row(entry: Entry): TemplateResult {
    const isChosen = this.chosen?.number === entry.number;
    const time = new Intl.DateTimeFormat(this.language, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" });
    return html`<div class="row mono" role="option" id="entry-${entry.number}" aria-selected=${isChosen} @click=${() => (this.chosen = entry)}>
      <span class="time quiet">${time.format(entry.time)}</span>
      <span class="arrow ${entry.direction}" role="img" aria-label=${say(this.language, entry.direction)}>${ARROWS[entry.direction]}</span>
      ${entry.kind === "event"
        ? html`<span>${entry.type}</span><span class="quiet">${entry.text.slice(0, 200)}</span>`
        : html`<span>${entry.kind}</span><span class="type">${entry.type}</span><span dir="auto">${entry.address}</span
            ><span class="quiet">${entry.content}</span>`}
    </div>`;
  }

  #detail(): TemplateResult {
    const { chosen, language } = this;
    if (!chosen) return html`<div class="detail"><p class="empty">${say(language, "pick")}</p></div>`;
    const printed: readonly Token[] = chosen.el ? pretty(chosen.el) : [{ kind: "text", text: JSON.stringify(chosen.value, undefined, 2) }];
    return html`<div class="detail">
      <div class="bar">
        <button class="back" @click=${() => (this.chosen = undefined)}>${say(language, "back")}</button>
        <span role="status" class="quiet">${this.notice ? say(language, this.notice) : nothing}</span>
        <button @click=${() => void this.#copy(printed)}>${say(language, "copy")}</button>
      </div>
      <pre tabindex="0" dir="ltr">${printed.map(({ kind, text }) => html`<span class=${kind}>${text}</span>`)}</pre>
    </div>`;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("chosen")) this.notice = undefined;
  }

  protected override updated(changed: Map<string, unknown>): void {
    // Where there is room for one of them only, the focus goes along.
    if (changed.has("chosen") && changed.size === 1) this.renderRoot.querySelector<HTMLElement>(this.chosen ? ".back" : ".list")?.focus();
    const list = this.renderRoot.querySelector<HTMLElement>(".list");
    const space = this.renderRoot.querySelector<HTMLElement>(".space");
    if (!list || !space) return;
    const first = Math.max(0, Math.min(this.from, this.#shown.length - 1) - BEYOND);
    space.style.height = `${this.#shown.length * ROW - first * ROW}px`;
    space.style.paddingTop = `${first * ROW}px`;
    if (this.#isAtEnd && this.pausedAt === undefined) list.scrollTop = list.scrollHeight;
    this.#onScroll();
  }

  #setFilter(part: Partial<Filter>): void {
    this.filter = { ...this.filter, ...part };
  }

  #onScroll(): void {
    const list = this.renderRoot.querySelector<HTMLElement>(".list");
    if (!list) return;
    this.#isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < ROW;
    this.#rows = Math.ceil(list.clientHeight / ROW);
    this.from = Math.floor(list.scrollTop / ROW);
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#shown.findIndex(({ number }) => number === this.chosen?.number);
    const last = this.#shown.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.chosen = this.#shown[Math.max(0, Math.min(to, last))];
    const list = this.renderRoot.querySelector<HTMLElement>(".list");
    const top = Math.max(0, Math.min(to, last)) * ROW;
    if (list && top < list.scrollTop) list.scrollTop = top;
    else if (list && top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    this.#onScroll();
  }

  async #copy(printed: readonly Token[]): Promise<void> {
    try {
      await navigator.clipboard.writeText(printed.map(({ text }) => text).join(""));
      this.notice = "copied";
    } catch {
      this.notice = "notCopied";
    }
  }
}
