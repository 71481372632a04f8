// SPDX-License-Identifier: MIT
//
// <jaseur-developer>: what the client does, for who develops with it. Loaded on demand. While it is
// there, it watches.
//
// Properties  language, feed, account (bare)
// Events      jaseur-close
// Parts       developer

import { LitElement, css, html, type TemplateResult } from "lit";

import type { Unsubscribe } from "../../core/emitter.js";
import type { DeveloperFeed } from "../../model/developer.js";
import { tokens } from "../style.js";
import { developerStyle } from "./developer_style.js";
import { say } from "./developer_words.js";
import { JaseurDeveloperLog } from "./jaseur-developer-log.js";
import { JaseurDeveloperSend } from "./jaseur-developer-send.js";
import { JaseurDeveloperServices } from "./jaseur-developer-services.js";
import { JaseurDeveloperState } from "./jaseur-developer-state.js";
import { TrafficLog } from "./traffic_log.js";

const TABS = ["traffic", "send", "services", "events", "state"] as const;
type Tab = (typeof TABS)[number];

export class JaseurDeveloper extends LitElement {
  static override properties = {
    language: {},
    feed: { attribute: false },
    account: {},
    tab: { state: true },
    revision: { state: true },
  };

  static override styles = [
    tokens,
    developerStyle,
    css`
      :host {
        background: var(--card);
      }

      header {
        display: flex;
        align-items: center;
        gap: 16px;
        padding: 0 8px 0 16px;
        border-bottom: 1px solid var(--line);
      }

      h2 {
        margin: 0;
        font-size: 15px;
      }

      [role="tablist"] {
        flex: 1;
        display: flex;
        min-width: 0;
        overflow-x: auto;
      }

      [role="tab"] {
        min-height: 40px;
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 0;
        background: none;
        color: var(--quiet);
      }

      [role="tab"]:focus-visible {
        outline-offset: -2px;
      }

      [role="tab"][aria-selected="true"] {
        border-color: var(--accent);
        color: var(--ink);
        font-weight: 600;
      }

      .close {
        width: 32px;
        padding: 0;
        border: 0;
        background: none;
        font-size: 18px;
        line-height: 1;
      }

      .close:hover {
        background: var(--sunken);
      }

      [role="tabpanel"] {
        flex: 1;
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-height: 0;
      }

      @media (max-width: 48em) {
        h2 {
          display: none;
        }

        header {
          padding-inline-start: 0;
        }
      }
    `,
  ];

  declare language: string;
  declare feed: DeveloperFeed;
  declare account: string;
  declare tab: Tab;
  declare revision: number;
  readonly #traffic = new TrafficLog();
  readonly #events = new TrafficLog();
  #unwatch: Unsubscribe | undefined;
  #watched: DeveloperFeed | undefined;
  #isFrameDue = false;

  constructor() {
    super();
    this.language = "en";
    this.account = "";
    this.tab = "traffic";
    this.revision = 0;
    this.addEventListener("keydown", ({ key }) => (key === "Escape" ? this.#close() : undefined));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    this.#watched = undefined;
  }

  protected override willUpdate(): void {
    if (this.#watched === this.feed || !this.isConnected) return;
    this.#unwatch?.();
    this.#watched = this.feed;
    this.#unwatch = this.feed.watch((passed) => {
      (passed.direction === "event" ? this.#events : this.#traffic).add(passed);
      if (this.#isFrameDue) return;
      this.#isFrameDue = true;
      requestAnimationFrame(() => {
        this.#isFrameDue = false;
        this.revision++;
      });
    });
  }

  protected override render(): TemplateResult {
    const { language, tab } = this;
    return html`<header part="developer">
        <h2>${say(language, "title")}</h2>
        <div role="tablist" aria-label=${say(language, "title")} @keydown=${(event: KeyboardEvent) => this.#onKey(event)}>
          ${TABS.map(
            (name) =>
              html`<button
                role="tab"
                id="tab-${name}"
                aria-selected=${name === tab}
                aria-controls="panel"
                tabindex=${name === tab ? 0 : -1}
                @click=${() => (this.tab = name)}
              >
                ${say(language, name)}
              </button>`,
          )}
        </div>
        <button class="close" aria-label=${say(language, "close")} @click=${() => this.#close()}>×</button>
      </header>
      <div role="tabpanel" id="panel" aria-labelledby="tab-${tab}">${this.#view()}</div>`;
  }

  #view(): TemplateResult {
    const { language, feed, account, revision } = this;
    switch (this.tab) {
      case "traffic":
        return html`<jaseur-developer-log .language=${language} .log=${this.#traffic} .revision=${revision}></jaseur-developer-log>`;
      case "events":
        return html`<jaseur-developer-log .language=${language} .log=${this.#events} .revision=${revision} .isOfEvents=${true}></jaseur-developer-log>`;
      case "send":
        return html`<jaseur-developer-send .language=${language} .feed=${feed} .account=${account}></jaseur-developer-send>`;
      case "services":
        return html`<jaseur-developer-services .language=${language} .feed=${feed} .account=${account}></jaseur-developer-services>`;
      case "state":
        return html`<jaseur-developer-state .language=${language} .feed=${feed} .revision=${revision}></jaseur-developer-state>`;
    }
  }

  #onKey({ key }: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (by === undefined) return;
    const forward = getComputedStyle(this).direction === "rtl" ? -by : by;
    const to = TABS[(TABS.indexOf(this.tab) + forward + TABS.length) % TABS.length];
    if (!to) return;
    this.tab = to;
    this.renderRoot.querySelector<HTMLElement>(`#tab-${to}`)?.focus();
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }
}

const ELEMENTS = {
  "jaseur-developer": JaseurDeveloper,
  "jaseur-developer-log": JaseurDeveloperLog,
  "jaseur-developer-send": JaseurDeveloperSend,
  "jaseur-developer-services": JaseurDeveloperServices,
  "jaseur-developer-state": JaseurDeveloperState,
} as const;

/** Makes the panel's elements known to the page, once. */
export function defineDeveloper(registry: CustomElementRegistry = customElements): void {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!registry.get(name)) registry.define(name, element);
}
