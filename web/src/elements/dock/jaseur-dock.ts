// SPDX-License-Identifier: MIT
//
// <jaseur-dock>: the client at the lower edge of somebody's page, above all that is in it. Folded, a
// bar with the own presence and what is unread; unfolded, people and conversations. Conversations
// have windows side by side, as many as there is room for; the rest is in a menu.
//
// Properties  texts, client (signed in, or undefined), memory (of the account)
// Methods     show(jid, at): opens its window, at a place in it
// Slots       sign-in: what is unfolded while nobody is signed in
// Parts       bar, list, window, and those of what is in them (parts.ts)

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Memory } from "../../core/memory.js";
import type { Client } from "../../model/client.js";
import type { At } from "../../model/types.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { icon } from "../icons/icons.js";
import { CONVERSATION_PARTS, LIST_PARTS } from "../parts.js";
import type { GoDetail } from "../search/jaseur-search.js";
import { tokens } from "../style.js";
import type { JaseurWindow } from "./jaseur-window.js";
import { Windows, fit, type DockWindow } from "./windows.js";

// In em: of the list, an open window, a minimised one, the space between.
const [LIST, OPEN, MINIMISED, GAP] = [22, 21, 13, 0.6] as const;
const NARROW = 40; // em: a phone, on which one thing is shown at a time

