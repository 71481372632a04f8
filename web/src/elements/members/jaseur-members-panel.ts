// SPDX-License-Identifier: MIT
//
// <jaseur-members-panel>: who is in a room and what they are, and what can be done there: bringing people
// in, deciding who may do what, the topic, settings, leaving and ending it. Of thousands only the rows in
// sight are elements.
//
// Properties  texts, client, jid (the room)
// Events      jaseur-close, jaseur-go { jid, at }

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Room, RoomSettings } from "../../model/types.js";
import type { Occupant } from "../../protocol/xep0045.js";
import type { Affiliate } from "../../protocol/xep0045_admin.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import type { JaseurMenu, MenuItem } from "../menu/jaseur-menu.js";
import { scaledPicture } from "../profile/picture.js";
import { problemText } from "../rooms/problem.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import type { GoDetail } from "../search/jaseur-search.js";
import type { PlainTextName } from "../texts/texts.js";
import { deedsOf, type Deed, type Member } from "./rights.js";

const ROW = 52; // pixels
const BEYOND = 8; // rows above and below what is in sight
const TOPIC_MAX = 500; // characters
const NICK_MAX = 100;

type Shown = "people" | "naming" | "adding" | "settings" | "leaving" | "ending";

interface Listed extends Member {
  readonly name: string;
  readonly occupant?: Occupant;
}

const STANDING: Readonly<Record<Member["affiliation"], PlainTextName | undefined>> = {
  owner: "isOwner",
  admin: "isModerator",
  member: undefined,
  none: undefined,
  outcast: "isBanned",
};

