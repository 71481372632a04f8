// SPDX-License-Identifier: MIT
//
// <jaseur-media>: the panel beside conversations, in the browser's top layer: what was sent in one, a
// picture or film of it, large, with those before and after it; a video of another site. Keys: left
// and right go through pictures, + - and 0 make them larger and smaller, Escape goes back or closes.
//
// Properties  texts, client, showing (showing.ts), embedded (hosts whose videos may be shown here), side ("start", "end")
// Events      jaseur-show { … }  it shall show something else
//             jaseur-close

import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Unsubscribe } from "../../core/emitter.js";
import type { Shared } from "../../model/shared.js";
import type { ChatMessage } from "../../model/types.js";
import { JaseurElement } from "../element.js";
import { card, cardStyles } from "../file/card.js";
import { described, kindOf, type FileKind } from "../file/kind.js";
import { focused } from "../focus.js";
import { icon } from "../icons/icons.js";
import { linked } from "../message/linked.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import { mediaStyles } from "./media_style.js";
import type { Showing } from "./showing.js";
import { videoAt } from "./video_address.js";

const ZOOMS = [1, 1.5, 2, 3, 4];

export class JaseurMedia extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    showing: { attribute: false },
    embedded: { attribute: false },
    side: { reflect: true },
    isWide: { type: Boolean, attribute: "wide", reflect: true },
    zoom: { state: true },
    playing: { state: true },
    broken: { state: true },
  };

  static override styles = [tokens, cardStyles, mediaStyles];

  declare showing: Showing;
  declare embedded: readonly string[] | undefined; // undefined: all
  declare side: "start" | "end";
  declare isWide: boolean;
  declare zoom: number; // of ZOOMS
  declare playing: string; // the video that somebody asked for
  declare broken: ReadonlySet<string>; // addresses that showed nothing
  #shared: Shared | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #before: HTMLElement | undefined; // where the focus was

  constructor() {
    super();
    this.side = "end";
    this.isWide = false;
    this.zoom = 0;
    this.playing = "";
    this.broken = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#before = focused();
    this.popover = "manual";
    this.showPopover();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
    this.#shared?.close();
    this.#shared = undefined;
    if (this.#before?.isConnected) this.#before.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("showing")) return;
    this.zoom = 0;
    this.playing = "";
    const jid = this.#jid;
    if (jid === undefined || this.#shared?.with === jid) return;
    this.#unsubscribe?.();
    this.#shared?.close();
    this.#shared = this.client.shared(jid);
    this.#unsubscribe = this.#shared.events.on("changed", () => this.requestUpdate());
    void this.#shared.more();
  }

  get #jid(): string | undefined {
    return this.showing.kind === "file" ? this.showing.message.with : this.showing.jid;
  }

  protected override render(): TemplateResult {
    const { texts, showing } = this;
    const heading = this.#heading();
    return html`<section role="dialog" aria-label=${heading} tabindex="-1" @keydown=${(event: KeyboardEvent) => this.#onKey(event)}>
      <header>
        ${showing.kind === "list" || this.#jid === undefined
          ? nothing
          : html`<button class="bare" ${tip(texts.of("allMedia"))} @click=${() => this.#list()}>${icon("back")}</button>`}
        <h2 dir="auto">${heading}</h2>
        <button class="bare wide" aria-pressed=${this.isWide ? "true" : "false"} ${tip(texts.of("wide"))} @click=${() => (this.isWide = !this.isWide)}>
          ${icon("expand")}
        </button>
        <button class="bare" ${tip(texts.of("closeMedia"))} @click=${() => this.#close()}>${icon("close")}</button>
      </header>
      ${showing.kind === "list" ? this.#all() : showing.kind === "file" ? this.#file(showing.message) : this.#video(showing.address)}
    </section>`;
  }

  #heading(): string {
    const { texts, client, showing } = this;
    const jid = this.#jid;
    if (showing.kind === "file") return this.#nameOf(showing.message);
    if (showing.kind === "video") return videoAt(showing.address)?.site ?? texts.of("video");
    return texts.of("mediaWith", { who: client.nameOf(jid ?? "") });
  }

  #nameOf({ url = "", file }: ChatMessage): string {
    return described(url, file).name || this.texts.of("file");
  }

  // --- all that was sent ---------------------------------------------------------------------------

  #of(...kinds: readonly FileKind[]): ChatMessage[] {
    return (this.#shared?.messages ?? []).filter(({ url, file }) => url !== undefined && kinds.includes(kindOf(described(url, file))));
  }

  #all(): TemplateResult {
    const { texts } = this;
    const seen = this.#of("image", "video");
    const files = this.#of("audio", "other");
    const links = (this.#shared?.messages ?? []).filter(({ url }) => url === undefined);
    const isEmpty = !seen.length && !files.length && !links.length;
    return html`<div class="all">
      ${seen.length ? html`<h3>${texts.of("pictures")}</h3><ul class="grid">${repeat(seen, ({ key }) => key, (one) => html`<li>${this.#thumbnail(one)}</li>`)}</ul>` : nothing}
      ${files.length ? html`<h3>${texts.of("files")}</h3><ul>${repeat(files, ({ key }) => key, (one) => html`<li>${this.#row(one)}</li>`)}</ul>` : nothing}
      ${links.length ? html`<h3>${texts.of("links")}</h3><ul>${repeat(links, ({ key }) => key, (one) => html`<li class="link"><p dir="auto">${linked(one.text.slice(0, 500))}</p>${this.#when(one)}</li>`)}</ul>` : nothing}
      ${isEmpty && this.#shared?.isComplete ? html`<p class="quiet">${texts.of("noMedia")}</p>` : nothing}
      ${this.#shared?.isComplete
        ? nothing
        : html`<button ?disabled=${this.#shared?.isLoading ?? false} @click=${() => void this.#shared?.more()}>${texts.of(this.#shared?.isLoading ? "loading" : "furtherBack")}</button>`}
    </div>`;
  }

  #when(one: ChatMessage): TemplateResult {
    const { time, isOwn, with: jid, author } = one;
    const { texts, client } = this;
    const who = isOwn ? texts.of("you") : (author ? client.rooms.nameOfAuthor(one) : client.people.nameOf(jid));
    return html`<span class="when"><bdi>${who}</bdi> · ${texts.when(time)}</span>`;
  }

  #thumbnail(one: ChatMessage): TemplateResult {
    const { texts, client } = this;
    const { url = "", file } = one;
    const about = described(url, file);
    const isPicture = kindOf(about) === "image" && client.uploads.mayLoad(url) && !this.broken.has(url);
    return html`<button class="thumbnail" aria-label=${texts.of("openImage", { name: about.description || this.#nameOf(one) })} @click=${() => this.#show({ kind: "file", message: one })}>
      ${isPicture
        ? html`<img src=${client.uploads.preview(url) ?? url} alt="" loading="lazy" referrerpolicy="no-referrer" @error=${() => this.#break(url)} />`
        : icon(kindOf(about) === "image" ? "image" : "video")}
    </button>`;
  }

  #row(one: ChatMessage): TemplateResult {
    const { texts } = this;
    const { url = "", file } = one;
    const about = described(url, file);
    const inside = card(about, texts.of("file"), texts.language, { more: this.#when(one) });
    return kindOf(about) === "other"
      ? html`<a class="card" href=${url} download=${about.name} target="_blank" rel="noopener noreferrer nofollow">${inside}<span class="unseen">${texts.of("download")}</span>${icon("download")}</a>`
      : html`<button class="card" @click=${() => this.#show({ kind: "file", message: one })}>${inside}${icon("play")}</button>`;
  }

  // --- one file --------------------------------------------------------------------------------------

  /** Oldest first, with the one that is shown, which may be older than all that was read. */
  #gallery(message: ChatMessage): ChatMessage[] {
    const all = new Map([message, ...this.#of("image", "video", "audio")].map((one) => [one.key, one]));
    return [...all.values()].sort((a, b) => a.time - b.time);
  }

  #file(message: ChatMessage): TemplateResult {
    const { texts, client } = this;
    const { url = "", file } = message;
    const about = described(url, file);
    const gallery = this.#gallery(message);
    const at = gallery.findIndex(({ key }) => key === message.key);
    const step = (name: "previous" | "next", to: ChatMessage | undefined): TemplateResult =>
      html`<button class="bare" aria-disabled=${to ? nothing : "true"} ${tip(texts.of(name === "next" ? "nextMedia" : "previousMedia"))} @click=${() => to && this.#show({ kind: "file", message: to })}>
        ${icon(name)}
      </button>`;
    return html`<div class="stage">${client.uploads.mayLoad(url) ? this.#large(url, kindOf(about), about.description || this.#nameOf(message)) : this.#ask(new URL(url).host, () => client.uploads.allow(url))}</div>
      <footer>
        ${step("previous", gallery[at - 1])}
        <span class="about" role="status">${texts.of("ofAll", { at: at + 1, count: gallery.length })} ${this.#when(message)}</span>
        ${kindOf(about) === "image"
          ? html`<button class="bare" ${tip(texts.of("zoomOut"))} aria-disabled=${this.zoom === 0 ? "true" : nothing} @click=${() => this.#setZoom(this.zoom - 1)}>${icon("minus")}</button>
              <button class="bare" ${tip(texts.of("zoomIn"))} aria-disabled=${this.zoom === ZOOMS.length - 1 ? "true" : nothing} @click=${() => this.#setZoom(this.zoom + 1)}>${icon("plus")}</button>`
          : nothing}
        <a class="bare" href=${url} download=${about.name} target="_blank" rel="noopener noreferrer nofollow" aria-label=${texts.of("download")}>${icon("download")}</a>
        ${step("next", gallery[at + 1])}
      </footer>`;
  }

  #large(url: string, kind: FileKind, name: string): TemplateResult {
    const source = this.client.uploads.preview(url) ?? url;
    if (this.broken.has(url)) return html`<p class="quiet">${this.texts.of("gone")}</p>`;
    const onError = (): void => this.#break(url);
    if (kind === "video") return html`<video src=${source} aria-label=${name} controls playsinline @error=${onError}></video>`;
    if (kind === "audio") return html`<audio src=${source} aria-label=${name} controls @error=${onError}></audio>`;
    return html`<div class="picture" tabindex="0" role="group" aria-label=${name} @dblclick=${() => this.#setZoom(this.zoom ? 0 : 2)}>
      <img src=${source} alt=${name} referrerpolicy="no-referrer" @error=${onError} />
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    // By the object model: the site's policy allows no style attributes.
    this.style.setProperty("--zoom", String(ZOOMS[this.zoom] ?? 1));
    // What had the focus may have been a part of what was shown before.
    if (changed.has("showing") && !this.shadowRoot?.activeElement) this.renderRoot.querySelector<HTMLElement>("section")?.focus();
  }

  #break(url: string): void {
    this.broken = new Set([...this.broken, url]);
  }

  #setZoom(zoom: number): void {
    this.zoom = Math.max(0, Math.min(ZOOMS.length - 1, zoom));
  }

  // --- a video of another site ------------------------------------------------------------------------

  #ask(host: string, agreed: () => void): TemplateResult {
    const { texts } = this;
    return html`<div class="ask">
      ${icon("globe")}
      <p>${texts.of("loadHint", { host })}</p>
      <button class="first" @click=${agreed}>${texts.of("load", { host })}</button>
    </div>`;
  }

  #video(address: string): TemplateResult {
    const { texts } = this;
    const video = videoAt(address);
    const isPossible = video && (!this.embedded || this.embedded.includes(video.host));
    return html`<div class="stage">
        ${!isPossible
          ? html`<p class="quiet">${texts.of("notHere", { host: video?.host ?? address })}</p>`
          : this.playing === address
            ? html`<iframe
                src=${video.player}
                title=${texts.of("videoOf", { site: video.site })}
                sandbox="allow-scripts allow-same-origin allow-presentation"
                referrerpolicy="no-referrer"
                allow="fullscreen; picture-in-picture; encrypted-media"
                credentialless
              ></iframe>`
            : this.#ask(video.host, () => (this.playing = address))}
      </div>
      <footer>
        <a href=${address} target="_blank" rel="noopener noreferrer nofollow"><bdi>${address}</bdi>${icon("external")}</a>
      </footer>`;
  }

  // --- where to -----------------------------------------------------------------------------------------

  #show(showing: Showing): void {
    this.dispatchEvent(new CustomEvent<Showing>("jaseur-show", { detail: showing }));
  }

  #list(): void {
    const jid = this.#jid;
    if (jid !== undefined) this.#show({ kind: "list", jid });
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { showing } = this;
    if (event.key === "Escape") {
      if (this.zoom) this.zoom = 0;
      else if (this.isWide) this.isWide = false;
      else this.#close();
    } else if (showing.kind !== "file" || (event.target as Element).matches("audio, video")) return;
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      if (this.zoom) return; // it scrolls
      const gallery = this.#gallery(showing.message);
      const isOn = (event.key === "ArrowRight") === (this.texts.direction === "ltr");
      const to = gallery[gallery.findIndex(({ key }) => key === showing.message.key) + (isOn ? 1 : -1)];
      if (to) this.#show({ kind: "file", message: to });
    } else if (event.key === "+" || event.key === "=") this.#setZoom(this.zoom + 1);
    else if (event.key === "-") this.#setZoom(this.zoom - 1);
    else if (event.key === "0") this.#setZoom(0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