export class JaseurDock extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, memory: { attribute: false }, room: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        position: fixed;
        inset: auto 0 0;
        display: flex;
        flex-direction: row-reverse;
        align-items: flex-end;
        gap: 0.6em;
        width: auto;
        height: auto;
        margin: 0;
        padding: 0 1em;
        border: 0;
        background: none;
        overflow: visible;
        pointer-events: none;
      }

      :host > * {
        pointer-events: auto;
      }

      .list {
        display: flex;
        flex: none;
        flex-direction: column;
        width: 22em;
        max-height: calc(100dvh - 1em);
        border: 1px solid var(--line);
        border-block-end: 0;
        border-start-start-radius: 0.75em;
        border-start-end-radius: 0.75em;
        background: var(--card);
        box-shadow: var(--shadow);
        overflow: hidden;
      }

      .list.folded {
        width: 14em;
      }

      .bar {
        display: flex;
        flex: none;
        align-items: center;
        gap: 0.6em;
        width: 100%;
        min-height: 3em;
        padding: 0.3em 0.9em;
        border: 0;
        border-radius: 0;
        background: var(--accent);
        color: var(--on-accent);
        font-weight: 600;
        outline-offset: -4px;
        text-align: start;
      }

      .bar:focus-visible {
        outline-color: var(--on-accent);
      }

      .bar .avatar {
        width: 2em;
        height: 2em;
        font-size: 0.875em;
      }

      .bar .name {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .bar .count {
        background: var(--on-accent);
        color: var(--accent);
      }

      jaseur-sidebar {
        height: min(34em, calc(100dvh - 5em));
      }

      slot {
        display: block;
        padding: 1.25em;
        overflow-y: auto;
      }

      jaseur-window {
        flex: none;
        width: 21em;
        height: min(30em, calc(100dvh - 1em));
      }

      jaseur-window[minimised] {
        width: 13em;
        height: 3em;
      }

      .more {
        flex: none;
        display: flex;
        align-items: center;
        gap: 0.5em;
        height: 3em;
        border-block-end: 0;
        border-end-start-radius: 0;
        border-end-end-radius: 0;
        box-shadow: var(--shadow);
      }

      :host(.narrow) {
        padding: 0;
      }

      :host(.narrow) .list:not(.folded),
      :host(.narrow) jaseur-window {
        position: fixed;
        inset: 0;
        width: auto;
        height: auto;
        max-height: none;
        border: 0;
        border-radius: 0;
      }

      :host(.narrow) jaseur-sidebar {
        flex: 1;
        height: auto;
      }

      :host(.narrow) .list.folded {
        width: auto;
        max-width: 12em;
        margin-inline-end: 0.5em;
      }

      :host(.narrow) .folded .name {
        display: none;
      }
    `,
  ];

  declare memory: Memory;
  declare room: number; // em, in the window's width
  #windows: Windows | undefined;
  #place: { readonly jid: string; readonly at: Partial<At> | undefined } | undefined; // in what was opened last
  #restored = new Set<string>(); // windows of an earlier page
  #leaving = new AbortController();

  constructor() {
    super();
    this.room = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // In the top layer, no z-index, overflow or transform of the page matters.
    this.popover = "manual";
    this.showPopover();
    this.#leaving = new AbortController();
    addEventListener("resize", () => this.#measure(), { signal: this.#leaving.signal });
    this.#measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
  }

  /** Opens the window of the conversation, and writes there. */
  show(jid: string, at?: Partial<At>): void {
    const windows = this.#windows;
    if (!windows) {
      void this.updateComplete.then(() => this.show(jid, at));
      return;
    }
    this.#place = { jid, at };
    this.#restored.clear();
    if (this.#isNarrow) windows.minimiseAll();
    windows.open(jid, !this.#fitting(windows).shown.some((one) => one.jid === jid));
    if (this.#isNarrow) windows.isFolded = true;
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("memory")) return;
    const wasUnfolded = this.#windows?.isFolded === false;
    this.#windows = new Windows(this.memory);
    if (wasUnfolded) this.#windows.isFolded = false; // who has just signed in there
    this.#restored = new Set(this.#windows.all.map(({ jid }) => jid));
  }

  protected override render(): TemplateResult | typeof nothing {
    const windows = this.#windows;
    if (!windows) return nothing;
    const { shown, rest } = this.#signedIn ? this.#fitting(windows) : { shown: [], rest: [] };
    return html`
      ${this.#list(windows)}
      ${repeat(
        shown,
        ({ jid }) => jid,
        (one) => this.#window(windows, one),
      )}
      ${rest.length ? this.#more(rest) : nothing}
    `;
  }

  protected override updated(): void {
    this.classList.toggle("narrow", this.#isNarrow);
    if (this.#restored.size && this.renderRoot.querySelector("jaseur-window")) requestAnimationFrame(() => this.#wake());
  }

  #list(windows: Windows): TemplateResult {
    const { texts } = this;
    const client = this.#signedIn;
    const anybody = this.client as Client | undefined; // signed in, or refused
    return html`<aside part="list" class="list ${windows.isFolded ? "folded" : ""}" aria-label=${texts.of("chatOfPage")} @keydown=${(event: KeyboardEvent) => this.#onListKey(event)}>
      ${windows.isFolded
        ? nothing
        : client
          ? html`<jaseur-sidebar
              .texts=${texts}
              .client=${client}
              exportparts=${LIST_PARTS}
              @jaseur-choose=${({ detail }: CustomEvent<{ jid: string }>) => this.show(detail.jid)}
            ></jaseur-sidebar>`
          : html`<slot name="sign-in"></slot>`}
      ${anybody && (client || windows.isFolded) ? html`<jaseur-state .texts=${texts} .client=${anybody}></jaseur-state>` : nothing}
      <button class="bar" part="bar" aria-expanded=${windows.isFolded ? "false" : "true"} @click=${() => this.#fold(!windows.isFolded)}>
        ${client ? this.#own(client) : html`${icon("chat")}<span class="name">${texts.of("signIn")}</span>`}
        ${icon(windows.isFolded ? "unfold" : "fold")}
      </button>
    </aside>`;
  }

  /** The own presence, and what is unread. */
  #own(client: Client): TemplateResult {
    const { texts } = this;
    const { unread } = client.conversations;
    const availability = client.connection.kind === "online" ? "online" : "offline";
    return html`${avatar(client, client.account, client.people.nameOf(client.account), availability)}
      <span class="name">${texts.of("chatOfPage")}</span>
      <span class="unseen">${texts.of(availability === "offline" ? "offlinePerson" : availability)}</span>
      ${unread
        ? html`<span class="count"><span aria-hidden="true">${unread}</span><span class="unseen">${texts.of("unread", { count: unread })}</span></span>`
        : nothing}`;
  }

  #window(windows: Windows, { jid, isMinimised }: DockWindow): TemplateResult {
    const change = (what: (jid: string) => void): void => {
      what(jid);
      this.requestUpdate();
    };
    // What comes back with a page does not take the focus from it.
    return html`<jaseur-window
      part="window"
      exportparts=${CONVERSATION_PARTS}
      .texts=${this.texts}
      .client=${this.client}
      .jid=${jid}
      .at=${this.#place?.jid === jid ? this.#place.at : undefined}
      .minimised=${isMinimised}
      .alone=${this.#isNarrow}
      ?inert=${this.#restored.has(jid)}
      @jaseur-go=${({ detail }: CustomEvent<GoDetail>) => this.show(detail.jid, detail.at)}
      @jaseur-minimise=${() => this.#minimise(windows, jid)}
      @jaseur-restore=${() => change(() => windows.open(jid))}
      @jaseur-close=${() => change(() => windows.close(jid))}
    ></jaseur-window>`;
  }

  #more(rest: readonly DockWindow[]): TemplateResult {
    const { client, texts } = this;
    const label = texts.of("moreWindows", { count: rest.length });
    return html`<nav aria-label=${label}>
      <button class="more" popovertarget="rest">
        ${icon("chat")}<span class="unseen">${label}</span><span class="count" aria-hidden="true">${rest.length}</span>
      </button>
      <jaseur-menu
        id="rest"
        side="above"
        label=${label}
        .items=${rest.map(({ jid }) => ({ name: jid, label: client.nameOf(jid) }))}
        @jaseur-pick=${({ detail }: CustomEvent<{ name: string }>) => this.show(detail.name)}
      ></jaseur-menu>
    </nav>`;
  }

  #fitting(windows: Windows): ReturnType<typeof fit> {
    if (this.#isNarrow) {
      const shown = windows.isFolded ? windows.all.filter(({ isMinimised }) => !isMinimised).slice(0, 1) : [];
      return { shown, rest: windows.all.filter((one) => !shown.includes(one)) };
    }
    const taken = (windows.isFolded ? 14 : LIST) + 6 * GAP + 5; // the list, the edges, the menu
    return fit(windows.all, { room: this.room - taken, open: OPEN + GAP, minimised: MINIMISED + GAP });
  }

  get #signedIn(): Client | undefined {
    const client = this.client as Client | undefined;
    return client?.isSignedIn ? client : undefined;
  }

  get #isNarrow(): boolean {
    return this.room < NARROW;
  }

  #minimise(windows: Windows, jid: string): void {
    if (this.#isNarrow) windows.minimiseAll();
    else windows.minimise(jid);
    this.requestUpdate();
    void this.updateComplete.then(async () => {
      const window = [...this.renderRoot.querySelectorAll<JaseurWindow>("jaseur-window")].find((one) => one.jid === jid);
      await window?.updateComplete;
      if (window) window.focus();
      else this.#bar()?.focus();
    });
  }

  #fold(isFolded: boolean): void {
    if (this.#windows) this.#windows.isFolded = isFolded;
    this.requestUpdate();
  }

  #onListKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || this.#windows?.isFolded) return;
    this.#fold(true);
    this.#bar()?.focus();
  }

  #bar(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".bar");
  }

  #wake(): void {
    this.#restored.clear();
    this.requestUpdate();
  }

  #measure(): void {
    this.room = innerWidth / (parseFloat(getComputedStyle(this).fontSize) || 16);
  }
}
