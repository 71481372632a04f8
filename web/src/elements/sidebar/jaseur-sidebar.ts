// SPDX-License-Identifier: MIT
//
// <jaseur-sidebar>: conversations and people. Of 30,000 people only the rows in sight are
// elements.
//
// Properties  texts, client, revision (changes whenever the client has), chosen (an address)
// Events      jaseur-choose { jid }

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Client } from "../../model/client.js";
import type { Contact, Conversation } from "../../model/types.js";
import type { Availability } from "../../protocol/rfc6121_presence.js";
import { avatar } from "../avatar.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts.js";

const ROW = 60; // pixels
const BEYOND = 8; // rows above and below what is in sight
const CHOICES: readonly Availability[] = ["online", "away", "dnd"];

export class JaseurSidebar extends LitElement {
  static override properties = {
    texts: { attribute: false },
    client: { attribute: false },
    revision: { type: Number },
    chosen: {},
    tab: { state: true },
    sought: { state: true },
    from: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--card);
      }

      header {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        padding: 0.75rem 1rem;
      }

      header .name {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-weight: 600;
      }

      header select {
        max-width: 9rem;
        padding: 0.35rem 0.5rem;
      }

      header .out {
        display: grid;
        padding: 0.4rem;
      }

      svg {
        width: 1.25rem;
        height: 1.25rem;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2;
        stroke-linecap: round;
      }

      .search {
        padding: 0 1rem 0.75rem;
      }

      .search input {
        width: 100%;
      }

      [role="tablist"] {
        display: flex;
        gap: 0.25rem;
        padding: 0 1rem;
        border-bottom: 1px solid var(--line);
      }

      [role="tab"] {
        flex: 1;
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 0;
        background: none;
        color: var(--quiet);
      }

      [role="tab"][aria-selected="true"] {
        border-color: var(--accent);
        color: var(--ink);
        font-weight: 600;
      }

      .list {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        margin: 0;
        padding: 0.25rem 0;
      }

      .rows {
        position: relative;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        padding: 0 0.5rem;
      }

      .row {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        width: 100%;
        height: 60px;
        padding: 0 0.5rem;
        border: 0;
        background: none;
        text-align: start;
      }

      .row:hover {
        background: var(--sunken);
      }

      .row[aria-current="true"] {
        background: var(--chosen);
      }

      .row .texts {
        flex: 1;
        min-width: 0;
      }

      .line {
        display: flex;
        gap: 0.5rem;
        align-items: baseline;
      }

      .line > :first-child {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .title {
        font-weight: 600;
      }

      .quiet,
      time {
        color: var(--quiet);
        font-size: 0.875rem;
      }

      .count {
        min-width: 1.5rem;
        padding: 0 0.4rem;
        border-radius: 1rem;
        background: var(--accent);
        color: var(--on-accent);
        font-size: 0.8125rem;
        font-weight: 600;
        text-align: center;
      }

      .none {
        padding: 1.5rem;
        color: var(--quiet);
        text-align: center;
      }

      .request {
        display: grid;
        gap: 0.5rem;
        margin: 0.5rem 1rem;
        padding: 0.75rem;
        border: 1px solid var(--line);
        border-radius: 0.75rem;
        background: var(--sunken);
        overflow-wrap: anywhere;
      }

      .request div {
        display: flex;
        gap: 0.5rem;
      }
    `,
  ];

  declare texts: Texts;
  declare client: Client;
  declare revision: number;
  declare chosen: string;
  declare tab: "conversations" | "people";
  declare sought: string;
  declare from: number;

  constructor() {
    super();
    this.chosen = this.sought = "";
    this.tab = "conversations";
    this.from = this.revision = 0;
  }

  protected override render(): TemplateResult {
    const { client, texts } = this;
    const tab = (name: "conversations" | "people"): TemplateResult =>
      html`<button
        role="tab"
        id=${name}
        aria-selected=${this.tab === name ? "true" : "false"}
        aria-controls="panel"
        tabindex=${this.tab === name ? 0 : -1}
        @click=${() => this.#show(name)}
      >
        ${texts.of(name)}
      </button>`;
    return html`
      <header>
        ${avatar(client.account, client.nameOf(client.account), client.connection.kind === "online" ? "online" : "offline")}
        <span class="name" dir="auto">${client.nameOf(client.account)}</span>
        <select aria-label=${texts.of("yourPresence")} @change=${(event: Event) => this.#setAvailability(event)}>
          ${CHOICES.map((choice) => html`<option value=${choice}>${texts.of(choice as "online" | "away" | "dnd")}</option>`)}
        </select>
        <button class="out" aria-label=${texts.of("signOut")} title=${texts.of("signOut")} @click=${() => void client.signOut()}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3v9M6.3 7.3a8 8 0 1 0 11.4 0" /></svg>
        </button>
      </header>
      ${client.requests.map(
        ({ jid, text }) =>
          html`<section class="request" aria-label=${texts.of("requests")}>
            <span dir="auto">${texts.of("wantsToSee", { who: jid })}</span>
            ${text ? html`<span class="quiet" dir="auto">${text}</span>` : nothing}
            <div>
              <button class="first" @click=${() => client.answerRequest(jid, true)}>${texts.of("accept")}</button>
              <button @click=${() => client.answerRequest(jid, false)}>${texts.of("refuse")}</button>
            </div>
          </section>`,
      )}
      <div class="search">
        <input
          type="search"
          aria-label=${texts.of("search")}
          placeholder=${texts.of("search")}
          .value=${this.sought}
          @input=${(event: InputEvent) => this.#seek((event.target as HTMLInputElement).value)}
        />
      </div>
      <div role="tablist" @keydown=${(event: KeyboardEvent) => this.#onTabKey(event)}>${tab("conversations")}${tab("people")}</div>
      <div class="list" id="panel" role="tabpanel" aria-labelledby=${this.tab} @scroll=${() => this.#onScroll()}>
        ${this.tab === "people" ? this.#people() : this.#conversations()}
      </div>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("tab") || changed.has("sought")) this.#list()?.scrollTo(0, 0);
  }

  #list(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".list");
  }

  #row(jid: string, lines: TemplateResult): TemplateResult {
    const { availability } = this.client.presenceOf(jid);
    return html`<button class="row" aria-current=${this.chosen === jid ? "true" : "false"} @click=${() => this.#choose(jid)}>
      ${avatar(jid, this.client.nameOf(jid), availability)}<span class="texts">${lines}</span>
    </button>`;
  }

  #conversations(): TemplateResult {
    const { client, texts } = this;
    const all = client.conversations;
    if (all.length === 0) return html`<p class="none">${texts.of("noConversations")}</p>`;
    return html`<ul class="rows">
      ${repeat(
        all,
        (one) => one.with,
        (one) => html`<li>${this.#row(one.with, this.#conversation(one))}</li>`,
      )}
    </ul>`;
  }

  #conversation({ with: jid, time, unread, draft, lastText, isLastOwn }: Conversation): TemplateResult {
    const { client, texts } = this;
    const shown = client.isTyping(jid)
      ? texts.of("typing", { who: client.nameOf(jid) })
      : draft && this.chosen !== jid
        ? texts.of("draft", { text: draft })
        : isLastOwn
          ? texts.of("youSaid", { text: lastText })
          : lastText;
    return html`<span class="line"
        ><span class="title" dir="auto">${client.nameOf(jid)}</span>${time
          ? html`<time datetime=${new Date(time).toISOString()}>${texts.when(time)}</time>`
          : nothing}</span
      ><span class="line"
        ><span class="quiet" dir="auto">${shown.slice(0, 120)}</span>${unread
          ? html`<span class="count"><span aria-hidden="true">${unread > 999 ? "999+" : unread}</span
              ><span class="unseen">${texts.of("unread", { count: unread })}</span></span
            >`
          : nothing}</span
      >`;
  }

  #people(): TemplateResult {
    const { client, texts, sought } = this;
    const wanted = sought.trim().toLocaleLowerCase();
    const all = wanted ? client.contacts.filter((contact) => this.#isFound(contact, wanted)) : client.contacts;
    const isNew = wanted !== "" && !all.some(({ jid }) => jid === wanted || jid.startsWith(`${wanted}@`));
    const height = (this.#list()?.clientHeight ?? 0) || 800;
    const first = Math.max(0, Math.min(this.from, all.length - 1) - BEYOND);
    const rows = all.slice(first, this.from + Math.ceil(height / ROW) + BEYOND);
    const room = (count: number): TemplateResult | typeof nothing => (count > 0 ? html`<li aria-hidden="true" .style=${`height:${count * ROW}px`}></li>` : nothing);
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
          ({ jid }) => html`<li>${this.#row(jid, this.#person(jid))}</li>`,
        )}
        ${room(all.length - first - rows.length)}
      </ul>
    `;
  }

  #person(jid: string): TemplateResult {
    const { availability, status } = this.client.presenceOf(jid);
    const shown = status || this.texts.of(availability === "offline" ? "offlinePerson" : availability);
    return html`<span class="line"><span class="title" dir="auto">${this.client.nameOf(jid)}</span></span
      ><span class="line"><span class="quiet" dir="auto">${shown}</span></span>`;
  }

  #isFound({ jid, name }: Contact, wanted: string): boolean {
    return jid.includes(wanted) || name.toLocaleLowerCase().includes(wanted);
  }

  #show(tab: "conversations" | "people"): void {
    this.tab = tab;
    this.from = 0;
  }

  #seek(sought: string): void {
    this.sought = sought;
    this.#show(sought ? "people" : this.tab);
  }

  #onScroll(): void {
    const list = this.#list();
    if (list && this.tab === "people") this.from = Math.floor(list.scrollTop / ROW);
  }

  #onTabKey(event: KeyboardEvent): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.#show(this.tab === "people" ? "conversations" : "people");
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  }

  #choose(jid: string): void {
    this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid } }));
  }

  async #add(): Promise<void> {
    const jid = await this.client.addContact(this.sought).catch(() => undefined);
    if (!jid) return;
    this.#seek("");
    this.#choose(jid);
  }

  #setAvailability(event: Event): void {
    void this.client.setAvailability((event.target as HTMLSelectElement).value as Availability);
  }
}
