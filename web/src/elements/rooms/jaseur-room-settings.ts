// SPDX-License-Identifier: MIT
//
// <jaseur-room-settings>: what owners decide about a room, in words for people.
//
// Properties  texts, settings (as it is; undefined: a new one), action (of the button), isBusy
// Events      jaseur-settings (RoomSettings)

import { LitElement, css, html, type TemplateResult } from "lit";

import type { RoomSettings } from "../../model/types.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";

const NEW: RoomSettings = { name: "", description: "", isPublic: true, isMembersOnly: false, isModerated: false, showsAddresses: false, password: "" };

export class JaseurRoomSettings extends LitElement {
  static override properties = { texts: { attribute: false }, settings: { attribute: false }, action: {}, isBusy: { type: Boolean } };

  static override styles = [
    tokens,
    css`
      form,
      label.field,
      fieldset {
        display: grid;
        gap: 0.35em;
      }

      form {
        gap: 1em;
      }

      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }

      legend {
        margin-block-end: 0.35em;
        font-weight: 600;
      }

      fieldset label {
        display: flex;
        align-items: center;
        gap: 0.6em;
        min-height: 1.75em;
      }

      .quiet {
        color: var(--quiet);
        font-size: 0.875em;
      }

      button {
        justify-self: end;
      }
    `,
  ];

  declare texts: Texts;
  declare settings: RoomSettings | undefined;
  declare action: string;
  declare isBusy: boolean;

  constructor() {
    super();
    this.action = "";
    this.isBusy = false;
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const { name, description, isPublic, isMembersOnly, isModerated, password } = this.settings ?? NEW;
    const choice = (group: string, value: string, isChecked: boolean, label: string): TemplateResult =>
      html`<label><input type="radio" name=${group} value=${value} .checked=${isChecked} />${label}</label>`;
    return html`<form @submit=${(event: SubmitEvent) => this.#onSubmit(event)}>
      <label class="field">${texts.of("roomName")}<input name="name" maxlength="100" required autofocus autocomplete="off" .value=${name} /></label>
      <label class="field">${texts.of("roomAbout")}<input name="description" maxlength="500" autocomplete="off" .value=${description} /></label>
      <fieldset>
        <legend>${texts.of("whoMayEnter")}</legend>
        ${choice("who", "all", !isMembersOnly, texts.of("everybodyEnters"))} ${choice("who", "members", isMembersOnly, texts.of("membersEnter"))}
        <label><input type="checkbox" name="public" .checked=${isPublic} />${texts.of("canBeFound")}</label>
      </fieldset>
      <fieldset>
        <legend>${texts.of("whoMaySpeak")}</legend>
        ${choice("speak", "all", !isModerated, texts.of("everybodySpeaks"))} ${choice("speak", "some", isModerated, texts.of("someSpeak"))}
      </fieldset>
      <label class="field"
        >${texts.of("passwordIfAny")}<input name="password" type="password" maxlength="200" autocomplete="new-password" .value=${password}
      /></label>
      <button class="first" ?disabled=${this.isBusy}>${this.action}</button>
    </form>`;
  }

  #onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const detail: RoomSettings = {
      ...(this.settings ?? NEW),
      name: text("name"),
      description: text("description"),
      isPublic: form.has("public"),
      isMembersOnly: form.get("who") === "members",
      isModerated: form.get("speak") === "some",
      password: text("password"),
    };
    this.dispatchEvent(new CustomEvent("jaseur-settings", { detail }));
  }
}
