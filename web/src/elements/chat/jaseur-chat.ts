// SPDX-License-Identifier: MIT
//
// <jaseur-chat>: the whole client. As "page", it is a form in its place while nobody is signed in, and then
// covers the page; as "dock", it is a bar at the page's lower edge, with windows beside it.
//
// Attributes  mode       "page", when nothing is said, or "dock"
//             domain     of accounts that are written without one
//             site       where the server is; that of the script when nothing is said
//             lang       "en", "fr"; that of the page when nothing is said
//             account    who signs in, or is signed in
//             login      "form", when nothing is said, "portal" or "anonymous" (api/jaseur.d.ts)
//             embedded   hosts whose videos may be shown in the page, once somebody asks; all when nothing is said
//             tours      "off": nobody is shown around unasked
//             groups     "off": nobody begins conversations of several, or rooms
//             icon       the address of the picture beside notifications
//             avatar     the address of a picture by which the account is shown, if it has none
//             registration  "open": the form also makes accounts
//             guests     the form also lets in who has none
//             developer  the developer panel may be opened (Ctrl+Alt+D); "open": it is
// Properties  options, api (docs/web-client.md)
// Events      jaseur-init, and others: Events in api/jaseur.d.ts

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";

import type { Tell } from "../../api/events.js";
import type { Api, JaseurChatElement, Options } from "../../api/jaseur.js";
import { ATTACHED, PageApi, type ApiHost } from "../../api/page_api.js";
import { BrowserMemory } from "../../core/memory.js";
import type { Client } from "../../model/client.js";
import { chatOf, chatTarget } from "../../model/notice.js";
import type { JaseurDock } from "../dock/jaseur-dock.js";
import type { FeedbackEvent } from "../feedback/feedback.js";
import type { JaseurFeedback } from "../feedback/jaseur-feedback.js";
import type { Showing } from "../media/showing.js";
import { onDemand } from "../on_demand.js";
import type { JaseurPage } from "../page/jaseur-page.js";
import { SHAPE_PARTS } from "../parts.js";
import type { SignInDetail } from "../sign-in/jaseur-sign-in.js";
import { refusalText } from "../sign-in/refusal.js";
import { tokens } from "../style.js";
import { loadTexts, readersTag, type Texts } from "../texts/texts.js";
import { FIRST_TOUR } from "../tours/tour.js";
import { Tours } from "../tours/tours.js";
import { Above } from "./above.js";
import { Account } from "./account.js";
import { ForPage } from "./for_page.js";
import { style } from "./style.js";

const device = new BrowserMemory("jaseur:");

const guide = new Tours(device);

/** What is typed or dropped here is not the page's, which would take it for a shortcut or a file of its own. */
const NOT_OF_THE_PAGE = ["keydown", "keyup", "keypress", "beforeinput", "input", "paste", "cut", "copy", "dragover", "drop"];

const ADDRESS_MAX = 2047; // without a resource

/** Attributes that are options as they are. */
const PLAIN_OPTIONS = ["mode", "account", "domain", "site", "login", "registration", "guests", "embedded", "tours", "groups", "icon", "avatar", "developer"] as const;

