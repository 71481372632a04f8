// SPDX-License-Identifier: MIT
//
// <jaseur-people>: the contacts, all of them or those that are sought. Of 30,000 only the rows in
// sight are elements.
//
// Properties  texts, client, chosen (an address), sought (of a name or an address)
// Events      jaseur-choose { jid }

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Contact } from "../../model/types.js";
import { JaseurElement } from "../element.js";
import { tokens } from "../style.js";
import { ROW_HEIGHT, row, rowStyles } from "./row.js";

const BEYOND = 8; // rows above and below what is in sight

export class JaseurPeople extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, chosen: {}, sought: {}, from: { state: true } };

  static override styles = [
    tokens,
    rowStyles,
    css`
      :host {
        display: block;
        overflow-y: auto;
        padding: 0.25em 0;
      }
    `,
  ];

  declare chosen: string;
  declare sought: string;
  declare from: number;

  constructor() {
    super();
    this.chosen = this.sought = "";
    this.from = 0;
    this.addEventListener("scroll", () => (this.from = Math.floor(this.scrollTop / ROW_HEIGHT)), { passive: true });
  }

  protected override render(): TemplateResult {
    const { texts, sought } = this;
    const { contacts } = this.client.people;
    const wanted = sought.trim().toLocaleLowerCase();
    const all = wanted ? contacts.filter((contact) => this.#isFound(contact, wanted)) : contacts;
    const isNew = wanted !== "" && !all.some(({ jid }) => jid === wanted || jid.startsWith(`${wanted}@`));
    const first = Math.max(0, Math.min(this.from, all.length - 1) - BEYOND);
    const rows = all.slice(first, this.from + Math.ceil((this.clientHeight || 800) / ROW_HEIGHT) + BEYOND);
    const room = (count: number): TemplateResult | typeof nothing =>
      count > 0 ? html`<li aria-hidden="true" .style=${`height:${count * ROW_HEIGHT}px`}></li>` : nothing;
    return html`
      ${isNew
        ? html`<p class="none"><button @click=${() => void this.#add()}>${texts.of("add", { who: sought.trim() })}</button></p>`
        : nothing}
      ${all.length === 0 ? html`<p class="none">${texts.of(wanted ? "nobodyFound" : "noPeople")}</p>` : nothing}
      <ul class="rows" aria-label=${texts.of("people")}>
        ${room(first)}
        ${repeat(
          rows,
          ({ jid }) => jid,
          ({ jid }) => html`<li>${this.#row(jid)}</li>`,
        )}
        ${room(all.length - first - rows.length)}
      </ul>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("sought")) this.scrollTo(0, 0);
  }

  #row(jid: string): TemplateResult {
    const { people } = this.client;
    const { availability, status } = people.presenceOf(jid);
    const name = people.nameOf(jid);
    const shown = status || this.texts.of(availability === "offline" ? "offlinePerson" : availability);
    const lines = html`<span class="line"><span class="title" dir="auto">${name}</span></span
      ><span class="line"><span class="quiet" dir="auto">${shown}</span></span>`;
    return row({ client: this.client, jid, name, availability, isChosen: this.chosen === jid, lines, onChoose: () => this.#choose(jid) });
  }

  #isFound({ jid, name }: Contact, wanted: string): boolean {
    return jid.includes(wanted) || name.toLocaleLowerCase().includes(wanted);
  }

  #choose(jid: string): void {
    this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid } }));
  }

  async #add(): Promise<void> {
    const jid = await this.client.people.add(this.sought).catch(() => undefined);
    if (jid) this.#choose(jid);
  }
}
