// SPDX-License-Identifier: MIT
//
// <jaseur-developer-send>: sends a stanza that somebody types.
//
// Properties  language, feed, account (bare)

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

import { domainOf } from "../../core/jid.js";
import type { DeveloperFeed } from "../../model/developer.js";
import { tokens } from "../style.js";
import { filled } from "../words.js";
import { developerStyle } from "./developer_style.js";
import { say } from "./developer_words.js";
import { RawStanzaError, readRawStanza } from "./raw_stanza.js";
import { TEMPLATES } from "./templates.js";

export class JaseurDeveloperSend extends LitElement {
  static override properties = {
    language: {},
    feed: { attribute: false },
    account: {},
    said: { state: true },
    isBad: { state: true },
  };

  static override styles = [
    tokens,
    developerStyle,
    css`
      form {
        flex: 1;
        display: flex;
        flex-direction: column;
        min-height: 0;
      }

      label {
        display: flex;
        align-items: center;
        gap: 8px;
      }

      textarea {
        flex: 1;
        min-height: 80px;
        margin: 12px;
        resize: none;
      }

      .bar:last-child {
        border: 0;
        padding-top: 0;
      }

      .bar p {
        flex: 1;
        margin: 0;
      }
    `,
  ];

  declare language: string;
  declare feed: DeveloperFeed;
  declare account: string;
  declare said: string;
  declare isBad: boolean;

  constructor() {
    super();
    this.language = "en";
    this.account = this.said = "";
    this.isBad = false;
  }

  protected override render(): TemplateResult {
    const { language } = this;
    return html`<form @submit=${(event: SubmitEvent) => void this.#onSubmit(event)}>
      <div class="bar">
        <label
          >${say(language, "template")}
          <select @change=${(event: Event) => this.#begin((event.target as HTMLSelectElement).value)}>
            <option value=""></option>
            ${Object.keys(TEMPLATES).map((name) => html`<option>${name}</option>`)}
          </select>
        </label>
      </div>
      <textarea
        aria-label=${say(language, "ownStanza")}
        spellcheck="false"
        dir="ltr"
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.renderRoot.querySelector("form")?.requestSubmit();
        }}
      ></textarea>
      <div class="bar">
        <p role=${this.isBad ? "alert" : "status"} class=${this.isBad ? "bad" : "quiet"}>${this.said || nothing}</p>
        <button class="first">${say(language, "sendIt")}</button>
      </div>
    </form>`;
  }

  get #area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  #begin(template: string): void {
    const area = this.#area;
    if (area) area.value = filled(TEMPLATES[template] ?? "", { account: this.account, domain: domainOf(this.account) });
    this.said = "";
  }

  async #onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    try {
      const isSent = await this.feed.send(readRawStanza(this.#area?.value ?? ""));
      this.isBad = !isSent;
      this.said = say(this.language, isSent ? "sent" : "notSent");
    } catch (error) {
      if (!(error instanceof RawStanzaError)) throw error;
      this.isBad = true;
      this.said = say(this.language, error.reason, { at: error.at && say(this.language, "brokenAt", { at: error.at }) });
    }
  }
}