export class JaseurChat extends LitElement implements JaseurChatElement {
  static override properties = {
    mode: {},
    domain: {},
    site: {},
    account: {},
    login: {},
    tours: {},
    groups: {},
    icon: {},
    avatar: {},
    registration: {},
    guests: { type: Boolean },
    embedded: {},
    developer: { reflect: true },
    texts: { state: true },
    isDockThere: { state: true },
  };

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, "lang"];
  }

  static override styles = [tokens, style];

  declare mode: "page" | "dock";
  declare domain: string;
  declare site: string;
  declare account: string;
  declare login: "form" | "portal" | "anonymous";
  declare tours: "auto" | "off";
  declare groups: "on" | "off";
  declare icon: string;
  declare avatar: string;
  declare registration: "" | "open" | "invited" | "closed";
  declare guests: boolean;
  declare embedded: string | undefined;
  declare developer: "" | "open" | null;
  declare texts: Texts | undefined; // until the language is there
  declare isDockThere: boolean; // it was loaded
  readonly #tell: Tell = (name, detail) => {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  };
  readonly #account = new Account({
    wishes: this,
    device,
    isOwnPage: () => this.#isOwnPage,
    onChanged: () => this.requestUpdate(),
    tell: this.#tell,
    onOpen: (target) => this.#open(target),
  });
  readonly #above = new Above(this);
  readonly #forPage: ApiHost = new ForPage(this, this.#account, guide);
  readonly api: Api = new PageApi(() => this.#forPage, this);
  #target = ""; // what is to be opened as soon as somebody is signed in
  #isReady = false;
  #isShownAround = false;
  #leaving = new AbortController();

  constructor() {
    super();
    this.mode = "page";
    this.site = new URL(import.meta.url).origin;
    this.domain = this.account = this.icon = this.avatar = this.registration = "";
    this.login = "form";
    this.tours = "auto";
    this.groups = "on";
    this.guests = this.isDockThere = false;
    this.developer = null;
  }

  // --- life --------------------------------------------------------------------------------------------

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.dispatchEvent(new CustomEvent(ATTACHED, { detail: this.#forPage, bubbles: true, composed: true }));
    addEventListener("online", () => this.#client?.nudge(), { signal });
    addEventListener("pagehide", () => this.#client?.leave(), { signal });
    addEventListener("pageshow", (event) => (event.persisted ? this.#account.begin() : undefined), { signal });
    addEventListener("keydown", (event) => this.#onKey(event), { signal, capture: true });
    document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
    if (this.#isOwnPage) {
      addEventListener("hashchange", () => this.#openHash(), { signal });
      this.#openHash();
    }
    this.#account.begin();
    void this.#speak().then(() => {
      if (signal.aborted) return;
      this.#isReady = true;
      this.#tell("jaseur-init", { account: this.#account.address });
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
    this.#isReady = false;
    this.#account.end();
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === "lang" && this.isConnected) void this.#speak();
  }

  /** The page has it, and knows its texts. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get #client(): Client | undefined {
    return this.#account.client;
  }

  /** The site's first page is the client's; in other pages it is a guest. */
  get #isOwnPage(): boolean {
    return location.origin === this.site && location.pathname === "/";
  }

  /** In the element's language, the page's, or the browser's. */
  async #speak(): Promise<void> {
    const language = this.lang || document.documentElement.lang || navigator.language;
    this.texts = await loadTexts(readersTag(language, navigator.languages));
  }

  #onKey(event: KeyboardEvent): void {
    if (this.developer === null || event.code !== "KeyD" || !event.ctrlKey || !event.altKey || event.getModifierState("AltGraph")) return;
    event.preventDefault();
    this.developer = this.developer === "open" ? "" : "open";
  }

  #onVisibility(): void {
    const isVisible = document.visibilityState === "visible";
    this.#client?.setVisible(isVisible);
    if (isVisible) this.#client?.nudge();
  }

  // --- options -----------------------------------------------------------------------------------------

  get options(): Options {
    const { lang, embedded, developer } = this;
    const { endpoints } = this.#account;
    const all = Object.fromEntries(PLAIN_OPTIONS.map((name) => [name, this[name]])) as Options;
    if (embedded === undefined) delete all.embedded;
    if (developer === null) delete all.developer;
    return { ...all, lang, ...(endpoints ? { endpoints } : {}) };
  }

  set options({ password, token, anonymous, endpoints, lang, ...others }: Options) {
    if (endpoints) this.#account.endpoints = endpoints;
    if (lang !== undefined) this.lang = lang;
    for (const name of PLAIN_OPTIONS) {
      const value = others[name];
      if (value !== undefined) Object.assign(this, { [name]: value });
    }
    this.#account.setSecrets({ password, token, anonymous });
  }

  // --- what is seen ------------------------------------------------------------------------------------

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    for (const name of NOT_OF_THE_PAGE) root.addEventListener(name, (event) => event.stopPropagation());
    return root;
  }

  protected override willUpdate(): void {
    if (this.mode === "dock" && !this.isDockThere) void this.#loadDock();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { texts } = this;
    const { client, notifier } = this.#account;
    if (!texts) return nothing;
    return html`<div
      class="all"
      lang=${texts.language}
      dir=${texts.direction}
      @jaseur-feedback=${(event: FeedbackEvent) => this.#onFeedback(event)}
      @jaseur-person=${(event: CustomEvent<{ jid: string }>) => this.#onPerson(event, event.detail.jid)}
      @jaseur-invite=${(event: CustomEvent) => this.#onPerson(event, "invite")}
      @jaseur-tour=${() => void this.startTour(FIRST_TOUR)}
      @jaseur-settings=${() => void this.#above.openSettings()}
      @jaseur-media=${({ detail }: CustomEvent<Showing>) => void this.#above.openMedia(detail)}
    >
      ${this.mode !== "dock" ? this.#page(texts) : this.isDockThere ? this.#dock(texts) : nothing}
      ${client ? this.#above.render({ client, notifier, texts }) : nothing}
      <jaseur-feedback exportparts="toast" .texts=${texts}></jaseur-feedback>
    </div>`;
  }

  protected override updated(): void {
    const shape = this.#client?.isSignedIn ? this.renderRoot.querySelector<JaseurPage | JaseurDock>("jaseur-page, jaseur-dock") : null;
    const jid = chatOf(this.#target);
    if (jid) shape?.show(jid);
    if (shape) this.#target = "";
    if (shape?.localName === "jaseur-page") this.#showAround();
    this.#sayLanguage();
  }

  #page(texts: Texts): TemplateResult | typeof nothing {
    const client = this.#client;
    if (!client?.isSignedIn) return this.#signIn(texts);
    const beside = classMap({ "with-developer": this.#above.isDeveloperOpen, "with-media": this.#above.isMediaOpen });
    return html`<jaseur-page exportparts=${SHAPE_PARTS} class=${beside} .texts=${texts} .client=${client}></jaseur-page>`;
  }

  #dock(texts: Texts): TemplateResult {
    const client = this.#client;
    return html`<jaseur-dock exportparts=${SHAPE_PARTS} .texts=${texts} .client=${client} .memory=${this.#account.memory}>
      ${client?.isSignedIn ? nothing : html`<div slot="sign-in">${this.#signIn(texts)}</div>`}
    </jaseur-dock>`;
  }

  async #loadDock(): Promise<void> {
    await onDemand("jaseur-window", async () => (await import("../dock/jaseur-window.js")).JaseurWindow);
    await onDemand("jaseur-dock", async () => (await import("../dock/jaseur-dock.js")).JaseurDock);
    this.isDockThere = true;
  }

  #signIn(texts: Texts): TemplateResult | typeof nothing {
    const { address, isStarting } = this.#account;
    const connection = this.#client?.connection;
    if (this.login !== "form") return isStarting ? html`<p role="status">${texts.of("signingIn")}</p>` : nothing;
    return html`<jaseur-sign-in
      exportparts="form"
      .texts=${texts}
      .domain=${this.domain}
      .account=${address || this.#justMade()}
      .error=${this.#errorText(texts)}
      .busy=${isStarting || connection?.kind === "connecting" || connection?.kind === "waiting"}
      .site=${this.site}
      .registration=${this.registration}
      .guests=${this.guests}
      @jaseur-guest=${() => this.#account.signIn({ anonymous: true }).catch(() => undefined)}
      @jaseur-sign-in=${({ detail: { account, password } }: CustomEvent<SignInDetail>) =>
        this.#account.signIn({ account, password }).catch(() => undefined) /* a refusal is seen */}
    ></jaseur-sign-in>`;
  }

  #errorText(texts: Texts): string {
    const connection = this.#client?.connection;
    if (connection?.kind === "waiting") return texts.of("unreachable");
    return connection?.kind === "refused" ? refusalText(texts, connection.condition, this.site.startsWith("https:")) : "";
  }

  /** The account that was made on an invitation's page, which leads here (web/first/invite_here). */
  #justMade(): string {
    if (this.site !== location.origin) return "";
    return new URLSearchParams(location.hash.slice(1)).get("account")?.slice(0, ADDRESS_MAX) ?? "";
  }

  /** The service worker, too, speaks the language of the page. */
  #sayLanguage(): void {
    const { notices, isSignedIn } = this.#client ?? {};
    const language = this.texts?.language;
    if (isSignedIn && language && notices?.settings.language !== language) void notices?.change({ language }).catch(() => undefined);
  }

  // --- what is opened and said -------------------------------------------------------------------------

  converseWith(jid: string): void {
    this.#open(chatTarget(jid));
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

  #onPerson(event: CustomEvent, person: string): void {
    event.stopPropagation();
    void this.#above.openPerson(person);
  }

  #onFeedback(event: FeedbackEvent): void {
    event.stopPropagation();
    this.#feedback?.say(event.detail);
  }

  say(text: string): void {
    this.#feedback?.say({ text });
  }

  get #feedback(): JaseurFeedback | null {
    return this.renderRoot.querySelector<JaseurFeedback>("jaseur-feedback");
  }

  async startTour(name: string): Promise<boolean> {
    return await guide.start(name, this.renderRoot as ShadowRoot, this.texts ?? (await loadTexts(this.lang)));
  }

  /** Who comes for the first time. */
  #showAround(): void {
    if (this.#isShownAround || this.tours === "off" || this.#client?.connection.kind !== "online" || guide.isSeen(FIRST_TOUR)) return;
    this.#isShownAround = true;
    void this.startTour(FIRST_TOUR);
  }
}
