// SPDX-License-Identifier: MIT
//
// <jaseur-bell>: how much waits for an answer, and what: requests of people, invitations into rooms,
// messages that did not arrive, what is unread.
//
// Properties  texts, client
// Events      jaseur-choose { jid }, jaseur-settings (both pass the roots of shadows)

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";

import { FOR_GOOD } from "../../model/notice.js";
import type { ContactRequest, Failure, RoomInvitation } from "../../model/types.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import type { JaseurPopover } from "../popover/jaseur-popover.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";

export class JaseurBell extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, mayAsk: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
      }

      .bell {
        position: relative;
      }

      .bell .count {
        position: absolute;
        inset-block-start: -0.2em;
        inset-inline-end: -0.35em;
        min-width: 1.5em;
        padding: 0 0.35em;
      }

      section {
        width: min(24em, calc(100vw - 2em));
        padding: 0.5em 0 0.75em;
      }

      header {
        display: flex;
        align-items: center;
        gap: 0.25em;
        padding: 0 0.5em 0.25em 1em;
      }

      h2 {
        flex: 1;
        margin: 0;
        font-size: 1.0625em;
      }

      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li,
      .line {
        display: flex;
        align-items: center;
        gap: 0.75em;
        padding: 0.5em 1em;
      }

      li {
        align-items: flex-start;
      }

      li > div,
      .line > span {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }

      li p {
        margin: 0.1em 0 0;
        color: var(--quiet);
        font-size: 0.875em;
      }

      li .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5em;
        margin-top: 0.5em;
      }

      li button,
      .line button {
        padding: 0.35em 0.8em;
      }

      .line {
        margin-block-start: 0.25em;
        border-block-start: 1px solid var(--line);
        padding-block-start: 0.75em;
        color: var(--quiet);
      }

      .warning {
        display: grid;
        place-items: center;
        width: 2.5em;
        height: 2.5em;
        flex: none;
        border-radius: 50%;
        background: var(--sunken);
        color: var(--bad);
      }

      .none {
        margin: 0;
        padding: 1.5em 1em;
        color: var(--quiet);
        text-align: center;
      }
    `,
  ];

  declare mayAsk: boolean; // nobody has said whether desktop notifications may be shown

  constructor() {
    super();
    this.mayAsk = false;
  }

  protected override render(): TemplateResult {
    const { client, texts } = this;
    const { requests } = client.people;
    const { failures, isMuted } = client.notices;
    const { invitations } = client.rooms;
    const count = requests.length + invitations.length + failures.length;
    const name = count ? texts.of("noticesWaiting", { count }) : texts.of("notices");
    return html`
      <button class="bare bell" popovertarget="centre" ${tip(name)}>
        ${icon(isMuted ? "bellOff" : "bell")}${count ? html`<span class="count" aria-hidden="true">${count > 99 ? "99+" : texts.number(count)}</span>` : nothing}
      </button>
      <jaseur-popover id="centre" edge="end" label=${texts.of("notices")} @beforetoggle=${() => this.#look()}>
        <section>
          <header>
            <h2>${texts.of("notices")}</h2>
            ${failures.length || client.conversations.unread
              ? html`<button class="bare" @click=${() => void client.notices.dismiss()} ${tip(texts.of("markAllRead"))}>${icon("checks")}</button>`
              : nothing}
            <button class="bare" @click=${() => this.#openSettings()} ${tip(texts.of("noticeSettings"))}>${icon("settings")}</button>
          </header>
          <ul>
            ${requests.map((request) => this.#request(request))} ${invitations.map((invitation) => this.#invitation(invitation))}
            ${failures.map((failure) => this.#failure(failure))}
          </ul>
          ${count ? nothing : html`<p class="none">${texts.of("nothingWaits")}</p>`} ${this.#lines()}
        </section>
      </jaseur-popover>
    `;
  }

  #request({ jid, text }: ContactRequest): TemplateResult {
    const { client, texts } = this;
    const answer = (isAccepted: boolean): void => void client.people.answerRequest(jid, isAccepted).catch(() => undefined);
    return html`<li>
      ${avatar(client, jid, client.people.nameOf(jid))}
      <div>
        <span dir="auto">${texts.of("wantsToSee", { who: jid })}</span>
        ${text ? html`<p dir="auto">${text}</p>` : nothing}
        <div class="actions">
          <button class="first" @click=${() => answer(true)}>${texts.of("accept")}</button>
          <button @click=${() => answer(false)}>${texts.of("refuse")}</button>
        </div>
      </div>
    </li>`;
  }

  #invitation({ room, name, from, reason }: RoomInvitation): TemplateResult {
    const { client, texts } = this;
    const answer = (isAccepted: boolean): void =>
      void client.rooms
        .answerInvitation(room, isAccepted)
        .then(() => (isAccepted ? this.#choose(room) : undefined))
        .catch(() => undefined);
    return html`<li>
      ${avatar(client, room, name || client.nameOf(room))}
      <div>
        <span dir="auto">${texts.of("invitesInto", { who: client.nameOf(from), name: name || client.nameOf(room) })}</span>
        ${reason ? html`<p dir="auto">${reason}</p>` : nothing}
        <div class="actions">
          <button class="first" @click=${() => answer(true)}>${texts.of("accept")}</button>
          <button @click=${() => answer(false)}>${texts.of("refuse")}</button>
        </div>
      </div>
    </li>`;
  }

  #failure({ with: jid, text, time }: Failure): TemplateResult {
    const { client, texts } = this;
    return html`<li>
      <span class="warning">${icon("warning")}</span>
      <div>
        <span dir="auto">${texts.of("notDeliveredTo", { who: client.nameOf(jid) })}</span>
        <p dir="auto">${text.slice(0, 120)} · <time datetime=${new Date(time).toISOString()}>${texts.when(time)}</time></p>
        <div class="actions"><button @click=${() => this.#choose(jid)}>${texts.of("openConversation")}</button></div>
      </div>
    </li>`;
  }

  #lines(): TemplateResult {
    const { client, texts } = this;
    const { isMuted, settings } = client.notices;
    const { unread } = client.conversations;
    return html`
      ${unread ? html`<div class="line"><span>${texts.of("unreadInAll", { count: unread })}</span></div>` : nothing}
      ${isMuted
        ? html`<div class="line">
            <span>${settings.mutedUntil === FOR_GOOD ? texts.of("mutedForGood") : texts.of("mutedUntil", { when: texts.when(settings.mutedUntil) })}</span>
            <button @click=${() => void client.notices.mute("not")}>${texts.of("unmute")}</button>
          </div>`
        : nothing}
      ${this.mayAsk && !settings.desktop
        ? html`<div class="line">
            <span>${texts.of("turnOnNotices")}</span>
            <button @click=${() => this.#openSettings()}>${texts.of("turnOn")}</button>
          </div>`
        : nothing}
    `;
  }

  /** Not each time it is drawn: the page stands still until the browser has answered. */
  #look(): void {
    this.mayAsk = "Notification" in globalThis && Notification.permission === "default";
  }

  #hide(): void {
    this.renderRoot.querySelector<JaseurPopover>("jaseur-popover")?.hide();
  }

  #choose(jid: string): void {
    this.#hide();
    this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid }, bubbles: true, composed: true }));
  }

  #openSettings(): void {
    this.#hide();
    this.dispatchEvent(new CustomEvent("jaseur-settings", { bubbles: true, composed: true }));
  }
}
