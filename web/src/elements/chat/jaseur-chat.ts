// SPDX-License-Identifier: MIT
//
// <jaseur-chat>: the whole client. Signed out it is a form in its place; signed in it covers the
// page.
//
// Attributes  domain  of accounts that are written without one
//             site    where the server is; that of the script when nothing is said
//             lang    "en", "fr"; that of the page when nothing is said
// Events      jaseur-unread { count }

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

import { BrowserMemory } from "../../core/memory.js";
import { Client } from "../../model/client.js";
import { Engine } from "../../model/engine.js";
import { Tabs, type Locks } from "../../model/tabs.js";
import { JaseurConversation } from "../conversation/jaseur-conversation.js";
import { JaseurSidebar } from "../sidebar/jaseur-sidebar.js";
import { JaseurSignIn, type SignInDetail } from "../sign-in/jaseur-sign-in.js";
import { tokens } from "../style.js";
import { Texts, type TextName } from "../texts.js";

/** Who was signed in last, in this browser. */
const device = new BrowserMemory("jaseur:");

export class JaseurChat extends LitElement {
  static override properties = {
    domain: {},
    site: {},
    revision: { state: true },
    isStarting: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
      }

      .page {
        position: fixed;
        inset: 0;
        z-index: 1;
        display: grid;
        grid-template: auto 1fr / minmax(17rem, 22rem) 1fr;
        background: var(--paper);
      }

      .state {
        grid-column: 1 / -1;
        margin: 0;
        padding: 0.35rem 1rem;
        border-bottom: 1px solid var(--line);
        background: var(--chosen);
        text-align: center;
      }

      jaseur-sidebar {
        grid-row: 2;
        border-inline-end: 1px solid var(--line);
      }

      jaseur-conversation,
      .empty {
        grid-row: 2;
      }

      .empty {
        display: grid;
        place-content: center;
        padding: 2rem;
        color: var(--quiet);
        text-align: center;
      }

      .empty h2 {
        margin: 0;
        color: var(--ink);
        font-size: 1.25rem;
      }

      @media (max-width: 48rem) {
        .page {
          grid-template-columns: 1fr;
        }

        .page.open jaseur-sidebar,
        .empty {
          display: none;
        }
      }
    `,
  ];

  declare domain: string;
  declare site: string;
  declare revision: number;
  declare isStarting: boolean;
  #client: Client | undefined;
  #account = device.get("account") ?? "";
  #leaving = new AbortController();

  constructor() {
    super();
    this.domain = "";
    this.site = new URL(import.meta.url).origin;
    this.revision = 0;
    this.isStarting = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener("online", () => this.#client?.nudge(), { signal });
    addEventListener("pagehide", () => this.#client?.close(), { signal });
    addEventListener("pageshow", (event) => (event.persisted ? this.#start(this.#account) : undefined), { signal });
    document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
    if (this.#account) this.#start(this.#account);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
    this.#client?.close();
    this.#client = undefined;
  }

  protected override render(): TemplateResult {
    const client = this.#client;
    const texts = new Texts(this.lang || document.documentElement.lang || navigator.language);
    if (!client?.isSignedIn) return this.#signIn(texts);
    const { open } = client;
    const state = this.#stateText(client);
    return html`<div class="page ${open ? "open" : ""}">
      ${state ? html`<p class="state" role="status">${texts.of(state)}</p>` : nothing}
      <jaseur-sidebar
        .texts=${texts}
        .client=${client}
        .revision=${this.revision}
        .chosen=${open?.with ?? ""}
        @jaseur-choose=${({ detail }: CustomEvent<{ jid: string }>) => void client.show(detail.jid)}
      ></jaseur-sidebar>
      ${open
        ? html`<jaseur-conversation
            .texts=${texts}
            .client=${client}
            .revision=${this.revision}
            @jaseur-back=${() => client.hide()}
          ></jaseur-conversation>`
        : html`<div class="empty">
            <h2>${texts.of("choose")}</h2>
            <p>${texts.of("chooseHint")}</p>
          </div>`}
    </div>`;
  }

  #signIn(texts: Texts): TemplateResult {
    const connection = this.#client?.connection;
    return html`<jaseur-sign-in
      .texts=${texts}
      .domain=${this.domain}
      .account=${this.#account}
      .error=${this.#errorText(texts)}
      .busy=${this.isStarting || connection?.kind === "connecting" || connection?.kind === "waiting"}
      @jaseur-sign-in=${({ detail }: CustomEvent<SignInDetail>) => void this.#onSignIn(detail)}
    ></jaseur-sign-in>`;
  }

  #errorText(texts: Texts): string {
    const connection = this.#client?.connection;
    if (connection?.kind === "waiting") return texts.of("unreachable");
    if (connection?.kind !== "refused") return "";
    if (connection.condition === "not-authorized") return texts.of("wrongSecret");
    if (connection.condition === "insecure") return texts.of("insecure");
    return texts.of("refused", { condition: connection.condition });
  }

  #stateText({ connection: { kind } }: Client): TextName | undefined {
    return kind === "waiting" || kind === "offline" ? "offline" : kind === "connecting" ? "connecting" : undefined;
  }

  #start(account: string): void {
    this.#client?.close();
    const { site } = this;
    const memory = new BrowserMemory(`jaseur:${account}:`);
    const client = new Client(
      (onNews) =>
        new Tabs({
          name: account,
          locks: (navigator as { locks?: Locks }).locks,
          onNews,
          makeEngine: (tell) => new Engine({ account, site, memory, onNews: tell, onOutdated: () => location.reload() }),
        }),
    );
    this.#client = client;
    client.setVisible(document.visibilityState === "visible");
    client.events.on("changed", () => this.#onChanged(client));
    client.events.on("messages", () => this.revision++);
  }

  async #onSignIn({ account, password }: SignInDetail): Promise<void> {
    this.isStarting = true;
    this.#account = account;
    if (!this.#client || this.#client.account !== account) this.#start(account);
    try {
      await this.#client?.signIn({ kind: "password", password });
    } finally {
      this.isStarting = false;
    }
  }

  #onChanged(client: Client): void {
    if (client !== this.#client) return;
    this.revision++;
    if (client.connection.kind === "online") device.set("account", this.#account);
    else if (!client.isSignedIn && client.connection.kind === "offline") device.set("account", undefined);
    this.dispatchEvent(new CustomEvent("jaseur-unread", { detail: { count: client.unread } }));
  }

  #onVisibility(): void {
    const isVisible = document.visibilityState === "visible";
    this.#client?.setVisible(isVisible);
    if (!isVisible) return;
    this.#client?.nudge();
    this.revision++; // what is seen now is marked
  }
}

const ELEMENTS = {
  "jaseur-chat": JaseurChat,
  "jaseur-conversation": JaseurConversation,
  "jaseur-sidebar": JaseurSidebar,
  "jaseur-sign-in": JaseurSignIn,
} as const;

/** Makes the elements known to the page, once. */
export function defineElements(registry: CustomElementRegistry = customElements): void {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!registry.get(name)) registry.define(name, element);
}
