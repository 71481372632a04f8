// SPDX-License-Identifier: MIT
//
// <jaseur-chat>: the whole client. Signed out it is a form in its place; signed in it covers the
// page.
//
// Attributes  domain  of accounts that are written without one
//             site    where the server is; that of the script when nothing is said
//             lang    "en", "fr"; that of the page when nothing is said
// Events      jaseur-unread { count }

import { LitElement, css, html, type TemplateResult } from "lit";

import { BrowserMemory } from "../../core/memory.js";
import { Client } from "../../model/client.js";
import { Engine } from "../../model/engine.js";
import { Tabs, type Locks } from "../../model/tabs.js";
import { JaseurComposer } from "../composer/jaseur-composer.js";
import { JaseurConversation } from "../conversation/jaseur-conversation.js";
import { JaseurConversations } from "../conversations/jaseur-conversations.js";
import { JaseurLog } from "../log/jaseur-log.js";
import { JaseurMe } from "../me/jaseur-me.js";
import { JaseurPage } from "../page/jaseur-page.js";
import { JaseurPeople } from "../people/jaseur-people.js";
import { JaseurSidebar } from "../sidebar/jaseur-sidebar.js";
import { JaseurSignIn, type SignInDetail } from "../sign-in/jaseur-sign-in.js";
import { tokens } from "../style.js";
import { Texts } from "../texts.js";

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
    return html`<jaseur-page .texts=${texts} .client=${client}></jaseur-page>`;
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
    this.dispatchEvent(new CustomEvent("jaseur-unread", { detail: { count: client.conversations.unread } }));
  }

  #onVisibility(): void {
    const isVisible = document.visibilityState === "visible";
    this.#client?.setVisible(isVisible);
    if (isVisible) this.#client?.nudge();
  }
}

const ELEMENTS = {
  "jaseur-chat": JaseurChat,
  "jaseur-composer": JaseurComposer,
  "jaseur-conversation": JaseurConversation,
  "jaseur-conversations": JaseurConversations,
  "jaseur-log": JaseurLog,
  "jaseur-me": JaseurMe,
  "jaseur-page": JaseurPage,
  "jaseur-people": JaseurPeople,
  "jaseur-sidebar": JaseurSidebar,
  "jaseur-sign-in": JaseurSignIn,
} as const;

/** Makes the elements known to the page, once. */
export function defineElements(registry: CustomElementRegistry = customElements): void {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!registry.get(name)) registry.define(name, element);
}
