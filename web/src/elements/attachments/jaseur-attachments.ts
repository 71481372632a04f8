// SPDX-License-Identifier: MIT
//
// <jaseur-attachments>: the files that go with the next message, with what they look like, above where it is
// written. They come by button (jaseur-files), by paste, or are dropped on the conversation
// around it.
//
// Properties  texts, client, jid
// Events      jaseur-chosen   files are there: a text may be written to them

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Chosen } from "../../model/views/uploads.js";
import { JaseurElement } from "../element.js";
import { card, cardStyles } from "../file/card.js";
import { kindOf } from "../file/kind.js";
import { bytesText } from "../file/measure.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import type { FilesDetail } from "./jaseur-attach.js";

/** Films and what only some browsers read: what they say of a place stays in them. */
const MAY_SAY_WHERE = /^(video\/(mp4|quicktime)|image\/(heic|heif|tiff|avif))$/;

export class JaseurAttachments extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    jid: {},
    isOver: { state: true },
    troubles: { state: true },
    isSmall: { state: true },
    canBeSmaller: { state: true },
  };

  static override styles = [
    tokens,
    cardStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }

      .over {
        position: absolute;
        inset: 0.5em;
        z-index: 2;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 0.5em;
        border: 2px dashed var(--accent);
        border-radius: 1em;
        background: color-mix(in srgb, var(--card) 92%, transparent);
        font-weight: 600;
        text-align: center;
        pointer-events: none;
      }

      .over svg.icon {
        width: 2.5em;
        height: 2.5em;
        color: var(--accent);
      }

      .tray {
        display: grid;
        gap: 0.5em;
        max-height: 40vh;
        margin: 0 1em 0.5em;
        padding: 0.75em;
        border: 1px solid var(--line);
        border-radius: 1em;
        background: var(--card);
        overflow-y: auto;
      }

      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75em;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        position: relative;
        max-width: 100%;
      }

      li .card {
        width: 16em;
        max-width: 100%;
        padding-inline-end: 2.25em;
      }

      .picture {
        display: block;
        width: 7em;
        height: 7em;
        border-radius: 0.7em;
        object-fit: cover;
        background: var(--sunken);
      }

      li button.bare {
        position: absolute;
        inset-block-start: 0.25em;
        inset-inline-end: 0.25em;
        min-width: 1.75em;
        min-height: 1.75em;
        padding: 0.2em;
        background: var(--card);
        box-shadow: 0 0 0 1px var(--line);
      }

      p {
        display: flex;
        align-items: center;
        gap: 0.5em;
        margin: 0;
        color: var(--quiet);
        font-size: 0.875em;
      }

      p.trouble {
        color: var(--bad);
      }

      p span {
        flex: 1;
        overflow-wrap: anywhere;
      }

      label {
        display: flex;
        align-items: center;
        gap: 0.5em;
        min-height: 1.75em;
        font-size: 0.875em;
      }
    `,
  ];

  declare jid: string;
  declare isOver: boolean;
  declare troubles: readonly string[];
  declare isSmall: boolean;
  declare canBeSmaller: ReadonlySet<string>; // keys
  #leaving = new AbortController();

  constructor() {
    super();
    this.isOver = false;
    this.troubles = [];
    this.isSmall = false;
    this.canBeSmaller = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { host } = this.getRootNode() as Partial<ShadowRoot>;
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const on = (name: string, heard: (event: Event) => void): void => host?.addEventListener(name, heard, { signal });
    on("jaseur-files", (event) => this.#take((event as CustomEvent<FilesDetail>).detail.files));
    on("paste", (event) => this.#onPaste(event as ClipboardEvent));
    on("dragover", (event) => {
      if (!hasFiles(event as DragEvent)) return;
      event.preventDefault();
      this.isOver = true;
    });
    on("dragleave", (event) => {
      const to = (event as DragEvent).relatedTarget;
      if (!(to instanceof Node) || !host?.contains(to)) this.isOver = false;
    });
    on("drop", (event) => {
      this.isOver = false;
      if (!hasFiles(event as DragEvent)) return;
      event.preventDefault();
      this.#take([...((event as DragEvent).dataTransfer?.files ?? [])]);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
  }

  protected override render(): TemplateResult {
    const { texts, client, jid } = this;
    const chosen = client.uploads.chosen(jid);
    const isEmpty = !chosen.length && !client.uploads.isPreparing(jid) && !this.troubles.length;
    return html`${this.isOver
      ? html`<div class="over">${icon("upload")}${texts.of("dropHere", { who: client.nameOf(jid) })}</div>`
      : nothing}
    ${isEmpty ? nothing : this.#tray(chosen)}`;
  }

  #tray(chosen: readonly Chosen[]): TemplateResult {
    const { texts } = this;
    const isSaid = (test: (one: Chosen) => boolean): boolean => chosen.some(test);
    return html`<section class="tray" aria-label=${texts.of("attachments")}>
      ${chosen.length ? html`<ul>${repeat(chosen, ({ key }) => key, (one) => this.#item(one))}</ul>` : nothing}
      ${this.client.uploads.isPreparing(this.jid) ? html`<p role="status">${texts.of("preparing")}</p>` : nothing}
      ${this.troubles.map(
        (trouble, i) => html`<p class="trouble" role="alert">
          <span>${trouble}</span>
          <button class="bare" ${tip(texts.of("dismiss"))} @click=${() => (this.troubles = this.troubles.filter((_, at) => at !== i))}>${icon("close")}</button>
        </p>`,
      )}
      ${isSaid(({ hadLocation }) => hadLocation) ? html`<p>${icon("check")}<span>${texts.of("locationRemoved")}</span></p>` : nothing}
      ${isSaid(({ file }) => MAY_SAY_WHERE.test(file.mediaType)) ? html`<p>${icon("info")}<span>${texts.of("locationKept")}</span></p>` : nothing}
      ${isSaid(({ key, original }) => original !== undefined || this.canBeSmaller.has(key))
        ? html`<label><input type="checkbox" .checked=${this.isSmall} @change=${(event: Event) => this.#onSmall((event.target as HTMLInputElement).checked)} />${texts.of("smaller")}</label>`
        : nothing}
    </section>`;
  }

  #item({ key, file }: Chosen): TemplateResult {
    const { texts, client, jid } = this;
    const preview = kindOf(file) === "image" ? client.uploads.preview(key) : undefined;
    return html`<li>
      ${preview === undefined
        ? html`<span class="card">${card(file, texts.of("file"), texts.language)}</span>`
        : html`<img class="picture" src=${preview} alt=${file.name} title=${`${file.name} · ${bytesText(file.size ?? 0, texts.language)}`} />`}
      <button class="bare" ${tip(texts.of("removeFile", { name: file.name }))} @click=${() => client.uploads.unchoose(jid, key)}>${icon("close")}</button>
    </li>`;
  }

  /** What is copied as text and as a picture of it is meant as text. */
  #onPaste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    this.#take(files);
  }

  #take(files: readonly File[]): void {
    this.client.uploads.prepare(this.jid, this.#prepare(this.jid, files));
  }

  async #prepare(jid: string, files: readonly File[]): Promise<void> {
    const { client, texts } = this;
    const { prepare, isLarge } = await import("./prepare.js");
    for (const file of files) {
      try {
        const { maxSize } = client.uploads;
        const prepared = file.size === 0 ? undefined : await prepare(file, file.name);
        if (!prepared) this.#trouble(texts.of("emptyFile", { name: file.name }));
        else if (maxSize !== undefined && prepared.data.size > maxSize && !isLarge(prepared.file))
          this.#trouble(`${file.name}: ${texts.of("tooLarge", { size: bytesText(maxSize, texts.language) })}`);
        else {
          const key = client.uploads.choose(jid, prepared);
          if (isLarge(prepared.file)) this.canBeSmaller = new Set([...this.canBeSmaller, key]);
        }
      } catch {
        this.#trouble(texts.of("unreadable", { name: file.name }));
      }
    }
    if (this.isSmall) await this.#resize(true);
    this.dispatchEvent(new CustomEvent("jaseur-chosen"));
  }

  #trouble(text: string): void {
    this.troubles = [...this.troubles.slice(-4), text];
  }

  #onSmall(isSmall: boolean): void {
    this.isSmall = isSmall;
    this.client.uploads.prepare(this.jid, this.#resize(isSmall));
  }

  async #resize(isSmall: boolean): Promise<void> {
    const { client, jid } = this;
    const { smaller } = await import("./prepare.js");
    for (const one of client.uploads.chosen(jid)) {
      if (!isSmall && one.original) client.uploads.unshrink(jid, one.key);
      if (!isSmall || one.original || !this.canBeSmaller.has(one.key)) continue;
      const made = await smaller(one).catch(() => undefined);
      if (!this.isSmall) return; // another wish came meanwhile
      if (made) client.uploads.shrink(jid, one.key, made);
    }
  }
}
