// SPDX-License-Identifier: MIT
//
// <jaseur-settings>: how this browser tells what comes. Loaded when it is opened.
//
// Properties  texts, client, notifier
// Events      jaseur-close

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";

import { FOR_GOOD, type NoticeSettings } from "../../model/notice.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import type { DesktopState } from "../notices/desktop.js";
import type { Notifier } from "../notices/notifier.js";
import type { WebPushState } from "../notices/push.js";
import { tokens } from "../style.js";
import type { PlainTextName } from "../texts/texts.js";

const DESKTOP_HINTS: Readonly<Record<DesktopState, PlainTextName>> = {
  ask: "desktopAsk",
  allowed: "desktopAllowed",
  blocked: "desktopBlocked",
  unsupported: "desktopUnsupported",
};

const PUSH_HINTS: Readonly<Record<WebPushState, PlainTextName>> = {
  off: "pushHint",
  on: "pushHint",
  blocked: "pushBlocked",
  unsupported: "pushUnsupported",
};

type Changed = CustomEvent<{ checked: boolean }>;

export class JaseurSettings extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, notifier: { attribute: false } };

  static override styles = [
    tokens,
    css`
      .mute {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5em 1em;
        padding: 0.5em 0 0.75em;
        border-block-end: 1px solid var(--line);
        margin-block-end: 0.5em;
      }

      .mute > div {
        flex: 1;
        min-width: 12em;
      }

      /* What to do is no part of what cannot be done: it is not dimmed. */
      .blocked {
        display: flex;
        gap: 0.75em;
        margin-block-end: 0.5em;
        padding: 0.75em;
        border-radius: 0.6em;
        background: var(--sunken);
        color: var(--ink);
      }

      p {
        margin: 0;
        color: var(--quiet);
        font-size: 0.875em;
      }
    `,
  ];

  declare notifier: Notifier;
  readonly #leaving = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    // Somebody may come back from the browser's settings.
    addEventListener("focus", () => this.requestUpdate(), { signal: this.#leaving.signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
  }

  protected override render(): TemplateResult {
    const { client, texts, notifier } = this;
    const { settings } = client.notices;
    const desktop = notifier.desktop.state;
    const push = notifier.push.state;
    return html`<jaseur-dialog .texts=${texts} heading=${texts.of("noticeSettings")} @jaseur-close=${() => this.dispatchEvent(new CustomEvent("jaseur-close"))}>
      ${this.#mute()}
      <jaseur-switch
        label=${texts.of("sounds")}
        hint=${texts.of("soundsHint")}
        .checked=${live(settings.sounds)}
        @jaseur-change=${({ detail }: Changed) => this.#setSounds(detail.checked)}
      ></jaseur-switch>
      <jaseur-switch
        label=${texts.of("desktopNotices")}
        hint=${desktop === "blocked" ? "" : texts.of(DESKTOP_HINTS[desktop])}
        .checked=${live(settings.desktop && desktop === "allowed")}
        .disabled=${desktop === "blocked" || desktop === "unsupported"}
        @jaseur-change=${({ detail }: Changed) => void this.#setDesktop(detail.checked)}
      ></jaseur-switch>
      ${desktop === "blocked" ? html`<p class="blocked">${icon("warning")}<span>${texts.of("desktopBlocked")}</span></p>` : nothing}
      <jaseur-switch
        label=${texts.of("push")}
        hint=${texts.of(PUSH_HINTS[push])}
        .checked=${live(push === "on")}
        .disabled=${push === "blocked" || push === "unsupported"}
        @jaseur-change=${({ detail }: Changed) => void this.#setPush(detail.checked)}
      ></jaseur-switch>
      <jaseur-switch
        label=${texts.of("hideText")}
        hint=${texts.of("hideTextHint")}
        .checked=${live(settings.hidesText)}
        @jaseur-change=${({ detail }: Changed) => this.#change({ hidesText: detail.checked })}
      ></jaseur-switch>
      <jaseur-switch
        label=${texts.of("refuseCalls")}
        hint=${texts.of("refuseCallsHint")}
        .checked=${live(settings.refusesCalls)}
        @jaseur-change=${({ detail }: Changed) => this.#change({ refusesCalls: detail.checked })}
      ></jaseur-switch>
    </jaseur-dialog>`;
  }

  #mute(): TemplateResult {
    const { client, texts } = this;
    const { isMuted, settings } = client.notices;
    const mute = (until: "hour" | "tomorrow" | "for good" | "not"): void => this.#do(client.notices.mute(until));
    if (isMuted)
      return html`<div class="mute">
        <div>
          ${settings.mutedUntil === FOR_GOOD ? texts.of("mutedForGood") : texts.of("mutedUntil", { when: texts.when(settings.mutedUntil) })}
          <p>${texts.of("muteHint")}</p>
        </div>
        <button class="first" @click=${() => mute("not")}>${texts.of("unmute")}</button>
      </div>`;
    const items = [
      { name: "hour", label: texts.of("muteHour") },
      { name: "tomorrow", label: texts.of("muteTomorrow") },
      { name: "for good", label: texts.of("muteForGood") },
    ];
    return html`<div class="mute">
      <div>
        ${texts.of("mute")}
        <p>${texts.of("muteHint")}</p>
      </div>
      <button popovertarget="until">${texts.of("mute")}…</button>
      <jaseur-menu
        id="until"
        edge="end"
        .items=${items}
        label=${texts.of("mute")}
        @jaseur-pick=${({ detail }: CustomEvent<{ name: "hour" | "tomorrow" | "for good" }>) => mute(detail.name)}
      ></jaseur-menu>
    </div>`;
  }

  #setSounds(sounds: boolean): void {
    this.#change({ sounds });
    if (sounds) this.notifier.sample();
  }

  /** The browser asks now, after the click and its explanation. */
  async #setDesktop(isWanted: boolean): Promise<void> {
    const state = isWanted ? await this.notifier.desktop.ask() : "allowed";
    this.#change({ desktop: isWanted && state === "allowed" });
    this.requestUpdate();
  }

  async #setPush(isWanted: boolean): Promise<void> {
    const { push } = this.notifier;
    try {
      await (isWanted ? push.enable() : push.disable());
    } catch {
      feedback(this, this.texts.of("pushFailed"), { isBad: true });
    }
    this.requestUpdate();
  }

  #change(change: Partial<NoticeSettings>): void {
    this.#do(this.client.notices.change(change));
  }

  #do(done: Promise<void>): void {
    done.catch(() => feedback(this, this.texts.of("notSaved"), { isBad: true })).finally(() => this.requestUpdate());
  }
}
