// SPDX-License-Identifier: MIT
//
// <jaseur-person>: everything about somebody, and what can be done with him. Loaded when it is opened.
//
// Properties  texts, client, jid
// Events      jaseur-close
//             jaseur-choose { jid }: he is to be written to

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";

import type { LastActivity } from "../../protocol/xep0012.js";
import type { VCard } from "../../protocol/xep0054.js";
import { webAddress } from "../../protocol/xep0447.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import { presenceText } from "../people/presence_text.js";
import { tokens } from "../style.js";
import type { PlainTextName } from "../texts/texts.js";
import { tip } from "../tip/tip.js";
import { formStyles } from "./form.js";

const REASONS = ["none", "spam", "abuse"] as const;
const REASON_TEXTS = { none: "blockOnly", spam: "blockSpam", abuse: "blockAbuse" } as const satisfies Record<string, PlainTextName>;

export class JaseurPerson extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    jid: {},
    card: { state: true },
    last: { state: true },
    isBlocking: { state: true },
    reason: { state: true },
  };

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
        overflow-wrap: anywhere;
      }

      .top .avatar .dot {
        width: 1.1em;
        height: 1.1em;
      }

      .top p {
        margin: 0;
      }

      .address {
        display: flex;
        align-items: center;
        gap: 0.25em;
      }

      .quiet {
        color: var(--quiet);
      }

      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 0.4em 1em;
        margin: 0;
      }

      dt {
        color: var(--quiet);
      }

      dd {
        margin: 0;
        overflow-wrap: anywhere;
        white-space: pre-line;
      }

      a {
        color: var(--accent);
      }

      .bad {
        color: var(--bad);
      }
    `,
  ];

  declare jid: string;
  declare card: VCard | undefined;
  declare last: LastActivity | undefined;
  declare isBlocking: boolean;
  declare reason: (typeof REASONS)[number];

  constructor() {
    super();
    this.jid = "";
    this.isBlocking = false;
    this.reason = "none";
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("jid")) void this.#read();
  }

  protected override render(): TemplateResult {
    const { client, texts, jid } = this;
    const { people } = client;
    const name = people.nameOf(jid);
    const presence = people.presenceOf(jid);
    return html`<jaseur-dialog .texts=${texts} heading=${name} @jaseur-close=${() => this.#close()}>
      <div class="all">
        <div class="top">
          ${avatar(client, jid, name, presence.availability)}
          <div>
            <p>${this.#presence()}</p>
            ${presence.status ? html`<p class="quiet" dir="auto">${presence.status}</p>` : nothing}
            <p class="address">
              <span class="quiet">${jid}</span
              ><button class="bare" ${tip(texts.of("copyAddress"))} @click=${() => void this.#copy()}>${icon("copy")}</button>
            </p>
          </div>
        </div>
        ${this.#actions()} ${this.isBlocking ? this.#blocking() : nothing} ${people.isContact(jid) ? this.#contact() : nothing} ${this.#card()}
      </div>
    </jaseur-dialog>`;
  }

  #presence(): string {
    const { texts, last } = this;
    const presence = this.client.people.presenceOf(this.jid);
    if (presence.availability === "offline" && last) return texts.of("lastSeen", { ago: texts.ago(Date.now() - last.seconds * 1000) });
    return presenceText(texts, presence);
  }

  #actions(): TemplateResult {
    const { texts, jid } = this;
    const { people } = this.client;
    return html`<div class="actions">
      <button class="first" autofocus @click=${() => this.#choose()}>${icon("chat")}${texts.of("write")}</button>
      ${people.isContact(jid)
        ? html`<button @click=${() => void this.#do(people.remove(jid), "removed")}>${icon("trash")}${texts.of("removeContact")}</button>`
        : html`<button @click=${() => void this.#do(people.add(jid), "asked")}>${icon("personAdd")}${texts.of("addContact")}</button>`}
      ${people.isBlocked(jid)
        ? html`<button @click=${() => void this.#do(people.unblock(jid), "unblocked")}>${icon("block")}${texts.of("unblock")}</button>`
        : html`<button class="bad" aria-expanded=${this.isBlocking ? "true" : "false"} @click=${() => (this.isBlocking = !this.isBlocking)}>
            ${icon("block")}${texts.of("block")}
          </button>`}
    </div>`;
  }

  /** With a word to the server about why, or without. */
  #blocking(): TemplateResult {
    const { texts } = this;
    return html`<form class="panel" @submit=${(event: SubmitEvent) => this.#block(event)}>
      <fieldset>
        <legend>${texts.of("blockWhy", { who: this.client.people.nameOf(this.jid) })}</legend>
        ${REASONS.map(
          (reason) =>
            html`<label class="choice"
              ><input type="radio" name="reason" .checked=${this.reason === reason} @change=${() => (this.reason = reason)} />${texts.of(REASON_TEXTS[reason])}</label
            >`,
        )}
      </fieldset>
      ${this.reason === "none"
        ? nothing
        : html`<label>${texts.of("blockText")}<textarea name="text" rows="2" maxlength="1000"></textarea></label>
            <p class="quiet">${texts.of("blockHint")}</p>`}
      <div class="actions"><button class="first">${texts.of("block")}</button></div>
    </form>`;
  }

  /** How the account calls him, and where he stands in the list. */
  #contact(): TemplateResult {
    const { texts } = this;
    const { people } = this.client;
    const { name = "", groups = [] } = people.contact(this.jid) ?? {};
    return html`<form class="panel" @submit=${(event: SubmitEvent) => this.#change(event)}>
      <label>${texts.of("nameForYou")}<input name="name" maxlength="200" .value=${name} placeholder=${people.nameOf(this.jid)} /></label>
      <label
        >${texts.of("groups")}<input name="groups" maxlength="500" .value=${groups.join(", ")} list="known" placeholder=${texts.of("groupsHint")}
      /></label>
      <datalist id="known">${people.groups.map((group) => html`<option value=${group}></option>`)}</datalist>
      <div class="actions"><button>${texts.of("save")}</button></div>
    </form>`;
  }

  #card(): TemplateResult | typeof nothing {
    const { card, texts } = this;
    if (!card) return nothing;
    const website = webAddress(card.website);
    const place = [card.city, card.country].filter(Boolean).join(", ");
    const lines: readonly (readonly [PlainTextName, string | TemplateResult])[] = [
      ["fullName", card.name === this.client.people.nameOf(this.jid) ? "" : card.name],
      ["job", [card.title, card.role].filter(Boolean).join(", ")],
      ["organisation", [card.organisation, card.unit].filter(Boolean).join(", ")],
      ["email", card.email && html`<a href=${`mailto:${encodeURIComponent(card.email).replace("%40", "@")}`}>${card.email}</a>`],
      ["phone", card.phone],
      ["place", place],
      ["website", website === undefined ? "" : html`<a href=${website} target="_blank" rel="noopener noreferrer">${card.website}</a>`],
      ["birthday", card.birthday],
      ["aboutMe", card.about],
    ];
    const said = lines.filter(([, value]) => value !== "");
    return said.length
      ? html`<dl>${said.map(([name, value]) => html`<dt>${texts.of(name)}</dt><dd dir="auto">${value}</dd>`)}</dl>`
      : nothing;
  }

  // -----------------------------------------------------------------------------------------------------

  async #read(): Promise<void> {
    const { client, jid } = this;
    const [card, last] = await Promise.all([client.people.card(jid), client.people.lastActivity(jid)].map((one) => one.catch(() => undefined)));
    if (this.jid !== jid) return;
    this.card = card as VCard | undefined;
    this.last = last as LastActivity | undefined;
  }

  async #do(done: Promise<unknown>, text: "asked" | "removed" | "unblocked" | "nowBlocked" | "saved"): Promise<void> {
    const { texts } = this;
    try {
      await done;
      feedback(this, texts.of(text, { who: this.client.people.nameOf(this.jid) }));
    } catch {
      feedback(this, texts.of("notDone"), { isBad: true });
    }
  }

  #block(event: SubmitEvent): void {
    event.preventDefault();
    const text = new FormData(event.target as HTMLFormElement).get("text");
    const complaint = this.reason === "none" ? undefined : { reason: this.reason, text: typeof text === "string" ? text.trim() : "" };
    this.isBlocking = false;
    void this.#do(this.client.people.block(this.jid, complaint), "nowBlocked");
  }

  #change(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const field = (name: string): string => String(form.get(name) as string | null).trim();
    const groups = field("groups").split(",").map((group) => group.trim()).filter(Boolean);
    void this.#do(this.client.people.change(this.jid, field("name"), [...new Set(groups)]), "saved");
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.jid).catch(() => undefined);
    feedback(this, this.texts.of("copied"));
  }

  #choose(): void {
    this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid: this.jid } }));
    this.#close();
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }
}
