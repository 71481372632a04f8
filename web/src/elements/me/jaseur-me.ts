// SPDX-License-Identifier: MIT
//
// <jaseur-me>: who is signed in, the presence that others see, and what concerns the account.
//
// Properties  texts, client
// Events      jaseur-person { jid }: the own profile
//             jaseur-invite
//             jaseur-tour: somebody wants to be shown around
// Parts       own-presence

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import type { Availability } from "../../protocol/rfc6121_presence.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import type { MenuItem } from "../menu/jaseur-menu.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";

const CHOICES: readonly Availability[] = ["online", "away", "dnd"];

export class JaseurMe extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, isWriting: { state: true }, isLeaving: { state: true } };

  static override styles = [
    tokens,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 0.25em;
        padding: 0.75em 0.75em 0.75em 1em;
      }

      .picture {
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: none;
      }

      .presence {
        display: grid;
        flex: 1;
        min-width: 0;
        padding: 0.2em 0.5em;
        border: 0;
        background: none;
        text-align: start;
      }

      .presence:hover {
        background: var(--sunken);
      }

      .presence span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .name {
        font-weight: 600;
      }

      .quiet {
        color: var(--quiet);
        font-size: 0.875em;
      }

      form {
        display: flex;
        gap: 0.5em;
        padding: 0 1em 0.75em;
      }

      form input {
        flex: 1;
        min-width: 0;
      }
    `,
  ];

  declare isWriting: boolean;
  declare isLeaving: boolean; // asked how

  constructor() {
    super();
    this.isWriting = this.isLeaving = false;
  }

  protected override render(): TemplateResult {
    const { client, texts } = this;
    const { account } = client;
    const name = client.people.nameOf(account);
    const { status } = client.people.own;
    const shown = status || texts.of(this.#availability === "offline" ? "offlinePerson" : this.#availability);
    return html`<header>
        <button class="picture" ${tip(texts.of("yourProfile"))} @click=${() => this.#tell("jaseur-person", { jid: account })}>
          ${avatar(client, account, name, this.#availability)}
        </button>
        <button class="presence" part="own-presence" popovertarget="presence">
          <span class="unseen">${texts.of("yourPresence")}</span><span class="name" dir="auto">${name}</span><span class="quiet" dir="auto">${shown}</span>
        </button>
        <jaseur-menu
          id="presence"
          label=${texts.of("yourPresence")}
          .items=${this.#items(status)}
          @jaseur-pick=${({ detail }: CustomEvent<{ name: string }>) => this.#pick(detail.name)}
        ></jaseur-menu>
        <jaseur-bell part="notices" .texts=${texts} .client=${client}></jaseur-bell>
        <button class="bare" ${tip(texts.of("invite"))} @click=${() => this.#tell("jaseur-invite")}>${icon("personAdd")}</button>
        <button class="bare" ${tip(texts.of("signOut"))} @click=${() => (this.isLeaving = true)}>${icon("power")}</button>
      </header>
      ${this.isWriting
        ? html`<form @submit=${(event: SubmitEvent) => this.#onStatus(event)} @keydown=${(event: KeyboardEvent) => this.#onKey(event)}>
            <input name="status" maxlength="200" aria-label=${texts.of("statusText")} placeholder=${texts.of("statusText")} .value=${status} />
            <button class="first">${texts.of("save")}</button>
          </form>`
        : nothing}
      ${this.isLeaving ? this.#leaving() : nothing}`;
  }

  #leaving(): TemplateResult {
    const { client, texts } = this;
    const leave = (how: "disconnect" | "signOut" | undefined): void => {
      this.isLeaving = false;
      if (how) void client[how]();
    };
    return html`<jaseur-dialog .texts=${texts} heading=${texts.of("signOutAsk")} @jaseur-close=${() => leave(undefined)}>
      <p>${texts.of("signOutHint")}</p>
      <button slot="actions" @click=${() => leave("disconnect")}>${texts.of("disconnect")}</button>
      <button slot="actions" class="first" autofocus @click=${() => leave("signOut")}>${texts.of("signOut")}</button>
    </jaseur-dialog>`;
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.get("isWriting") === false && this.isWriting) this.renderRoot.querySelector("input")?.focus();
  }

  get #availability(): Availability {
    const { client } = this;
    return client.connection.kind === "online" ? client.people.own.availability : "offline";
  }

  #items(status: string): MenuItem[] {
    const { texts } = this;
    return [
      ...CHOICES.map((name) => ({ name, label: texts.of(name as "online"), isChecked: this.#availability === name })),
      { name: "write", label: texts.of(status ? "changeStatus" : "setStatus"), icon: "edit", beginsGroup: true },
      ...(status ? [{ name: "clear", label: texts.of("clearStatus"), icon: "close" } as const] : []),
      { name: "profile", label: texts.of("yourProfile"), icon: "person", beginsGroup: true },
      { name: "tour", label: texts.of("showAround"), icon: "help" },
    ];
  }

  #pick(name: string): void {
    const { people, account } = this.client;
    const { availability, status } = people.own;
    if (name === "write") this.isWriting = true;
    else if (name === "clear") void people.setAvailability(availability);
    else if (name === "tour") this.#tell("jaseur-tour");
    else if (name === "profile") this.#tell("jaseur-person", { jid: account });
    else void people.setAvailability(name as Availability, status);
  }

  #onStatus(event: SubmitEvent): void {
    event.preventDefault();
    const status = (new FormData(event.target as HTMLFormElement).get("status") as string).trim();
    const { people } = this.client;
    const { availability } = people.own;
    void people.setAvailability(availability === "offline" ? "online" : availability, status);
    this.#stopWriting();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#stopWriting();
  }

  #stopWriting(): void {
    this.isWriting = false;
    this.renderRoot.querySelector<HTMLElement>(".presence")?.focus();
  }

  #tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
