// SPDX-License-Identifier: MIT
//
// <jaseur-developer-state>: how the connection is, and what waits to be acknowledged.
//
// Properties  language, feed, revision (asks anew whenever it changes)

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";

import type { ConnectionDetails } from "../../core/connection.js";
import { NS_CLIENT } from "../../core/ns.js";
import { write } from "../../core/xml.js";
import type { DeveloperFeed } from "../../model/developer.js";
import { tokens } from "../style.js";
import { developerStyle } from "./developer_style.js";
import { say, type DeveloperWord } from "./developer_words.js";

const TRANSPORTS = { websocket: "WebSocket", bosh: "BOSH" } as const;

export class JaseurDeveloperState extends LitElement {
  static override properties = {
    language: {},
    feed: { attribute: false },
    revision: { type: Number },
    details: { state: true },
  };

  static override styles = [
    tokens,
    developerStyle,
    css`
      .all {
        flex: 1;
        min-height: 0;
        overflow: auto;
        padding: 16px;
      }

      dl {
        display: grid;
        grid-template-columns: minmax(120px, max-content) minmax(0, 1fr);
        gap: 8px 24px;
        margin: 0;
      }

      dt {
        color: var(--quiet);
      }

      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }

      ol {
        margin: 8px 0 0;
        padding-inline-start: 24px;
      }

      li {
        padding: 4px 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare language: string;
  declare feed: DeveloperFeed;
  declare revision: number;
  declare details: ConnectionDetails | undefined;

  constructor() {
    super();
    this.language = "en";
    this.revision = 0;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("revision") || changed.has("feed")) void this.feed.details().then((details) => (this.details = details));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { details, language } = this;
    if (!details) return nothing;
    const { state, jid, transport, url, resumption, received, unacknowledged, tokenExpires, isInactive } = details;
    const none = say(language, "none");
    const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
    const facts: readonly (readonly [DeveloperWord, string])[] = [
      ["connection", state.kind === "refused" ? `${state.kind}: ${state.condition}` : state.kind],
      ["session", jid || none],
      ["transport", transport ? TRANSPORTS[transport] : none],
      ["server", url || none],
      ["resumption", resumption ?? none],
      ["received", new Intl.NumberFormat(language).format(received)],
      ["token", tokenExpires === undefined ? none : say(language, "until", { date: date.format(tokenExpires) })],
      ["attention", say(language, isInactive ? "no" : "yes")],
      ["unacknowledged", new Intl.NumberFormat(language).format(unacknowledged.length)],
    ];
    return html`<div class="all" role="region" tabindex="0" aria-label=${say(language, "state")}>
      <dl>
        ${facts.map(([name, value]) => html`<dt>${say(language, name)}</dt>
            <dd class="mono">${value}</dd>`)}
      </dl>
      ${unacknowledged.length
        ? html`<ol>
            ${unacknowledged.map((stanza) => html`<li><code>${write(stanza, NS_CLIENT).slice(0, 2_000)}</code></li>`)}
          </ol>`
        : nothing}
    </div>`;
  }
}
