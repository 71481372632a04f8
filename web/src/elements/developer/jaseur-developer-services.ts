// SPDX-License-Identifier: MIT
//
// <jaseur-developer-services>: what an address is and offers (XEP-0030), and what is below it.
//
// Properties  language, feed, account (bare: its server is asked at first)

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { domainOf } from "../../core/jid.js";
import type { DeveloperFeed } from "../../model/developer.js";
import { discoInfoQuery, discoItemsQuery, readDiscoInfo, readDiscoItems, type DiscoInfo, type DiscoItem } from "../../protocol/xep0030.js";
import { tokens } from "../style.js";
import { developerStyle } from "./developer_style.js";
import { say } from "./developer_words.js";
import { specificationOf } from "./specifications.js";

const SHOWN_MAX = 500; // items

interface Found {
  readonly info: DiscoInfo | undefined;
  readonly items: readonly DiscoItem[];
  /** Conditions of what was refused. */
  readonly errors: readonly string[];
}

export class JaseurDeveloperServices extends LitElement {
  static override properties = {
    language: {},
    feed: { attribute: false },
    account: {},
    address: { state: true },
    node: { state: true },
    found: { state: true },
  };

  static override styles = [
    tokens,
    developerStyle,
    css`
      .bar input {
        flex: 1 1 160px;
        min-width: 0;
      }

      .found {
        flex: 1;
        min-height: 0;
        overflow: auto;
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(300px, 1fr));
        gap: 8px 32px;
        align-content: start;
        padding: 12px 16px 24px;
      }

      h3 {
        margin: 8px 0;
        font-size: 14px;
      }

      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        padding: 4px 0;
        overflow-wrap: anywhere;
      }

      li .quiet {
        display: block;
      }

      li button {
        width: 100%;
        padding: 8px 12px;
        text-align: start;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare language: string;
  declare feed: DeveloperFeed;
  declare account: string;
  declare address: string;
  declare node: string;
  declare found: Found | undefined; // undefined: was asked and has not answered

  constructor() {
    super();
    this.language = "en";
    this.account = this.address = this.node = "";
  }

  /** Who opens it before signing in sees the own host's as soon as it is known which that is. */
  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("account") && this.account && !this.address) void this.#ask(domainOf(this.account), "");
  }

  protected override render(): TemplateResult {
    const { language, found } = this;
    return html`<form
        class="bar"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          const typed = new FormData(event.target as HTMLFormElement);
          const [address, node] = ["address", "node"].map((name) => typed.get(name));
          if (typeof address === "string" && typeof node === "string") void this.#ask(address.trim(), node);
        }}
      >
        <input name="address" required aria-label=${say(language, "address")} placeholder=${say(language, "address")} .value=${this.address} />
        <input name="node" aria-label=${say(language, "node")} placeholder=${say(language, "node")} .value=${this.node} />
        <button class="first">${say(language, "ask")}</button>
      </form>
      <div class="found" tabindex="0" role="region" aria-label=${say(language, "services")} aria-busy=${!found}>
        ${found ? this.#found(found) : html`<p class="quiet" role="status">${this.address ? say(language, "asking") : nothing}</p>`}
      </div>`;
  }

  #found({ info, items, errors }: Found): TemplateResult {
    const { language } = this;
    return html`${errors.map((condition) => html`<p class="bad" role="alert">${say(language, "askFailed", { condition })}</p>`)}
      ${info
        ? html`<section>
            <h3>${say(language, "identities")}</h3>
            <ul>
              ${info.identities.map(({ category, type, name }) => html`<li><code>${category}/${type}</code> ${name}</li>`)}
            </ul>
            <h3>${say(language, "features", { count: info.features.length })}</h3>
            <ul>
              ${info.features.map((feature) => html`<li><code>${feature}</code><span class="quiet">${specificationOf(feature)}</span></li>`)}
            </ul>
          </section>`
        : nothing}
      <section>
        <h3>${say(language, "items", { count: items.length })}</h3>
        ${items.length
          ? html`<ul>
              ${items.slice(0, SHOWN_MAX).map(
                ({ jid, name, node }) =>
                  html`<li>
                    <button @click=${() => void this.#ask(jid, node)}>
                      <code>${jid}${node ? html` · ${node}` : nothing}</code>${name ? html`<span class="quiet">${name}</span>` : nothing}
                    </button>
                  </li>`,
              )}
            </ul>`
          : html`<p class="quiet">${say(language, "noItems")}</p>`}
      </section>`;
  }

  async #ask(address: string, node: string): Promise<void> {
    this.address = address;
    this.node = node;
    this.found = undefined;
    const [info, items] = await Promise.allSettled([
      this.feed.ask("get", discoInfoQuery(node || undefined), address),
      this.feed.ask("get", discoItemsQuery(node || undefined), address),
    ]);
    if (this.address !== address || this.node !== node) return; // something else was asked meanwhile
    const errors = [info, items].flatMap((one) => (one.status === "rejected" ? (one.reason as Error).message : []));
    this.found = {
      info: info.status === "fulfilled" && info.value ? readDiscoInfo(info.value) : undefined,
      items: items.status === "fulfilled" && items.value ? readDiscoItems(items.value) : [],
      errors: [...new Set(errors)],
    };
  }
}
