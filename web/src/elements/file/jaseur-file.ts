// SPDX-License-Identifier: MIT
//
// <jaseur-file>: the file of a message: a picture, sound or film in its place, anything else as a
// card to download. Its place has its size before anything is loaded, so nothing moves. What is
// elsewhere than on the host's own server is asked for after a click.
//
// Properties  texts, client, message
// Events      jaseur-media { … }   (bubbles, composed) it shall be shown large (media/showing.ts)

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";

import type { ChatMessage } from "../../model/types.js";
import type { FileDetails } from "../../protocol/xep0447.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { showMedia } from "../media/showing.js";
import { onDemand } from "../on_demand.js";
import { tokens } from "../style.js";
import { card, cardStyles } from "./card.js";
import { described, isProgram, kindOf } from "./kind.js";
import { durationText, fitted } from "./measure.js";

const MOST = 320; // pixels of a picture or film, in each direction
const UNSAID = { width: 320, height: 240 };

export class JaseurFile extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    message: { attribute: false },
    isBroken: { state: true },
  };

  static override styles = [
    tokens,
    cardStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }

      .picture,
      video {
        display: block;
        width: var(--width);
        max-width: 100%;
        aspect-ratio: var(--ratio);
        margin: 0;
        border: 0;
        border-radius: 0.7em;
        padding: 0;
        background: var(--sunken);
        overflow: hidden;
      }

      .picture {
        cursor: zoom-in;
      }

      img {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }

      jaseur-audio {
        display: block;
        min-height: 2.6em;
      }

      .elsewhere {
        display: grid;
        gap: 0.5em;
        justify-items: start;
        width: var(--width, auto);
        max-width: 100%;
        padding: 0.6em;
        border: 1px dashed var(--line);
        border-radius: 0.7em;
      }

      .elsewhere p {
        margin: 0;
        font-size: 0.8125em;
      }

      .elsewhere .card {
        border: 0;
        padding: 0;
        background: none;
        max-width: 100%;
      }
    `,
  ];

  declare message: ChatMessage;
  declare isBroken: boolean;
  #failed = new Set<string>(); // addresses that showed nothing

  constructor() {
    super();
    this.isBroken = false;
  }

  get #url(): string {
    return this.message.url ?? "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("message")) return;
    const { width: w = UNSAID.width, height: h = UNSAID.height } = this.message.file ?? {};
    const { width, height } = fitted(w, h, MOST);
    this.style.setProperty("--width", `${Math.max(width, 96)}px`);
    this.style.setProperty("--ratio", `${Math.max(width, 96)} / ${Math.max(height, 48)}`);
  }

  protected override render(): TemplateResult {
    const file = described(this.#url, this.message.file);
    const kind = kindOf(file);
    if (kind === "other" || this.isBroken) return this.#card(file);
    if (!this.client.uploads.mayLoad(this.#url)) return this.#elsewhere(file);
    if (kind === "image") return this.#image(file);
    if (kind === "video") return this.#video(file);
    return this.#audio(file);
  }

  /** Of this tab's own file what is here already. */
  get #source(): string {
    const preview = this.client.uploads.preview(this.#url);
    return preview !== undefined && !this.#failed.has(preview) ? preview : this.#url;
  }

  /** What is here may be gone before what is on the server. */
  #onError(source: string): void {
    this.#failed.add(source);
    if (source !== this.#url) this.requestUpdate();
    else this.isBroken = true;
  }

  #image(file: FileDetails): TemplateResult {
    const { texts, message } = this;
    const source = this.#source;
    const name = file.description || file.name || texts.of("image");
    return html`<button
      class="picture"
      aria-label=${texts.of("openImage", { name })}
      @click=${() => showMedia(this, { kind: "file", message })}
    >
      <img src=${source} alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" @error=${() => this.#onError(source)} />
    </button>`;
  }

  #video(file: FileDetails): TemplateResult {
    const source = this.#source;
    return html`<video
      src=${source}
      aria-label=${file.description || file.name || this.texts.of("video")}
      controls
      playsinline
      preload="metadata"
      @error=${() => this.#onError(source)}
    ></video>`;
  }

  #audio(file: FileDetails): TemplateResult {
    const { texts } = this;
    const source = this.#url; // its bytes are read, which pages may not do with a blob's address
    onDemand("jaseur-audio", async () => (await import("../voice/jaseur-audio.js")).JaseurAudio).catch(() => undefined);
    const name = file.description || (file.name.startsWith("voice-") ? texts.of("voice") : file.name || texts.of("audio"));
    return html`<jaseur-audio
      .texts=${texts}
      .source=${source}
      .name=${name}
      .duration=${file.duration}
      .size=${file.size}
      @jaseur-broken=${() => this.#onError(source)}
    ></jaseur-audio>`;
  }

  #card(file: FileDetails): TemplateResult {
    const { texts } = this;
    const url = this.#url;
    const isOwn = this.client.uploads.isOwn(url);
    const name = file.name || texts.of("file");
    const more = html`${file.duration === undefined ? nothing : html`<span>${durationText(file.duration)}</span>`}
    ${isOwn ? nothing : html`<span>${texts.of("from", { host: new URL(url).host })}</span>`}
    ${this.isBroken ? html`<span>${texts.of("gone")}</span>` : nothing}
    ${isProgram(name) ? html`<span class="warning">${texts.of("program")}</span>` : nothing}`;
    return html`<a
      class="card"
      href=${url}
      download=${file.name}
      target="_blank"
      rel="noopener noreferrer nofollow"
      >${card(file, texts.of("file"), texts.language, { more })}<span class="unseen">${texts.of("download")}</span>${icon("download")}</a
    >`;
  }

  #elsewhere(file: FileDetails): TemplateResult {
    const { texts, client } = this;
    const { host } = new URL(this.#url);
    return html`<div class="elsewhere">
      <span class="card">${card(file, texts.of(kindOf(file) as "image"), texts.language)}</span>
      <p>${texts.of("loadHint", { host })}</p>
      <button @click=${() => client.uploads.allow(this.#url)}>${texts.of("load", { host })}</button>
    </div>`;
  }
}