export class JaseurMembersPanel extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    jid: {},
    shown: { state: true },
    affiliates: { state: true },
    settings: { state: true },
    picked: { state: true },
    from: { state: true },
    isBusy: { state: true },
    error: { state: true },
    meant: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        --avatar: 2.25em;
      }

      form.topic,
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5em;
      }

      form.topic input {
        flex: 1;
        min-width: 0;
      }

      .topic {
        margin: 0 0 0.75em;
        overflow-wrap: anywhere;
      }

      .buttons {
        margin-block: 0.75em;
      }

      .buttons button {
        display: flex;
        align-items: center;
        gap: 0.4em;
      }

      h3 {
        margin: 0.5em 0 0.25em;
        font-size: 0.9375em;
        color: var(--quiet);
      }

      .list {
        height: 19em;
        overflow-y: auto;
        overscroll-behavior: contain;
      }

      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li.member {
        display: flex;
        align-items: center;
        gap: 0.75em;
        height: 52px;
        padding: 0 0.25em;
      }

      .about {
        flex: 1;
        min-width: 0;
      }

      .about > span {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .quiet,
      .about .quiet {
        color: var(--quiet);
        font-size: 0.875em;
      }

      .hat {
        display: inline;
        margin-inline-end: 0.4em;
        padding: 0 0.5em;
        border-radius: 1em;
        background: var(--chosen);
        color: var(--ink);
      }

      .away {
        opacity: 0.75;
      }

      .bad {
        color: var(--bad);
      }

      form.naming {
        display: grid;
        gap: 0.5em;
      }

      form.naming .quiet {
        margin: 0;
      }

      .picture {
        --avatar: 4em;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5em 0.75em;
        margin-block-end: 1em;
      }

      .picture button {
        display: flex;
        align-items: center;
        gap: 0.4em;
      }

      p.bad {
        margin: 0.75em 0 0;
      }
    `,
  ];

  declare jid: string;
  declare shown: Shown;
  declare affiliates: readonly Affiliate[];
  declare settings: RoomSettings | undefined;
  declare picked: readonly string[];
  declare from: number;
  declare isBusy: boolean;
  declare error: string;
  declare meant: Listed | undefined; // whose menu it is

  constructor() {
    super();
    this.shown = "people";
    this.affiliates = this.picked = [];
    this.from = 0;
    this.isBusy = false;
    this.error = "";
  }

  protected override firstUpdated(): void {
    void this.#readLists();
  }

  protected override render(): TemplateResult {
    const { client, texts, jid } = this;
    const room = client.rooms.of(jid);
    return html`<jaseur-dialog .texts=${texts} heading=${client.nameOf(jid)} @jaseur-close=${() => this.#close()}>
      ${room ? this.#content(room) : nothing} ${this.error ? html`<p class="bad" role="alert">${this.error}</p>` : nothing}
    </jaseur-dialog>`;
  }

  #content(room: Room): TemplateResult {
    const { texts, client } = this;
    switch (this.shown) {
      case "adding":
        return html`<jaseur-people-picker
            .texts=${texts}
            .client=${client}
            .chosen=${this.picked}
            .without=${this.#all(room).map(({ jid }) => jid)}
            @jaseur-chosen=${({ detail }: CustomEvent<{ jids: string[] }>) => (this.picked = detail.jids)}
          ></jaseur-people-picker>
          ${this.#answer("addPeople", this.picked.length === 0, () => client.rooms.invite(this.jid, this.picked))}`;
      case "naming":
        return html`<form class="naming" @submit=${(event: SubmitEvent) => this.#onName(event)}>
          <label for="nick">${texts.of("ownRoomName")}</label>
          <input id="nick" name="nick" maxlength=${NICK_MAX} required autofocus autocomplete="off" aria-describedby="nick-hint" .value=${room.nick} />
          <p id="nick-hint" class="quiet">${texts.of("ownRoomNameHint")}</p>
          <div class="buttons">
            <button type="button" @click=${() => this.#show("people")}>${texts.of("roomCancel")}</button>
            <button class="first" ?disabled=${this.isBusy}>${texts.of("roomSave")}</button>
          </div>
        </form>`;
      case "settings":
        return html`${this.#picture()}<jaseur-room-settings
          .texts=${texts}
          .settings=${this.settings}
          .isBusy=${this.isBusy}
          .action=${texts.of("roomSave")}
          @jaseur-settings=${({ detail }: CustomEvent<RoomSettings>) => void this.#do(() => client.rooms.configure(this.jid, detail))}
        ></jaseur-room-settings>`;
      case "leaving":
        return html`<p>${texts.of(room.info?.isMembersOnly ? "leaveMembersHint" : "leaveHint")}</p>
          ${this.#answer("leave", false, () => client.rooms.leave(this.jid))}`;
      case "ending":
        return html`<p>${texts.of("destroyHint")}</p>
          ${this.#answer("destroy", false, () => client.rooms.destroy(this.jid))}`;
      case "people":
        return this.#people(room);
    }
  }

  /** Of the room. */
  #picture(): TemplateResult {
    const { texts, client, jid } = this;
    return html`<div class="picture">
      ${avatar(client, jid, client.nameOf(jid))}
      <button type="button" ?disabled=${this.isBusy} @click=${() => this.renderRoot.querySelector<HTMLInputElement>("input[type=file]")?.click()}>
        ${icon("image")}${texts.of("choosePicture")}
      </button>
      ${client.avatars.urlOf(jid)
        ? html`<button type="button" ?disabled=${this.isBusy} @click=${() => void this.#setPicture(undefined)}>${icon("trash")}${texts.of("removePicture")}</button>`
        : nothing}
      <input type="file" hidden accept="image/*" @change=${(event: Event) => this.#onPicture(event)} />
    </div>`;
  }

  /** Yes and no. */
  #answer(name: PlainTextName, isDisabled: boolean, run: () => Promise<void>): TemplateResult {
    const isBad = name !== "addPeople";
    return html`<div class="buttons">
      <button type="button" @click=${() => (this.shown = "people")}>${this.texts.of("roomCancel")}</button>
      <button type="button" class=${isBad ? "bad" : "first"} ?disabled=${isDisabled || this.isBusy} @click=${() => void this.#do(run)}>
        ${this.texts.of(name)}
      </button>
    </div>`;
  }

  // --- the people ------------------------------------------------------------------------------------

  #people(room: Room): TemplateResult {
    const { texts, client } = this;
    const isIn = room.standing === "inside";
    const isOwner = room.affiliation === "owner";
    const mayAdd = isIn && (!room.info?.isMembersOnly || room.affiliation !== "none");
    const all = this.#all(room);
    const height = this.renderRoot.querySelector(".list")?.clientHeight ?? 400;
    const first = Math.max(0, Math.min(this.from, all.length - 1) - BEYOND);
    const rows = all.slice(first, this.from + Math.ceil(height / ROW) + BEYOND);
    const space = (count: number): TemplateResult | typeof nothing =>
      count > 0 ? html`<li aria-hidden="true" .style=${`height:${count * ROW}px`}></li>` : nothing;
    return html`${isIn && (room.role === "moderator" || room.info?.canAllSetSubject !== false)
        ? html`<form class="topic" @submit=${(event: SubmitEvent) => this.#onTopic(event)}>
            <input name="topic" maxlength=${TOPIC_MAX} aria-label=${texts.of("topic")} placeholder=${texts.of("topic")} autocomplete="off" .value=${room.subject} />
            <button>${texts.of("roomSave")}</button>
          </form>`
        : room.subject
          ? html`<p class="topic" dir="auto">${room.subject}</p>`
          : nothing}
      <div class="buttons">
        ${mayAdd ? this.#button("addPeople", "personAdd", "adding") : nothing}
        ${isOwner && isIn ? html`<button type="button" @click=${() => void this.#openSettings()}>${icon("settings")}${texts.of("roomSettings")}</button>` : nothing}
        ${this.#button("leave", "back", "leaving")} ${isOwner && isIn ? this.#button("destroy", "trash", "ending") : nothing}
      </div>
      <h3>${texts.of("peopleThere", { count: client.rooms.countOf(this.jid) })}</h3>
      <div class="list" tabindex="0" @scroll=${(event: Event) => (this.from = Math.floor((event.target as HTMLElement).scrollTop / ROW))}>
        <ul aria-label=${texts.of("members")}>
          ${space(first)}
          ${repeat(
            rows,
            (one) => one.nick || one.jid,
            (one) => this.#row(room, one),
          )}
          ${space(all.length - first - rows.length)}
        </ul>
      </div>
      <jaseur-menu
        id="deeds"
        label=${texts.of("members")}
        edge="end"
        .items=${this.#items(room)}
        @jaseur-pick=${({ detail }: CustomEvent<{ name: Deed }>) => this.#onDeed(detail.name)}
      ></jaseur-menu>`;
  }

  #button(name: PlainTextName, what: "personAdd" | "back" | "trash", shown: Shown): TemplateResult {
    return html`<button type="button" @click=${() => this.#show(shown)}>${icon(what)}${this.texts.of(name)}</button>`;
  }

  #row(room: Room, one: Listed): TemplateResult {
    const { texts, client } = this;
    const { occupant, name, jid, nick, affiliation, role } = one;
    const standing = STANDING[affiliation] ?? (role === "visitor" ? "isListener" : undefined);
    const isOwn = jid === client.account || (nick !== "" && nick === room.nick);
    const state = occupant ? occupant.status || (isOwn ? texts.of("you") : "") : affiliation === "outcast" ? "" : texts.of("notThere");
    return html`<li class="member ${occupant ? "" : "away"}">
      ${avatar(client, jid || nick, name, occupant?.availability)}
      <span class="about">
        <span dir="auto">${name}</span>
        <span class="quiet" dir="auto">
          ${standing ? html`<span class="hat">${texts.of(standing)}</span>` : nothing}${occupant?.hats.map(({ title }) => html`<span class="hat">${title}</span>`)}${state}
        </span>
      </span>
      ${isOwn
        ? html`<button type="button" class="bare" ${tip(texts.of("renameYourself"))} @click=${() => this.#show("naming")}>${icon("edit")}</button>`
        : deedsOf(room, one).length === 0
          ? nothing
          : html`<button
            type="button"
            class="bare"
            aria-haspopup="menu"
            aria-label=${texts.of("whatToDo", { who: name })}
            @click=${(event: Event) => void this.#openMenu(one, event.currentTarget as HTMLElement)}
          >
            ${icon("more")}
          </button>`}
    </li>`;
  }

  /** Who is there, then who is not. */
  #all(room: Room): Listed[] {
    const { rooms, people } = this.client;
    const here = rooms.occupants(this.jid).map((occupant): Listed => {
      const { jid, nick, affiliation, role } = occupant;
      return { jid, nick, affiliation, role, name: jid === this.client.account ? room.nick : rooms.nameOfOccupant(occupant), occupant };
    });
    const known = new Set(here.map(({ jid }) => jid));
    const away = this.affiliates.filter(({ jid }) => jid && !known.has(jid));
    return [...here, ...away.map(({ jid, affiliation }): Listed => ({ jid, nick: "", affiliation, role: "none", name: people.nameOf(jid) }))];
  }

  // --- what is done ------------------------------------------------------------------------------------

  #items(room: Room): MenuItem[] {
    const deeds = this.meant ? deedsOf(room, this.meant) : [];
    return deeds.map((name) => ({ name, label: this.texts.of(name), isBad: ["putOut", "remove", "ban"].includes(name) }));
  }

  async #openMenu(one: Listed, button: HTMLElement): Promise<void> {
    this.meant = one;
    await this.updateComplete;
    this.renderRoot.querySelector<JaseurMenu>("jaseur-menu")?.show(button);
  }

  #onDeed(deed: Deed): void {
    const { rooms } = this.client;
    const { jid: who, nick } = this.meant ?? {};
    if (who === undefined || nick === undefined) return;
    const { jid } = this;
    if (deed === "speakAlone") {
      const detail: GoDetail = { jid: `${jid}/${nick}`, at: {} };
      this.dispatchEvent(new CustomEvent("jaseur-go", { detail, bubbles: true, composed: true }));
      this.dispatchEvent(new CustomEvent("jaseur-close"));
      return;
    }
    const deeds: Readonly<Record<Exclude<Deed, "speakAlone">, () => Promise<void>>> = {
      makeOwner: () => rooms.setAffiliation(jid, who, "owner"),
      makeModerator: () => rooms.setAffiliation(jid, who, "admin"),
      makeMember: () => rooms.setAffiliation(jid, who, "member"),
      giveVoice: () => rooms.setRole(jid, nick, "participant"),
      takeVoice: () => rooms.setRole(jid, nick, "visitor"),
      putOut: () => rooms.setRole(jid, nick, "none"),
      remove: () => rooms.setAffiliation(jid, who, "none"),
      ban: () => rooms.setAffiliation(jid, who, "outcast"),
      unban: () => rooms.setAffiliation(jid, who, "none"),
    };
    void this.#do(deeds[deed]);
  }

  #onTopic(event: SubmitEvent): void {
    event.preventDefault();
    const topic = new FormData(event.target as HTMLFormElement).get("topic");
    void this.#do(() => this.client.rooms.setSubject(this.jid, typeof topic === "string" ? topic.trim() : ""));
  }

  #onName(event: SubmitEvent): void {
    event.preventDefault();
    const nick = new FormData(event.target as HTMLFormElement).get("nick");
    const name = typeof nick === "string" ? nick.trim() : "";
    if (name)
      void this.#do(async () => {
        const problem = await this.client.rooms.setNick(this.jid, name);
        if (problem) throw new Error(problem);
      });
  }

  #onPicture(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = "";
    if (file) void this.#setPicture(file);
  }

  /** Small, and drawn anew: without what a camera wrote into it. undefined: none */
  async #setPicture(file: Blob | undefined): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = "";
    try {
      await this.client.avatars.setOfRoom(this.jid, file && (await scaledPicture(file)));
    } catch (error) {
      this.error = problemText(this.texts, error);
    }
    this.isBusy = false;
  }

  async #openSettings(): Promise<void> {
    await this.#do(async () => {
      this.settings = await this.client.rooms.settings(this.jid);
    });
    if (this.settings && !this.error) this.#show("settings");
  }

  #show(shown: Shown): void {
    this.shown = shown;
    this.picked = [];
    this.error = "";
  }

  async #readLists(): Promise<void> {
    this.affiliates = await this.client.rooms.affiliates(this.jid).catch(() => []);
  }

  async #do(run: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = "";
    try {
      await run();
      if (!this.client.rooms.of(this.jid)) this.dispatchEvent(new CustomEvent("jaseur-close"));
      else await this.#readLists();
      this.shown = "people";
    } catch (error) {
      this.error = problemText(this.texts, error);
    }
    this.isBusy = false;
  }

  #close(): void {
    if (this.shown === "people") this.dispatchEvent(new CustomEvent("jaseur-close"));
    else this.#show("people");
  }
}
