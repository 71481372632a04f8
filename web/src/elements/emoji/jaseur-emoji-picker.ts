// SPDX-License-Identifier: MIT
//
// <jaseur-emoji-picker>: all emoji by category, those used last first, with search and tones of
// skin. By keyboard: arrows, Home, End, Enter; who types letters searches.
//
// Properties  texts
// Events      jaseur-emoji { emoji }

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";
import { tip } from "../tip/tip.js";
import { CATEGORIES, TONES, findEmoji, loadEmoji, toned, type Category, type EmojiEntry } from "./data.js";
import { RecentEmoji } from "./recent.js";

const COLUMNS = 8;
const FOUND_MAX = 96;
const SIGNS: Readonly<Record<Category, string>> = {
  smileys: "😀",
  gestures: "👋",
  animals: "🐻",
  food: "🍎",
  travel: "🚗",
  activities: "⚽",
  objects: "💡",
  symbols: "❤️",
  flags: "🏁",
};
const HAND = "✋";

interface Section {
  readonly name: Category | "recentEmoji" | "foundEmoji";
  readonly entries: readonly EmojiEntry[];
}

export class JaseurEmojiPicker extends LitElement {
  static override properties = {
    texts: { attribute: false },
    all: { state: true },
    sought: { state: true },
    tone: { state: true },
    isFailed: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-direction: column;
        width: min(21.5em, calc(100vw - 20px));
        height: min(25em, 70vh);
      }

      .search {
        display: flex;
        gap: 0.5em;
        padding: 0.6em 0.6em 0.4em;
      }

      .search input {
        flex: 1;
        min-width: 0;
      }

      .search button {
        padding: 0.2em;
        font-size: 1.25em;
      }

      nav,
      [role="radiogroup"] {
        display: flex;
        justify-content: space-between;
        padding: 0 0.6em;
        border-bottom: 1px solid var(--line);
      }

      nav button,
      .tones button {
        display: grid;
        place-items: center;
        min-width: 1.9em;
        min-height: 2em;
        padding: 0;
        border: 0;
        border-radius: 0.4em;
        background: none;
      }

      nav button:hover,
      .tones button:hover,
      .tones [aria-checked="true"] {
        background: var(--chosen);
      }

      .tones button {
        font-size: 1.25em;
      }

      .all {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: 0 0.6em 0.6em;
      }

      .title {
        position: sticky;
        top: 0;
        z-index: 1;
        margin: 0;
        padding: 0.5em 0.25em 0.25em;
        background: var(--card);
        color: var(--quiet);
        font-size: 0.8125em;
      }

      section {
        content-visibility: auto;
        contain-intrinsic-size: auto 30em;
      }

      nav,
      .search button,
      .tones,
      .grid {
        font-family: "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif;
      }

      .grid {
        display: grid;
        grid-template-columns: repeat(8, 1fr);
      }

      .grid button {
        aspect-ratio: 1;
        padding: 0;
        border: 0;
        border-radius: 0.4em;
        background: none;
        font-size: 1.375em;
        line-height: 1;
        outline-offset: -2px;
      }

      .grid button:hover {
        background: var(--chosen);
      }

