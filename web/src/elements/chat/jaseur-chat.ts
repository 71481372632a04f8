// SPDX-License-Identifier: MIT
//
// <jaseur-chat>: the whole client. As "page", it is a form in its place while nobody is signed in, and then
// covers the page; as "dock", it is a bar at the page's lower edge, with windows beside it.
//
// Attributes  mode       "page", when nothing is said, or "dock"
//             domain     of accounts that are written without one
//             site       where the server is; that of the script when nothing is said
//             lang       "en", "fr"; that of the page when nothing is said
//             embedded   hosts whose videos may be shown in the page, once somebody asks; all when nothing is said
//             developer  shows the developer panel, from the first try to sign in
// Events      jaseur-unread { count }

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";

import { BrowserMemory, type Memory } from "../../core/memory.js";
import { Client } from "../../model/client.js";
import { Engine } from "../../model/engine.js";
import { chatOf } from "../../model/notice.js";
import { Tabs, type Locks } from "../../model/tabs.js";
import { JaseurAttach } from "../attachments/jaseur-attach.js";
import { JaseurAttachments } from "../attachments/jaseur-attachments.js";
import { JaseurComposer } from "../composer/jaseur-composer.js";
import { JaseurConversation } from "../conversation/jaseur-conversation.js";
import { JaseurConversations } from "../conversations/jaseur-conversations.js";
import { JaseurDock } from "../dock/jaseur-dock.js";
import { JaseurWindow } from "../dock/jaseur-window.js";
import type { FeedbackEvent } from "../feedback/feedback.js";
import type { JaseurFeedback } from "../feedback/jaseur-feedback.js";
import { JaseurFile } from "../file/jaseur-file.js";
import { JaseurUploads } from "../file/jaseur-uploads.js";
import { JaseurLog } from "../log/jaseur-log.js";
import type { Showing } from "../media/showing.js";
import { JaseurMe } from "../me/jaseur-me.js";
import { JaseurBell } from "../notices/jaseur-bell.js";
import { JaseurConversationNotices } from "../notices/jaseur-conversation-notices.js";
import { Notifier } from "../notices/notifier.js";
import { JaseurPage } from "../page/jaseur-page.js";
import { JaseurPeople } from "../people/jaseur-people.js";
import { PIECES } from "../pieces.js";
import { JaseurSidebar } from "../sidebar/jaseur-sidebar.js";
import { JaseurSignIn, type SignInDetail } from "../sign-in/jaseur-sign-in.js";
import { tokens } from "../style.js";
import { loadTexts, type Texts } from "../texts/texts.js";

/** Who was signed in last, in this browser. */
const device = new BrowserMemory("jaseur:");

const ADDRESS_MAX = 2047; // without a resource

