// SPDX-License-Identifier: MIT
//
// <jaseur-people>: the contacts in their groups, or whoever is sought, also in the server's directory.
// Of 30,000 only the lines in sight are elements. By keyboard: arrows, Home and End.
//
// Properties  texts, client, chosen (an address), sought (of a name or an address)
// Events      jaseur-choose { jid }
//             jaseur-person { jid }: somebody wants to know more about him

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Contact } from "../../model/types.js";
import type { FoundPerson } from "../../protocol/xep0055.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { focused } from "../focus.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import { grouped, keyOf, lineAt, plain, topsOf, type Line } from "./lines.js";
import { presenceText } from "./presence_text.js";
import { row, rowStyles } from "./row.js";

const BEYOND_PX = 480; // what is drawn above and below what is in sight
const DIRECTORY_AFTER_MS = 300; // of typing
const DIRECTORY_FROM = 2; // letters
const MINUTE_MS = 60_000;

export class JaseurPeople extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, chosen: {}, sought: {}, at: { state: true }, found: { state: true } };

  static override styles = [
    tokens,
    rowStyles,
    css`
      :host {
        display: block;
        overflow-y: auto;
        padding: 0.25em 0;
      }

      .rows {
        padding: 0;
      }

      li {
        position: absolute;
        inset-inline: 0;
      }

      li:has(> .aside) .row {
        padding-inline-end: 3em;
      }

      li > .aside {
        position: absolute;
        inset-inline-end: 1em;
        top: calc(50% - 1.125em);
      }

      @media (hover: hover) {
        li:not(:hover, :focus-within) > .aside.seldom {
          opacity: 0;
        }
      }

      .group {
        display: flex;
        align-items: center;
        gap: 0.5em;
        width: 100%;
        height: 40px;
        padding: 0 0.75em;
        border: 0;
        background: none;
        color: var(--quiet);
        font-size: 0.875em;
        font-weight: 600;
        text-align: start;
      }

      button.group:hover {
        background: var(--sunken);
      }

      .group .name {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  declare chosen: string;
  declare sought: string;
  declare at: number; // scrolled so far, in pixels
  declare found: readonly FoundPerson[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #minutes: ReturnType<typeof setInterval> | undefined;
  #lines: readonly Line[] = [];
  #tops: readonly number[] = [0];
  #made: readonly unknown[] = []; // of what #lines were made

  constructor() {
    super();
    this.chosen = this.sought = "";
    this.at = 0;
    this.found = [];
    this.addEventListener("scroll", () => (this.at = this.scrollTop), { passive: true });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#minutes = setInterval(() => this.requestUpdate(), MINUTE_MS); // "active 5 minutes ago"
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#minutes);
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("sought")) this.#seek();
    this.#makeLines();
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const sought = this.sought.trim();
    const height = this.clientHeight || 800;
    const first = lineAt(this.#tops, this.at - BEYOND_PX);
    const last = lineAt(this.#tops, this.at + height + BEYOND_PX);
    const drawn = this.#lines.slice(first, last + 1).map((line, i) => ({ line, index: first + i }));
    return html`
      ${sought.includes("@") && this.#lines.length === 0
        ? html`<p class="none"><button @click=${() => void this.#add(sought)}>${texts.of("add", { who: sought })}</button></p>`
        : nothing}
      ${this.#lines.length === 0 ? html`<p class="none">${texts.of(sought ? "nobodyFound" : "noPeople")}</p>` : nothing}
      ${this.#lines.length === 0 && !sought
        ? html`<p class="none">
            <button @click=${() => this.dispatchEvent(new CustomEvent("jaseur-invite", { bubbles: true, composed: true }))}>${texts.of("invite")}</button>
          </p>`
        : nothing}
      <ul
        class="rows"
        aria-label=${texts.of("people")}
        .style=${`height:${this.#tops.at(-1) ?? 0}px`}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
      >
        ${repeat(
          drawn,
          ({ line }) => keyOf(line),
          ({ line, index }) => html`<li data-index=${index} .style=${`top:${this.#tops[index] ?? 0}px`}>${this.#line(line)}</li>`,
        )}
      </ul>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("sought")) this.scrollTo(0, 0);
  }

  // --- what is shown ---------------------------------------------------------------------------------

  /** Again only when there is something else to show: presence changes nothing of it. */
  #makeLines(): void {
    const { people, account } = this.client;
    const made = [this.client, people.contacts, people.folded, this.sought, this.found] as const;
    if (made.every((one, i) => one === this.#made[i])) return;
    this.#made = made;
    const wanted = plain(this.sought.trim());
    if (wanted) {
      const known = people.contacts.filter((contact) => this.#isFound(contact, wanted));
      const others = this.found.filter(({ jid }) => jid !== account && !people.isContact(jid));
      this.#lines = [
        ...known.map(({ jid }): Line => ({ kind: "contact", jid, group: "" })),
        ...(others.length ? [{ kind: "directory" } as const] : []),
        ...others.map((person): Line => ({ kind: "found", person })),
      ];
    } else this.#lines = grouped(people.contacts, people.groups, people.folded);
    this.#tops = topsOf(this.#lines);
  }

  #isFound({ jid }: Contact, wanted: string): boolean {
    return jid.includes(wanted) || plain(this.client.people.nameOf(jid)).includes(wanted);
  }

  #line(line: Line): TemplateResult {
    const { texts } = this;
    switch (line.kind) {
      case "group":
        return html`<button class="group" aria-expanded=${line.isFolded ? "false" : "true"} @click=${() => this.#fold(line.name, !line.isFolded)}>
          ${icon(line.isFolded ? "next" : "fold")}<span class="name" dir="auto">${line.name || texts.of("noGroup")}</span
          ><span>${texts.number(line.count)}</span>
        </button>`;
      case "contact":
        return this.#contact(line.jid);
      case "directory":
        return html`<div class="group"><span class="name">${texts.of("directory")}</span></div>`;
      case "found":
        return this.#person(line.person);
    }
  }

  #contact(jid: string): TemplateResult {
    const { client, texts } = this;
    const presence = client.people.presenceOf(jid);
    const name = client.people.nameOf(jid);
    const lines = this.#texts(name, presence.status || presenceText(texts, presence));
    return html`${row({ client, jid, name, availability: presence.availability, isChosen: this.chosen === jid, lines, onChoose: () => this.#choose(jid) })}
      <button class="bare aside seldom" ${tip(texts.of("about"))} @click=${() => this.#showPerson(jid)}>${icon("info")}</button>`;
  }

  #person({ jid, name, organisation, title }: FoundPerson): TemplateResult {
    const { client, texts } = this;
    const shown = name || client.people.nameOf(jid);
    const lines = this.#texts(shown, [title, organisation, jid].filter(Boolean).join(" · "));
    return html`${row({ client, jid, name: shown, availability: undefined, isChosen: this.chosen === jid, lines, onChoose: () => this.#choose(jid) })}
      <button class="bare aside" ${tip(texts.of("add", { who: shown }))} @click=${() => void this.#add(jid, name)}>${icon("personAdd")}</button>`;
  }

  #texts(name: string, below: string): TemplateResult {
    return html`<span class="line"><span class="title" dir="auto">${name}</span></span
      ><span class="line"><span class="quiet" dir="auto">${below}</span></span>`;
  }

  // --- what is done ----------------------------------------------------------------------------------

  #seek(): void {
    clearTimeout(this.#timer);
    const words = this.sought.trim();
    if (words.length < DIRECTORY_FROM) this.found = [];
    else this.#timer = setTimeout(() => void this.#askDirectory(words), DIRECTORY_AFTER_MS);
  }

  async #askDirectory(words: string): Promise<void> {
    // A directory that is closed or busy has nobody; what the contacts hold is shown anyway.
    const { people } = await this.client.people.search(words).catch(() => ({ people: [] }));
    if (this.sought.trim() === words) this.found = people;
  }

  #choose(jid: string): void {
    this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid } }));
  }

  #showPerson(jid: string): void {
    this.dispatchEvent(new CustomEvent("jaseur-person", { detail: { jid }, bubbles: true, composed: true }));
  }

  #fold(group: string, isFolded: boolean): void {
    void this.client.people.fold(group, isFolded);
  }

  async #add(typed: string, name = ""): Promise<void> {
    const { client, texts } = this;
    const jid = await client.people.add(typed, name).catch(() => undefined);
    if (jid) feedback(this, texts.of("asked", { who: jid }));
    else feedback(this, texts.of("notAdded", { who: typed }), { isBad: true });
  }

  #onKey(event: KeyboardEvent): void {
    const li = focused()?.closest<HTMLElement>("li");
    const last = this.#lines.length - 1;
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!li || step === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, Number(li.dataset.index) + step));
    void this.#focus(index);
  }

  async #focus(index: number): Promise<void> {
    const [top = 0, bottom = 0] = this.#tops.slice(index, index + 2);
    if (top < this.scrollTop) this.scrollTop = top;
    else if (bottom > this.scrollTop + this.clientHeight) this.scrollTop = bottom - this.clientHeight;
    this.at = this.scrollTop;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`li[data-index="${index}"] > button`)?.focus();
  }
}