      p {
        margin: 2em 1em;
        color: var(--quiet);
        text-align: center;
      }
    `,
  ];

  declare texts: Texts;
  declare all: readonly EmojiEntry[] | undefined;
  declare sought: string;
  declare tone: string;
  declare isFailed: boolean;
  readonly #recent = new RecentEmoji();
  #isChoosingTone = false;
  #at: readonly [number, number] = [0, 0]; // which section and which of its emoji the keyboard is at

  constructor() {
    super();
    this.sought = "";
    this.tone = this.#recent.tone;
    this.isFailed = false;
  }

  override focus(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("texts")) void this.#load();
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const sections = this.#sections();
    return html`
      <div class="search">
        <input
          type="search"
          aria-label=${texts.of("searchEmoji")}
          placeholder=${texts.of("searchEmoji")}
          .value=${this.sought}
          @input=${(event: InputEvent) => this.#seek((event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => this.#onSearchKey(event)}
        />
        <button class="bare" aria-expanded=${this.#isChoosingTone ? "true" : "false"} ${tip(texts.of("skinTone"))} @click=${() => this.#toggleTones()}>
          ${toned(HAND, this.tone)}
        </button>
      </div>
      ${this.#isChoosingTone ? this.#tones() : this.#categories()}
      <div class="all" @keydown=${(event: KeyboardEvent) => this.#onGridKey(event, sections)}>
        ${this.isFailed ? html`<p role="alert">${texts.of("emojiFailed")}</p>` : this.all ? nothing : html`<p>${texts.of("loading")}</p>`}
        ${this.all && sections.length === 0 ? html`<p role="status">${texts.of("noEmoji")}</p>` : nothing}
        ${repeat(
          sections,
          ({ name }) => name,
          (section, i) => this.#section(section, i),
        )}
      </div>
    `;
  }

  #categories(): TemplateResult {
    return html`<nav aria-label=${this.texts.of("emojiCategories")}>
      ${CATEGORIES.map(
        (category) => html`<button ${tip(this.texts.of(category))} @click=${() => this.#goTo(category)}>${SIGNS[category]}</button>`,
      )}
    </nav>`;
  }

  #tones(): TemplateResult {
    const { texts } = this;
    return html`<div role="radiogroup" class="tones" aria-label=${texts.of("skinTone")}>
      ${TONES.map(
        (tone, i) =>
          html`<button
            role="radio"
            aria-checked=${tone === this.tone ? "true" : "false"}
            aria-label=${texts.of("tone", { tone: String(i) })}
            @click=${() => this.#setTone(tone)}
          >
            ${toned(HAND, tone)}
          </button>`,
      )}
    </div>`;
  }

  #section({ name, entries }: Section, at: number): TemplateResult {
    return html`<section id=${name}>
      <div class="title" id=${`title-${name}`}>${this.texts.of(name)}</div>
      <div class="grid" role="group" aria-labelledby=${`title-${name}`}>
        ${entries.map((entry, i) => {
          const emoji = entry.hasTones ? toned(entry.emoji, this.tone) : entry.emoji;
          const isAt = this.#at[0] === at && this.#at[1] === i;
          return html`<button tabindex=${isAt ? 0 : -1} aria-label=${entry.label} title=${entry.label} @click=${() => this.#pick(emoji)}>${emoji}</button>`;
        })}
      </div>
    </section>`;
  }

  #sections(): Section[] {
    const all = this.all ?? [];
    if (this.sought.trim()) {
      const found = findEmoji(all, this.sought).slice(0, FOUND_MAX);
      return found.length ? [{ name: "foundEmoji", entries: found }] : [];
    }
    const byEmoji = new Map(all.map((entry) => [entry.emoji, entry]));
    const recent = this.#recent.all.map((emoji) => {
      const plain = TONES.slice(1).reduce<string>((text, tone) => text.replaceAll(tone, ""), emoji);
      const known = byEmoji.get(plain) ?? byEmoji.get(`${plain}\uFE0F`);
      return { emoji, label: known?.label ?? emoji, category: "smileys" as const, hasTones: false, words: [] };
    });
    return [
      ...(recent.length && all.length ? [{ name: "recentEmoji" as const, entries: recent }] : []),
      ...CATEGORIES.map((name) => ({ name, entries: all.filter(({ category }) => category === name) })).filter(({ entries }) => entries.length > 0),
    ];
  }

  async #load(): Promise<void> {
    try {
      this.all = await loadEmoji(this.texts.language);
      this.isFailed = false;
    } catch {
      this.isFailed = true;
    }
  }

  #seek(sought: string): void {
    this.sought = sought;
    this.#at = [0, 0];
    this.renderRoot.querySelector(".all")?.scrollTo(0, 0);
  }

  #goTo(category: Category): void {
    this.#seek("");
    void this.updateComplete.then(() => this.renderRoot.querySelector(`#${category}`)?.scrollIntoView({ block: "start" }));
  }

  #toggleTones(): void {
    this.#isChoosingTone = !this.#isChoosingTone;
    this.requestUpdate();
  }

  #setTone(tone: string): void {
    this.tone = this.#recent.tone = tone;
    this.#toggleTones();
  }

  #pick(emoji: string): void {
    this.#recent.add(emoji);
    this.#seek("");
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent("jaseur-emoji", { detail: { emoji } }));
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.sought) {
      event.preventDefault(); // the first takes away what was sought, the next closes
      event.stopPropagation();
      this.#seek("");
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      this.#focusAt([0, 0]);
    } else if (event.key === "Enter" && this.sought.trim()) {
      event.preventDefault();
      this.renderRoot.querySelector<HTMLElement>(".grid button")?.click();
    }
  }

  #onGridKey(event: KeyboardEvent, sections: readonly Section[]): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = this.#target(event.key, sections);
    if (to === "search") this.focus();
    else if (to) this.#focusAt(to);
    else {
      // Letters go to the search.
      if (event.key.length === 1 && event.key !== " ") this.focus();
      return;
    }
    event.preventDefault();
  }

  #target(key: string, sections: readonly Section[]): readonly [number, number] | "search" | undefined {
    const [section, i] = this.#at;
    const isLtr = getComputedStyle(this).direction === "ltr";
    const count = (at: number): number => sections[at]?.entries.length ?? 0;
    const column = i % COLUMNS;
    switch (key) {
      case isLtr ? "ArrowRight" : "ArrowLeft":
        return i + 1 < count(section) ? [section, i + 1] : section + 1 < sections.length ? [section + 1, 0] : [section, i];
      case isLtr ? "ArrowLeft" : "ArrowRight":
        return i > 0 ? [section, i - 1] : section > 0 ? [section - 1, count(section - 1) - 1] : [0, 0];
      case "ArrowDown": {
        if (i + COLUMNS < count(section)) return [section, i + COLUMNS];
        if (i - column + COLUMNS < count(section)) return [section, count(section) - 1]; // a last row that is shorter
        return section + 1 < sections.length ? [section + 1, Math.min(column, count(section + 1) - 1)] : [section, i];
      }
      case "ArrowUp": {
        if (i >= COLUMNS) return [section, i - COLUMNS];
        if (section === 0) return "search";
        const last = count(section - 1) - 1;
        return [section - 1, Math.min(last - (last % COLUMNS) + column, last)];
      }
      case "Home":
        return [0, 0];
      case "End":
        return [sections.length - 1, count(sections.length - 1) - 1];
      default:
        return undefined;
    }
  }

  #focusAt(at: readonly [number, number]): void {
    this.#at = at;
    this.requestUpdate();
    const section = this.renderRoot.querySelectorAll(".grid")[at[0]];
    section?.querySelectorAll<HTMLElement>("button")[at[1]]?.focus();
  }
}