export class JaseurChat extends LitElement {
  static override properties = {
    mode: {},
    domain: {},
    site: {},
    revision: { state: true },
    isStarting: { state: true },
    texts: { state: true },
    embedded: {},
    developer: { type: Boolean, reflect: true },
    isDeveloperThere: { state: true },
    isSetting: { state: true },
    showing: { state: true },
  };

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, "lang"];
  }

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
      }

      /* Nothing of the page is inherited, and the page's rules end at the host. */
      .all {
        all: initial;
        display: block;
        color-scheme: var(--jaseur-scheme, light dark);
        color: var(--ink);
        font: var(--jaseur-size, medium)/1.45 var(--jaseur-font, system-ui, sans-serif);
      }

      [slot="sign-in"] jaseur-sign-in::part(form) {
        padding: 0;
        border: 0;
      }

      jaseur-developer {
        position: fixed;
        inset: auto 0 0;
        z-index: 2;
        height: 45vh;
        border-top: 1px solid var(--line);
        box-shadow: 0 -4px 24px rgb(0 0 0 / 15%);
      }

      .with-developer {
        --jaseur-below: 45vh;
      }

      @media (min-width: 70em) {
        .with-media {
          --jaseur-beside: 28em;
        }
      }
    `,
  ];

  declare mode: string;
  declare domain: string;
  declare site: string;
  declare revision: number;
  declare isStarting: boolean;
  declare texts: Texts | undefined; // until the language is there
  declare developer: boolean;
  declare isDeveloperThere: boolean; // it was loaded
  declare embedded: string | undefined;
  declare isSetting: boolean;
  declare showing: Showing | undefined;
  #notifier: Notifier | undefined;
  #target = ""; // what is to be opened as soon as somebody is signed in
  #client: Client | undefined;
  #account = device.get("account") ?? "";
  #memory: Memory = device; // of the account
  #leaving = new AbortController();

  constructor() {
    super();
    this.mode = "page";
    this.domain = "";
    this.site = new URL(import.meta.url).origin;
    this.revision = 0;
    this.isStarting = this.isSetting = this.developer = this.isDeveloperThere = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    void this.#speak();
    addEventListener("online", () => this.#client?.nudge(), { signal });
    addEventListener("pagehide", () => this.#client?.leave(), { signal });
    addEventListener("pageshow", (event) => (event.persisted ? this.#start(this.#account) : undefined), { signal });
    document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
    if (this.#isOwnPage) {
      addEventListener("hashchange", () => this.#openHash(), { signal });
      this.#openHash();
    }
    if (this.#account) this.#start(this.#account);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
    this.#notifier?.close();
    this.#client?.leave();
    this.#client = undefined;
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === "lang" && this.isConnected) void this.#speak();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { texts } = this;
    const client = this.#client;
    if (!texts) return nothing;
    const isWatched = this.developer && this.isDeveloperThere && client !== undefined;
    return html`<div
      class="all"
      lang=${texts.language}
      dir=${texts.direction}
      @jaseur-feedback=${(event: FeedbackEvent) => this.#onFeedback(event)}
      @jaseur-settings=${() => void this.#openSettings()}
      @jaseur-media=${({ detail }: CustomEvent<Showing>) => void this.#showMedia(detail)}
    >
      ${this.mode === "dock" ? this.#dock(texts) : this.#page(texts, isWatched)}
      ${isWatched
        ? html`<jaseur-developer
            .language=${texts.language}
            .feed=${client.developer}
            .account=${client.account}
            @jaseur-close=${() => (this.developer = false)}
          ></jaseur-developer>`
        : nothing}
      ${this.isSetting && client
        ? html`<jaseur-settings
            .texts=${texts}
            .client=${client}
            .notifier=${this.#notifier}
            @jaseur-close=${() => (this.isSetting = false)}
          ></jaseur-settings>`
        : nothing}
      ${this.showing && client?.isSignedIn
        ? html`<jaseur-media
            .texts=${texts}
            .client=${client}
            .showing=${this.showing}
            .embedded=${this.embedded?.split(/[\s,]+/)}
            .side=${this.mode === "dock" ? "start" : "end"}
            @jaseur-show=${({ detail }: CustomEvent<Showing>) => (this.showing = detail)}
            @jaseur-close=${() => (this.showing = undefined)}
          ></jaseur-media>`
        : nothing}
      <jaseur-feedback .texts=${texts}></jaseur-feedback>
    </div>`;
  }

  protected override updated(): void {
    const shape = this.#client?.isSignedIn ? this.renderRoot.querySelector<JaseurPage | JaseurDock>("jaseur-page, jaseur-dock") : null;
    const jid = chatOf(this.#target);
    if (jid) shape?.show(jid);
    if (shape) this.#target = "";
    this.#sayLanguage();
  }

  /** The site's first page is the client's; in other pages it is a guest. */
  get #isOwnPage(): boolean {
    return location.origin === this.site && location.pathname === "/";
  }

  /** target: of a Notice (model/notice.ts) */
  #open(target: string): void {
    this.#target = target;
    this.requestUpdate();
  }

  #openHash(): void {
    if (chatOf(location.hash) === undefined) return;
    this.#open(location.hash);
    history.replaceState(history.state, "", location.pathname + location.search);
  }

  async #openSettings(): Promise<void> {
    const { JaseurSettings } = await import("../settings/jaseur-settings.js");
    if (!customElements.get("jaseur-settings")) customElements.define("jaseur-settings", JaseurSettings);
    this.isSetting = true;
  }

  async #showMedia(showing: Showing): Promise<void> {
    const { JaseurMedia } = await import("../media/jaseur-media.js");
    if (!customElements.get("jaseur-media")) customElements.define("jaseur-media", JaseurMedia);
    this.showing = showing;
  }

  /** The service worker, too, speaks the language of the page. */
  #sayLanguage(): void {
    const { notices, isSignedIn } = this.#client ?? {};
    const language = this.texts?.language;
    if (isSignedIn && language && notices?.settings.language !== language) void notices?.change({ language }).catch(() => undefined);
  }

  #page(texts: Texts, isWatched: boolean): TemplateResult {
    const client = this.#client;
    return client?.isSignedIn
      ? html`<jaseur-page class=${classMap({ "with-developer": isWatched, "with-media": this.showing !== undefined })} .texts=${texts} .client=${client}></jaseur-page>`
      : this.#signIn(texts);
  }

  #dock(texts: Texts): TemplateResult {
    const client = this.#client;
    return html`<jaseur-dock .texts=${texts} .client=${client} .memory=${this.#memory}>
      ${client?.isSignedIn ? nothing : html`<div slot="sign-in">${this.#signIn(texts)}</div>`}
    </jaseur-dock>`;
  }

  /** In the element's language, the page's, or the browser's. */
  async #speak(): Promise<void> {
    this.texts = await loadTexts(this.lang || document.documentElement.lang || navigator.language);
  }

  #onFeedback(event: FeedbackEvent): void {
    event.stopPropagation();
    this.renderRoot.querySelector<JaseurFeedback>("jaseur-feedback")?.say(event.detail);
  }

  /** The account that was made on an invitation's page, which leads here (web/first/invite_here). */
  #justMade(): string {
    if (this.site !== location.origin) return "";
    return new URLSearchParams(location.hash.slice(1)).get("account")?.slice(0, ADDRESS_MAX) ?? "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("developer") && this.developer) void this.#loadDeveloper();
  }

  async #loadDeveloper(): Promise<void> {
    const { defineDeveloper } = await import("../developer/jaseur-developer.js");
    defineDeveloper();
    this.isDeveloperThere = true;
  }

  #signIn(texts: Texts): TemplateResult {
    const connection = this.#client?.connection;
    return html`<jaseur-sign-in
      .texts=${texts}
      .domain=${this.domain}
      .account=${this.#account || this.#justMade()}
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
    this.#notifier?.close();
    this.#client?.leave();
    const { site } = this;
    const memory = new BrowserMemory(`jaseur:${account}:`);
    this.#memory = memory;
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
    this.#notifier = new Notifier({ client, site, isOwnPage: this.#isOwnPage, onOpen: (target) => this.#open(target) });
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
  ...PIECES,
  "jaseur-bell": JaseurBell,
  "jaseur-attach": JaseurAttach,
  "jaseur-attachments": JaseurAttachments,
  "jaseur-chat": JaseurChat,
  "jaseur-composer": JaseurComposer,
  "jaseur-conversation": JaseurConversation,
  "jaseur-conversation-notices": JaseurConversationNotices,
  "jaseur-conversations": JaseurConversations,
  "jaseur-dock": JaseurDock,
  "jaseur-file": JaseurFile,
  "jaseur-log": JaseurLog,
  "jaseur-me": JaseurMe,
  "jaseur-page": JaseurPage,
  "jaseur-people": JaseurPeople,
  "jaseur-sidebar": JaseurSidebar,
  "jaseur-sign-in": JaseurSignIn,
  "jaseur-window": JaseurWindow,
  "jaseur-uploads": JaseurUploads,
} as const;

/** Makes the elements known to the page, once. */
export function defineElements(registry: CustomElementRegistry = customElements): void {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!registry.get(name)) registry.define(name, element);
}
