// SPDX-License-Identifier: MIT
//
// <jaseur-people-picker>: chooses several people among the contacts, or anybody by address. By keyboard:
// type, arrows, Enter chooses or lets go, Backspace in the empty field lets go of the last.
//
// Properties  texts, client, chosen (addresses), without (addresses that are not offered)
// Events      jaseur-chosen { jids }

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { domainOf, jidFromInput } from "../../core/jid.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";

const SHOWN_MAX = 60; // people at once: who seeks among more types

export class JaseurPeoplePicker extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    chosen: { attribute: false },
    without: { attribute: false },
    sought: { state: true },
    active: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        --avatar: 2em;
      }

      .field {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35em;
        padding: 0.4em;
        border: 1px solid var(--line);
        border-radius: 0.75em;
        background: var(--paper);
      }

      .field:focus-within {
        outline: 2px solid var(--focus);
        outline-offset: 1px;
      }

      .field input {
        flex: 1;
        min-width: 9em;
        border: 0;
        outline: 0;
        background: none;
      }

      .chip {
        display: flex;
        align-items: center;
        gap: 0.35em;
        max-width: 100%;
        padding: 0.2em 0.3em 0.2em 0.7em;
        border: 0;
        border-radius: 1em;
        background: var(--chosen);
      }

      .chip span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      ul {
        height: 16em;
        margin: 0.5em 0 0;
        padding: 0;
        overflow-y: auto;
        list-style: none;
      }

      li {
        display: flex;
        align-items: center;
        gap: 0.75em;
        min-height: 2.75em;
        padding: 0.35em 0.6em;
        border-radius: 0.5em;
        cursor: pointer;
      }

      li .name {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      li:hover,
      li.active {
        background: var(--sunken);
      }

      li.active {
        outline: 2px solid var(--focus);
        outline-offset: -2px;
      }

      li svg {
        color: var(--accent);
      }

      .none {
        margin: 0.5em 0 0;
        height: 16em;
        padding: 1em;
        color: var(--quiet);
        text-align: center;
      }
    `,
  ];

  declare chosen: readonly string[];
  declare without: readonly string[];
  declare sought: string;
  declare active: number;

  constructor() {
    super();
    this.chosen = this.without = [];
    this.sought = "";
    this.active = 0;
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("input")?.focus();
  }

  protected override firstUpdated(): void {
    this.focus();
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const found = this.#found();
    const active = Math.min(this.active, found.length - 1);
    return html`<div class="field">
        ${this.chosen.map((jid) => this.#chip(jid))}
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="people"
          aria-activedescendant=${active >= 0 ? `p${active}` : nothing}
          aria-label=${texts.of("pickPeople")}
          placeholder=${this.chosen.length ? "" : texts.of("pickPeople")}
          autocomplete="off"
          .value=${this.sought}
          @input=${(event: InputEvent) => this.#seek((event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => this.#onKey(event, found, active)}
        />
      </div>
      ${found.length === 0 ? html`<p class="none" role="status">${texts.of(this.sought ? "nobodyFound" : "noPeople")}</p>` : nothing}
      <ul id="people" role="listbox" aria-multiselectable="true" aria-label=${texts.of("people")} ?hidden=${found.length === 0}>
        ${repeat(
          found,
          (jid) => jid,
          (jid, i) => this.#option(jid, i, i === active),
        )}
      </ul>`;
  }

  #chip(jid: string): TemplateResult {
    const who = this.client.people.nameOf(jid);
    return html`<button type="button" class="chip" aria-label=${this.texts.of("letGo", { who })} @click=${() => this.#toggle(jid)}>
      <span dir="auto">${who}</span>${icon("close")}
    </button>`;
  }

  #option(jid: string, i: number, isActive: boolean): TemplateResult {
    const { client } = this;
    const name = client.people.nameOf(jid);
    const isChosen = this.chosen.includes(jid);
    return html`<li
      id="p${i}"
      role="option"
      class=${isActive ? "active" : ""}
      aria-selected=${isChosen ? "true" : "false"}
      @click=${() => this.#toggle(jid)}
    >
      ${avatar(client, jid, name, client.people.presenceOf(jid).availability)}
      <span class="name" dir="auto">${name}</span>${isChosen ? icon("check") : nothing}
    </li>`;
  }

  #found(): string[] {
    const { people } = this.client;
    const wanted = this.sought.trim().toLocaleLowerCase();
    const all = people.contacts.filter(({ jid }) => !this.without.includes(jid)).map(({ jid }) => jid);
    const found = wanted ? all.filter((jid) => jid.includes(wanted) || people.nameOf(jid).toLocaleLowerCase().includes(wanted)) : all;
    const typed = wanted ? jidFromInput(wanted, domainOf(this.client.account)) : undefined;
    if (!found.length && typed && typed !== this.client.account && !this.without.includes(typed)) return [typed];
    return found.slice(0, SHOWN_MAX);
  }

  #seek(sought: string): void {
    this.sought = sought;
    this.active = 0;
  }

  #toggle(jid: string): void {
    this.chosen = this.chosen.includes(jid) ? this.chosen.filter((one) => one !== jid) : [...this.chosen, jid];
    this.sought = "";
    this.dispatchEvent(new CustomEvent("jaseur-chosen", { detail: { jids: this.chosen } }));
    this.focus();
  }

  #onKey(event: KeyboardEvent, found: readonly string[], active: number): void {
    const at = found[active];
    const last = this.chosen.at(-1);
    if (event.key === "ArrowDown") this.active = Math.min(active + 1, found.length - 1);
    else if (event.key === "ArrowUp") this.active = Math.max(active - 1, 0);
    else if (event.key === "Enter" && at !== undefined && !event.isComposing && (this.sought || !this.chosen.length)) this.#toggle(at);
    else if (event.key === "Backspace" && !this.sought && last !== undefined) this.#toggle(last);
    else return;
    event.preventDefault();
    void this.updateComplete.then(() => this.renderRoot.querySelector(".active")?.scrollIntoView({ block: "nearest" }));
  }
}
