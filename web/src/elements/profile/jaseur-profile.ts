// SPDX-License-Identifier: MIT
//
// <jaseur-profile>: what the account shows of itself: picture, card; and whom it has blocked. Loaded when
// it is opened.
//
// Properties  texts, client
// Events      jaseur-close

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import type { VCard } from "../../protocol/xep0054.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import { formStyles } from "../person/form.js";
import { tokens } from "../style.js";
import type { PlainTextName } from "../texts/texts.js";
import { scaledPicture } from "./picture.js";

type Field = Exclude<keyof VCard, "photo">;

const FIELDS: readonly (readonly [Field, PlainTextName, type: string])[] = [
  ["name", "fullName", "text"],
  ["nickname", "nickname", "text"],
  ["title", "job", "text"],
  ["organisation", "organisation", "text"],
  ["email", "email", "email"],
  ["phone", "phone", "tel"],
  ["city", "city", "text"],
  ["country", "country", "text"],
  ["website", "website", "url"],
];

export class JaseurProfile extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, card: { state: true }, isBusy: { state: true } };

  static override styles = [
    tokens,
    formStyles,
    css`
      .top {
        display: flex;
        gap: 1em;
        align-items: center;
        --avatar: 4.5em;
      }

      .top > div {
        flex: 1;
        min-width: 0;
      }

      .top p {
        margin: 0 0 0.5em;
        color: var(--quiet);
        overflow-wrap: anywhere;
      }

      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(12em, 1fr));
        gap: 0.75em;
      }

      .fields .wide {
        grid-column: 1 / -1;
      }

      .fields .actions {
        justify-content: flex-end;
      }

      h3 {
        margin: 0;
        font-size: 1em;
      }

      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: flex;
        align-items: center;
        gap: 0.5em;
        min-height: 2.75em;
      }

      li span {
        flex: 1;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare card: VCard | undefined;
  declare isBusy: boolean;

  constructor() {
    super();
    this.isBusy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  protected override render(): TemplateResult {
    const { client, texts, card } = this;
    const { account } = client;
    return html`<jaseur-dialog .texts=${texts} heading=${texts.of("yourProfile")} @jaseur-close=${() => this.#close()}>
      <div class="all">
        <div class="top">
          ${avatar(client, account, client.people.nameOf(account))}
          <div>
            <p>${account}</p>
            <div class="actions">
              <button autofocus ?disabled=${this.isBusy} @click=${() => this.#input()?.click()}>${icon("image")}${texts.of("choosePicture")}</button>
              ${client.avatars.urlOf(account)
                ? html`<button ?disabled=${this.isBusy} @click=${() => void this.#do(client.avatars.remove())}>${icon("trash")}${texts.of("removePicture")}</button>`
                : nothing}
            </div>
            <input type="file" hidden accept="image/*" @change=${(event: Event) => this.#onFile(event)} />
          </div>
        </div>
        ${card
          ? html`<form class="fields" @submit=${(event: SubmitEvent) => this.#save(event)}>
              ${FIELDS.map(([name, label, type]) => html`<label>${texts.of(label)}<input name=${name} type=${type} maxlength="200" .value=${card[name]} /></label>`)}
              <label class="wide">${texts.of("aboutMe")}<textarea name="about" rows="2" maxlength="1000" .value=${card.about}></textarea></label>
              <div class="actions wide"><button class="first" ?disabled=${this.isBusy}>${texts.of("save")}</button></div>
            </form>`
          : html`<p role="status">${texts.of("loading")}</p>`}
        ${this.#blocked()}
      </div>
    </jaseur-dialog>`;
  }

  #blocked(): TemplateResult | typeof nothing {
    const { texts } = this;
    const { people } = this.client;
    if (people.blocked.size === 0) return nothing;
    return html`<section>
      <h3>${texts.of("blocked")}</h3>
      <ul>
        ${[...people.blocked].map(
          (jid) => html`<li><span>${jid}</span><button @click=${() => void this.#do(people.unblock(jid))}>${texts.of("unblock")}</button></li>`,
        )}
      </ul>
    </section>`;
  }

  // -----------------------------------------------------------------------------------------------------

  #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector("input[type=file]");
  }

  async #read(): Promise<void> {
    await this.updateComplete;
    this.card = await this.client.people.card(this.client.account).catch(() => undefined);
  }

  async #do(done: Promise<unknown>): Promise<void> {
    this.isBusy = true;
    try {
      await done;
      feedback(this, this.texts.of("saved"));
    } catch {
      feedback(this, this.texts.of("notDone"), { isBad: true });
    } finally {
      this.isBusy = false;
    }
  }

  #onFile(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = "";
    if (file) void this.#do(this.#publish(file));
  }

  async #publish(file: Blob): Promise<void> {
    const { type, base64, width, height } = await scaledPicture(file);
    await this.client.avatars.publish(type, base64, width, height);
  }

  #save(event: SubmitEvent): void {
    event.preventDefault();
    if (!this.card) return;
    const form = new FormData(event.target as HTMLFormElement);
    const said = Object.fromEntries([...FIELDS.map(([name]) => name), "about"].map((name) => [name, (form.get(name) as string).trim()]));
    const card = { ...this.card, ...said };
    void this.#do(this.client.people.setCard(card));
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }
}
