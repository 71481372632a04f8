// SPDX-License-Identifier: MIT
//
// <jaseur-rooms>: the rooms of the host that want to be found: to look for, to join, to make one.
//
// Properties  texts, client
// Events      jaseur-choose { jid }, jaseur-close

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { RoomSettings } from "../../model/types.js";
import type { FoundRoom } from "../../protocol/xep0433.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import { problemText } from "./problem.js";

const PAGE = 50; // rooms that are told at once
const PAUSE_MS = 200; // of who types, before it is looked for

export class JaseurRooms extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    found: { state: true },
    next: { state: true },
    asked: { state: true },
    isMaking: { state: true },
    isBusy: { state: true },
    error: { state: true },
  };

  static override styles = [
    tokens,
    css`
      .seek {
        display: flex;
        gap: 0.5em;
      }

      .seek input {
        flex: 1;
        min-width: 0;
      }

      .seek button {
        display: flex;
        align-items: center;
        gap: 0.4em;
      }

      ul {
        height: 22em;
        margin: 0.75em 0 0;
        padding: 0;
        overflow-y: auto;
        list-style: none;
      }

      li {
        display: flex;
        align-items: center;
        gap: 0.75em;
        padding: 0.5em 0.25em;
      }

      li + li {
        border-top: 1px solid var(--line);
      }

      .about {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }

      .about b {
        display: block;
      }

      .quiet {
        color: var(--quiet);
        font-size: 0.9375em;
      }

      .bad {
        margin: 0.75em 0 0;
        color: var(--bad);
      }

      form.secret {
        display: grid;
        gap: 0.5em;
      }

      form.secret div {
        display: flex;
        justify-content: flex-end;
        gap: 0.5em;
      }
    `,
  ];

  declare found: readonly FoundRoom[];
  declare next: string | undefined; // where more are
  declare asked: string; // the room whose password is asked for; "": none
  declare isMaking: boolean;
  declare isBusy: boolean;
  declare error: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #search = 0; // answers to an earlier one come too late

  constructor() {
    super();
    this.found = [];
    this.asked = this.error = "";
    this.isMaking = this.isBusy = false;
  }

  protected override firstUpdated(): void {
    void this.#seek("");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const heading = texts.of(this.isMaking ? "newRoom" : "rooms");
    return html`<jaseur-dialog .texts=${texts} heading=${heading} @jaseur-close=${() => this.#onClose()}>
      ${this.isMaking ? this.#making() : this.asked ? this.#secret() : this.#list()}
      ${this.error ? html`<p class="bad" role="alert">${this.error}</p>` : nothing}
    </jaseur-dialog>`;
  }

  #list(): TemplateResult {
    const { texts, found } = this;
    return html`<div class="seek">
        <input
          type="search"
          autofocus
          aria-label=${texts.of("searchRooms")}
          placeholder=${texts.of("searchRooms")}
          @input=${(event: InputEvent) => this.#onType((event.target as HTMLInputElement).value)}
        />
        <button type="button" @click=${() => (this.isMaking = true)}>${icon("plus")}${texts.of("newRoom")}</button>
      </div>
      <ul aria-label=${texts.of("rooms")}>
        ${found.length === 0 && !this.isBusy ? html`<li class="quiet">${texts.of("noRooms")}</li>` : nothing}
        ${repeat(
          found,
          ({ jid }) => jid,
          (room) => this.#row(room),
        )}
        ${this.next === undefined
          ? nothing
          : html`<li><button type="button" @click=${() => void this.#more()}>${texts.of("moreRooms")}</button></li>`}
      </ul>`;
  }

  #row({ jid, name, description, occupants, isOpen }: FoundRoom): TemplateResult {
    const { texts, client } = this;
    const called = name || jid;
    const about = [description, occupants === undefined ? "" : texts.of("peopleThere", { count: occupants }), isOpen ? "" : texts.of("notOpen")];
    const isIn = client.rooms.of(jid)?.standing === "inside";
    return html`<li>
      ${avatar(client, jid, called)}
      <span class="about">
        <b dir="auto">${called}</b>
        <span class="quiet" dir="auto">${about.filter(Boolean).join(" · ")}</span>
      </span>
      <button type="button" aria-label=${texts.of(isIn ? "openRoom" : "joinRoom", { name: called })} @click=${() => void this.#enter(jid)}>
        ${texts.of(isIn ? "open" : "join")}
      </button>
    </li>`;
  }

  #secret(): TemplateResult {
    const { texts } = this;
    return html`<form class="secret" @submit=${(event: SubmitEvent) => this.#onSecret(event)}>
      <label for="secret">${texts.of("roomNeedsPassword")}</label>
      <input id="secret" type="password" autocomplete="off" autofocus required />
      <div>
        <button type="button" @click=${() => (this.asked = this.error = "")}>${texts.of("roomCancel")}</button>
        <button class="first" ?disabled=${this.isBusy}>${texts.of("join")}</button>
      </div>
    </form>`;
  }

  #making(): TemplateResult {
    return html`<jaseur-room-settings
      .texts=${this.texts}
      .isBusy=${this.isBusy}
      .action=${this.texts.of("makeRoom")}
      @jaseur-settings=${({ detail }: CustomEvent<RoomSettings>) => void this.#try(() => this.client.rooms.make(detail))}
    ></jaseur-room-settings>`;
  }

  // --- looking for rooms ----------------------------------------------------------------------------

  #onType(words: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#seek(words), PAUSE_MS);
  }

  async #seek(words: string, after?: string): Promise<void> {
    const number = ++this.#search;
    this.isBusy = true;
    this.error = "";
    try {
      const { rooms, last } = await this.client.rooms.browse(words, after);
      if (number !== this.#search) return;
      this.found = after === undefined ? rooms : [...this.found, ...rooms];
      this.next = rooms.length < PAGE ? undefined : last;
    } catch (error) {
      if (number === this.#search) this.error = problemText(this.texts, error);
    }
    if (number === this.#search) this.isBusy = false;
  }

  #more(): Promise<void> {
    return this.#seek(this.renderRoot.querySelector<HTMLInputElement>("input[type=search]")?.value ?? "", this.next);
  }

  // --- coming in -------------------------------------------------------------------------------------

  async #enter(jid: string, password?: string): Promise<void> {
    const problem = await this.#try(async () => {
      const name = this.found.find((room) => room.jid === jid)?.name ?? "";
      const why = await this.client.rooms.enter(jid, { name, ...(password === undefined ? {} : { password }) });
      if (why) throw new Error(why);
      return jid;
    });
    if (problem !== "not-authorized") return;
    if (password === undefined) this.error = "";
    this.asked = jid;
  }

  #onSecret(event: SubmitEvent): void {
    event.preventDefault();
    void this.#enter(this.asked, this.renderRoot.querySelector<HTMLInputElement>("#secret")?.value ?? "");
  }

  /** work: returns the room to open. Returns why not, else "". */
  async #try(work: () => Promise<string>): Promise<string> {
    if (this.isBusy) return "";
    this.isBusy = true;
    this.error = "";
    try {
      const jid = await work();
      this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid } }));
      return "";
    } catch (error) {
      this.error = problemText(this.texts, error);
      return error instanceof Error ? error.message : "";
    } finally {
      this.isBusy = false;
    }
  }

  #onClose(): void {
    if (this.isMaking) {
      this.isMaking = false;
      this.error = "";
    } else this.dispatchEvent(new CustomEvent("jaseur-close"));
  }
}
