// SPDX-License-Identifier: MIT
//
// <jaseur-uploads>: the files of a conversation that are under way, at its end as what one has said,
// with how far they are; and those that failed, to be sent again or not.
//
// Properties  texts, client, jid
// Events      jaseur-cancelled

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Upload } from "../../model/types.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import { card, cardStyles } from "./card.js";
import { kindOf } from "./kind.js";
import { bytesText } from "./measure.js";

export class JaseurUploads extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, jid: {} };

  static override styles = [
    tokens,
    cardStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }

      ul {
        display: flex;
        flex-direction: column;
        align-items: flex-end;
        gap: 0.3em;
        max-width: 58em;
        max-height: 35vh;
        margin: 0 auto;
        padding: 0.25em 1em;
        list-style: none;
        overflow-y: auto;
      }

      li {
        flex: none;
        width: min(100%, 24em);
        padding: 0.5em;
        border-radius: 1em 1em 0.3em;
        background: var(--own);
      }

      .card {
        max-width: 100%;
        padding: 0;
        border: 0;
        background: none;
      }

      .picture {
        flex: none;
        width: 2.8em;
        height: 2.8em;
        border-radius: 0.4em;
        object-fit: cover;
        background: var(--sunken);
      }

      .more {
        color: inherit;
      }

      li .warning {
        font-weight: 600;
      }

      progress {
        appearance: none;
        display: block;
        width: 100%;
        height: 0.3em;
        margin-top: 0.4em;
        border: 0;
        border-radius: 1em;
        background: var(--card);
        overflow: hidden;
      }

      progress::-webkit-progress-bar {
        background: var(--card);
      }

      progress::-webkit-progress-value {
        background: var(--accent);
      }

      progress::-moz-progress-bar {
        background: var(--accent);
      }

      .caption {
        margin: 0.4em 0 0;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare jid: string;

  protected override render(): TemplateResult | typeof nothing {
    const uploads = this.client.uploads.of(this.jid);
    if (!uploads.length) return nothing;
    return html`<ul aria-label=${this.texts.of("uploads")}>
      ${repeat(uploads, ({ key }) => key, (upload) => this.#row(upload))}
    </ul>`;
  }

  #row(upload: Upload): TemplateResult {
    const { texts, client } = this;
    const { key, file, state, sent, caption } = upload;
    const name = file.name || texts.of("file");
    const preview = kindOf(file) === "image" ? client.uploads.preview(key) : undefined;
    const said = html`<span class=${state === "failed" ? "warning" : ""} role=${state === "failed" ? "alert" : nothing}>${this.#stateText(upload)}</span>`;
    return html`<li>
      <div class="card">
        ${card(file, texts.of("file"), texts.language, { more: said, picture: preview && html`<img class="picture" src=${preview} alt="" />` })}
        ${state === "failed"
          ? html`<button class="bare" ${tip(texts.of("sendAgain"))} @click=${() => void client.uploads.retry(key)}>${icon("refresh")}</button>`
          : nothing}
        <button class="bare" ${tip(texts.of("cancelUpload", { name }))} @click=${() => this.#cancel(key)}>${icon("close")}</button>
      </div>
      ${state === "sending" ? html`<progress max=${file.size ?? 1} value=${sent} aria-label=${name}></progress>` : nothing}
      ${caption ? html`<p class="caption" dir="auto">${caption}</p>` : nothing}
    </li>`;
  }

  /** The button goes with its row: the focus must not be lost with it. */
  #cancel(key: string): void {
    void this.client.uploads.cancel(key);
    this.dispatchEvent(new CustomEvent("jaseur-cancelled"));
  }

  #stateText({ state, failure, sent, file }: Upload): string {
    const { texts, client } = this;
    const isOnline = client.connection.kind === "online" && navigator.onLine;
    if (!isOnline && state !== "failed" && sent === 0) return texts.of("uploadOffline");
    if (state === "sending")
      return texts.of("uploadSending", { percent: Math.floor((100 * sent) / (file.size || 1)) });
    if (state === "waiting") return texts.of("uploadWaits");
    const { maxSize } = client.uploads;
    switch (failure) {
      case "too-large":
        return maxSize === undefined ? texts.of("tooLargeUnknown") : texts.of("tooLarge", { size: bytesText(maxSize, texts.language) });
      case "no-space":
        return texts.of("noSpace");
      case "no-service":
        return texts.of("noService");
      case "network":
        return texts.of("uploadNetwork");
      case "interrupted":
        return texts.of("interrupted");
      default:
        return texts.of("uploadRefused");
    }
  }
}
