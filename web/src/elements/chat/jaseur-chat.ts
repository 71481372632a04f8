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
//             registration  "open": the form also makes accounts
//             guests     the form also lets in who has none
//             developer  the developer panel may be opened (Ctrl+Alt+D); "open": it is
// Properties  options, api (docs/web-client.md)
// Events      jaseur-init, and others: Events in api/jaseur.d.ts

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";

import { tellEvents, buddyOf, type Tell } from "../../api/events.js";
import type { Api, Buddy, JaseurChatElement, Options, SignIn } from "../../api/jaseur.js";
import { outcome } from "../../api/outcome.js";
import { ATTACHED, PageApi, type ApiHost } from "../../api/page_api.js";
import type { Unsubscribe } from "../../core/emitter.js";
import { jidFromInput } from "../../core/jid.js";
import type { Secret } from "../../core/login.js";
import { BrowserMemory, PageMemory, type Memory } from "../../core/memory.js";
import { Client } from "../../model/client.js";
import { Engine } from "../../model/engine.js";
import { chatOf, chatTarget } from "../../model/notice.js";
import { Tabs, type Locks } from "../../model/tabs.js";
import { JaseurAttach } from "../attachments/jaseur-attach.js";
import { JaseurAttachments } from "../attachments/jaseur-attachments.js";
import { JaseurBegin } from "../begin/jaseur-begin.js";
import { JaseurComposer } from "../composer/jaseur-composer.js";
import { JaseurConversation } from "../conversation/jaseur-conversation.js";
import { JaseurConversations } from "../conversations/jaseur-conversations.js";
import type { JaseurDock } from "../dock/jaseur-dock.js";
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
import { JaseurMembers } from "../members/jaseur-members.js";
import { onDemand } from "../on_demand.js";
import { JaseurPage } from "../page/jaseur-page.js";
import { JaseurPeople } from "../people/jaseur-people.js";
import { SHAPE_PARTS } from "../parts.js";
import { PIECES } from "../pieces.js";
import { JaseurRoomBar } from "../rooms/jaseur-room-bar.js";
import { JaseurSidebar } from "../sidebar/jaseur-sidebar.js";
import { JaseurSignIn, type SignInDetail } from "../sign-in/jaseur-sign-in.js";
import { tokens } from "../style.js";
import { loadTexts, type Texts } from "../texts/texts.js";
import { FIRST_TOUR, type Tour } from "../tours/tour.js";
import { Tours } from "../tours/tours.js";
import { JaseurVirtual } from "../virtual/jaseur-virtual.js";

/** Who was signed in last, in this browser. */
const device = new BrowserMemory("jaseur:");

const guide = new Tours(device);

/** What is typed or dropped here is not the page's, which would take it for a shortcut or a file of its own. */
const NOT_OF_THE_PAGE = ["keydown", "keyup", "keypress", "beforeinput", "input", "paste", "cut", "copy", "dragover", "drop"];

const ADDRESS_MAX = 2047; // without a resource
const ICON = "/first/bird_192.png"; // of the server

/** Nothing of it is kept longer than it takes to sign in. */
type Secrets = Pick<SignIn, "password" | "token" | "anonymous">;

function secretOf({ password, token, anonymous }: Secrets): Secret | undefined {
  if (token !== undefined) return { kind: "bearer", token };
  if (password !== undefined) return { kind: "password", password };
  return anonymous ? { kind: "anonymous" } : undefined;
}

export class JaseurChat extends LitElement implements ApiHost, JaseurChatElement {
  static override properties = {
    mode: {},
    domain: {},
    site: {},
    account: {},
    login: {},
    tours: {},
    groups: {},
    icon: {},
    registration: {},
    guests: { type: Boolean },
    revision: { state: true },
    isStarting: { state: true },
    texts: { state: true },
    embedded: {},
    developer: { reflect: true },
    isDeveloperThere: { state: true },
    isDockThere: { state: true },
    isSetting: { state: true },
    showing: { state: true },
    person: { state: true },
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

      /* Effects on the host would be on everything in it: a page's rule for all elements is none for this. */
      :host {
        opacity: 1 !important;
        transform: none !important;
        translate: none !important;
        rotate: none !important;
        scale: none !important;
        perspective: none !important;
        filter: none !important;
        backdrop-filter: none !important;
        clip-path: none !important;
        mask: none !important;
        mix-blend-mode: normal !important;
        contain: none !important;
        container: none !important;
        will-change: auto !important;
        animation: none !important;
        transition: none !important;
        overflow: visible !important;
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
        width: auto;
        height: 45vh;
        margin: 0;
        padding: 0;
        border: 0;
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

  declare mode: "page" | "dock";
  declare domain: string;
  declare site: string;
  declare revision: number;
  declare isStarting: boolean;
  declare texts: Texts | undefined; // until the language is there
  declare account: string;
  declare login: "form" | "portal" | "anonymous";
  declare tours: "auto" | "off";
  declare groups: "on" | "off";
  declare icon: string;
  declare registration: "" | "open" | "invited" | "closed";
  declare guests: boolean;
  declare developer: "" | "open" | null;
  declare isDeveloperThere: boolean; // it was loaded
  declare isDockThere: boolean;
  declare embedded: string | undefined;
  declare isSetting: boolean;
  declare showing: Showing | undefined;
  declare person: string; // about whom a dialog is open: an address, or "invite"
  #notifier: Notifier | undefined;
  #target = ""; // what is to be opened as soon as somebody is signed in
  #client: Client | undefined;
  #memory: Memory = device; // of the account
  readonly api: Api = new PageApi(() => this, this);
  #account = ""; // bare; "" for nobody, or a guest
  #isGuest = false;
  #secrets: Secrets = {};
  #endpoints: Options["endpoints"];
  #untell: Unsubscribe | undefined;
  #isReady = false;
  #isAsking = false; // for somebody to sign in
  #wasOnline = false; // since this client was started
  #isShownAround = false;
  #leaving = new AbortController();

  constructor() {
    super();
    this.mode = "page";
    this.domain = this.person = "";
    this.site = new URL(import.meta.url).origin;
    this.account = "";
    this.login = "form";
    this.tours = "auto";
    this.groups = "on";
    this.icon = "";
    this.registration = "";
    this.guests = false;
    this.developer = null;
    this.revision = 0;
    this.isStarting = this.isSetting = this.isDeveloperThere = this.isDockThere = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.dispatchEvent(new CustomEvent(ATTACHED, { bubbles: true, composed: true }));
    addEventListener("online", () => this.#client?.nudge(), { signal });
    addEventListener("pagehide", () => this.#client?.leave(), { signal });
    addEventListener("pageshow", (event) => (event.persisted ? this.#begin() : undefined), { signal });
    addEventListener("keydown", (event) => this.#onKey(event), { signal, capture: true });
    document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
    if (this.#isOwnPage) {
      addEventListener("hashchange", () => this.#openHash(), { signal });
      this.#openHash();
    }
    this.#begin();
    void this.#speak().then(() => {
      if (signal.aborted) return;
      this.#isReady = true;
      this.#tell("jaseur-init", { account: this.#account });
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
    this.#isReady = this.#isAsking = this.isStarting = false;
    this.#end();
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    for (const name of NOT_OF_THE_PAGE) root.addEventListener(name, (event) => event.stopPropagation());
    return root;
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === "lang" && this.isConnected) void this.#speak();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { texts } = this;
    const client = this.#client;
    if (!texts) return nothing;
    const isWatched = this.developer === "open" && this.isDeveloperThere && client !== undefined;
    return html`<div
      class="all"
      lang=${texts.language}
      dir=${texts.direction}
      @jaseur-feedback=${(event: FeedbackEvent) => this.#onFeedback(event)}
      @jaseur-person=${(event: CustomEvent<{ jid: string }>) => void this.#openPerson(event, event.detail.jid)}
      @jaseur-invite=${(event: CustomEvent) => void this.#openPerson(event, "invite")}
      @jaseur-settings=${() => void this.#openSettings()}
      @jaseur-media=${({ detail }: CustomEvent<Showing>) => void this.#showMedia(detail)}
    >
      ${this.mode !== "dock" ? this.#page(texts, isWatched) : this.isDockThere ? this.#dock(texts) : nothing}
      ${isWatched
        ? html`<jaseur-developer
            popover="manual"
            .language=${texts.language}
            .feed=${client.developer}
            .account=${client.account}
            @jaseur-close=${() => (this.developer = "")}
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
      ${this.person && client ? this.#aboutPeople(client, texts) : nothing}
      <jaseur-feedback exportparts="toast" .texts=${texts}></jaseur-feedback>
    </div>`;
  }

  #aboutPeople(client: Client, texts: Texts): TemplateResult {
    const close = (): string => (this.person = "");
    if (this.person === "invite") return html`<jaseur-invite .texts=${texts} .client=${client} @jaseur-close=${close}></jaseur-invite>`;
    if (this.person === client.account) return html`<jaseur-profile .texts=${texts} .client=${client} @jaseur-close=${close}></jaseur-profile>`;
    return html`<jaseur-person
      .texts=${texts}
      .client=${client}
      .jid=${this.person}
      @jaseur-close=${close}
      @jaseur-choose=${({ detail }: CustomEvent<{ jid: string }>) => this.#open(chatTarget(detail.jid))}
    ></jaseur-person>`;
  }

  async #openPerson(event: CustomEvent, person: string): Promise<void> {
    event.stopPropagation();
    const { definePeopleDialogs } = await import("../person/dialogs.js");
    definePeopleDialogs();
    this.person = person;
  }

  protected override updated(): void {
    const shape = this.#client?.isSignedIn ? this.renderRoot.querySelector<JaseurPage | JaseurDock>("jaseur-page, jaseur-dock") : null;
    const jid = chatOf(this.#target);
    if (jid) shape?.show(jid);
    if (shape) this.#target = "";
    if (shape?.localName === "jaseur-page") this.#showAround();
    this.#sayLanguage();
    // In the top layer, as the page below it is.
    this.renderRoot.querySelector<HTMLElement>("jaseur-developer:not(:popover-open)")?.showPopover();
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
    await onDemand("jaseur-media", async () => (await import("../media/jaseur-media.js")).JaseurMedia);
    this.showing = showing;
  }

  /** The service worker, too, speaks the language of the page. */
  #sayLanguage(): void {
    const { notices, isSignedIn } = this.#client ?? {};
    const language = this.texts?.language;
    if (isSignedIn && language && notices?.settings.language !== language) void notices?.change({ language }).catch(() => undefined);
  }

  #page(texts: Texts, isWatched: boolean): TemplateResult | typeof nothing {
    const client = this.#client;
    return client?.isSignedIn
      ? html`<jaseur-page exportparts=${SHAPE_PARTS} class=${classMap({ "with-developer": isWatched, "with-media": this.showing !== undefined })} .texts=${texts} .client=${client}></jaseur-page>`
      : this.#signIn(texts);
  }

  #dock(texts: Texts): TemplateResult {
    const client = this.#client;
    return html`<jaseur-dock exportparts=${SHAPE_PARTS} .texts=${texts} .client=${client} .memory=${this.#memory}>
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
    if (changed.has("developer") && this.developer === "open") void this.#loadDeveloper();
    if (this.mode === "dock" && !this.isDockThere) void this.#loadDock();
  }

  async #loadDock(): Promise<void> {
    await onDemand("jaseur-window", async () => (await import("../dock/jaseur-window.js")).JaseurWindow);
    await onDemand("jaseur-dock", async () => (await import("../dock/jaseur-dock.js")).JaseurDock);
    this.isDockThere = true;
  }

  async #loadDeveloper(): Promise<void> {
    const { defineDeveloper } = await import("../developer/jaseur-developer.js");
    defineDeveloper();
    this.isDeveloperThere = true;
  }

  #signIn(texts: Texts): TemplateResult | typeof nothing {
    const connection = this.#client?.connection;
    if (this.login !== "form") return this.isStarting ? html`<p role="status">${texts.of("signingIn")}</p>` : nothing;
    return html`<jaseur-sign-in
      exportparts="form"
      .texts=${texts}
      .domain=${this.domain}
      .account=${this.#account || this.#justMade()}
      .error=${this.#errorText(texts)}
      .busy=${this.isStarting || connection?.kind === "connecting" || connection?.kind === "waiting"}
      .site=${this.site}
      .registration=${this.registration}
      .guests=${this.guests}
      @jaseur-guest=${() => this.signIn({ anonymous: true }).catch(() => undefined)}
      @jaseur-sign-in=${({ detail }: CustomEvent<SignInDetail>) => this.#onSignIn(detail)}
    ></jaseur-sign-in>`;
  }

  #errorText(texts: Texts): string {
    const connection = this.#client?.connection;
    if (connection?.kind === "waiting") return texts.of("unreachable");
    if (connection?.kind !== "refused") return "";
    if (connection.condition === "not-authorized") return texts.of("wrongSecret");
    if (connection.condition === "no-storage") return texts.of("noStorage");
    if (connection.condition === "insecure") return texts.of("insecure");
    return texts.of("refused", { condition: connection.condition });
  }

  // --- who is signed in ------------------------------------------------------------------------------

  /** Goes on with whom the page names, or who was here last; or signs in, if it was said how. */
  #begin(): void {
    const named = this.account ? jidFromInput(this.account, this.domain) : undefined;
    if (secretOf(this.#secrets) || this.login === "anonymous") this.signIn({}).catch(() => undefined); // a refusal is seen
    else if (named ?? device.get("account")) this.#start(named ?? device.get("account") ?? "", false);
    // A script that stands behind the element has its turn first.
    else if (this.login === "portal") setTimeout(() => this.#askToSignIn("signed-out"));
  }

  #end(): void {
    this.#notifier?.close();
    this.#client?.leave();
    this.#untell?.();
    this.#client = this.#untell = undefined;
  }

  #start(account: string, isGuest: boolean): Client {
    this.#end();
    this.#account = account;
    this.#isGuest = isGuest;
    this.#wasOnline = false;
    const { site, domain } = this;
    const memory = isGuest ? new PageMemory() : new BrowserMemory(`jaseur:${account}:`);
    const endpoints = this.#endpoints;
    this.#memory = memory;
    const client = new Client(
      (onNews) =>
        new Tabs({
          name: isGuest ? crypto.randomUUID() : account,
          locks: isGuest ? undefined : (navigator as { locks?: Locks }).locks,
          onNews,
          makeEngine: (tell) =>
            new Engine({ account, domain, site, memory, ...(endpoints ? { endpoints } : {}), onNews: tell, onOutdated: () => location.reload() }),
        }),
    );
    this.#client = client;
    client.setVisible(document.visibilityState === "visible");
    client.events.on("changed", () => this.#onChanged(client));
    this.#untell = tellEvents(client, this.#tell);
    client.rooms.mayBegin = this.groups !== "off";
    this.#notifier = new Notifier({ client, icon: this.icon || site + ICON, isOwnPage: this.#isOwnPage, onOpen: (target) => this.#open(target) });
    return client;
  }

  #onSignIn({ account, password }: SignInDetail): void {
    this.signIn({ account, password }).catch(() => undefined); // a refusal is seen
  }

  #onChanged(client: Client): void {
    if (client !== this.#client) return;
    this.revision++;
    const { connection, isKnown, isSignedIn } = client;
    if (connection.kind === "online") {
      this.#wasOnline = true;
      this.#isAsking = false;
      if (!this.#isGuest) device.set("account", this.#account);
    }
    if (!isKnown || isSignedIn || this.isStarting) return;
    if (connection.kind === "offline" && device.get("account") === this.#account) device.set("account", undefined);
    if (connection.kind === "refused") this.#askToSignIn(connection.condition);
    // Who was here, and is not any more, has signed out.
    else if (connection.kind === "offline" && this.login === "portal" && !this.#wasOnline) this.#askToSignIn("signed-out");
  }

  /** The page, if it can; once. */
  #askToSignIn(reason: string): void {
    if (this.#isAsking || !this.isConnected || this.#client?.isSignedIn) return;
    this.#isAsking = true;
    const respond = (answer: SignIn | Promise<SignIn>): void => {
      void Promise.resolve(answer)
        .then((how) => this.signIn(how))
        .catch(() => undefined); // a refusal is seen
    };
    this.#tell("jaseur-reconnect-request", { reason, respond });
  }

  readonly #tell: Tell = (name, detail) => {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  };

  // --- for the page (api/) -----------------------------------------------------------------------------

  get options(): Options {
    const { mode, account, domain, site, lang, login, registration, guests, embedded, tours: shown, groups, icon, developer } = this;
    const endpoints = this.#endpoints;
    const more = { ...(embedded === undefined ? {} : { embedded }), ...(endpoints ? { endpoints } : {}), ...(developer === null ? {} : { developer }) };
    return { mode, account, domain, site, lang, login, registration, guests, tours: shown, groups, icon, ...more };
  }

  set options({ password, token, anonymous, endpoints, lang, ...others }: Options) {
    this.#secrets = { ...this.#secrets, ...(password === undefined ? {} : { password }), ...(token === undefined ? {} : { token }), ...(anonymous === undefined ? {} : { anonymous }) };
    if (endpoints) this.#endpoints = endpoints;
    if (lang !== undefined) this.lang = lang;
    for (const name of ["mode", "account", "domain", "site", "login", "registration", "guests", "embedded", "tours", "groups", "icon", "developer"] as const) {
      const value = others[name];
      if (value !== undefined) Object.assign(this, { [name]: value });
    }
    if (this.isConnected && secretOf(this.#secrets)) this.signIn({}).catch(() => undefined); // a refusal is seen
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get signedInAs(): string {
    return this.#client?.isSignedIn ? this.#client.account : "";
  }

  get isOnline(): boolean {
    return this.#client?.connection.kind === "online";
  }

  get buddies(): Buddy[] {
    const client = this.#client;
    return client ? client.people.contacts.map((contact) => buddyOf(client, contact)) : [];
  }

  openConversation(jid: string): void {
    const address = jidFromInput(jid, this.domain);
    if (address === undefined) throw new TypeError(`${jid} is no address`);
    this.#open(`chat=${address}`);
  }

  async converse(jids: readonly string[], title: string): Promise<string> {
    const client = this.#client;
    if (!client?.isReady) throw new Error("nobody is signed in");
    const addresses = jids.map((jid) => {
      const address = jidFromInput(jid, this.domain);
      if (address === undefined) throw new TypeError(`${jid} is no address`);
      return address;
    });
    const room = await client.rooms.converse(addresses, title);
    this.#open(chatTarget(room));
    return room;
  }

  async signIn(how: SignIn): Promise<void> {
    const { account, ...secrets } = { ...this.#secrets, ...how };
    this.#secrets = {};
    const isGuest = secrets.anonymous ?? (this.login === "anonymous" && !secretOf(secrets) && account === undefined);
    const secret = isGuest ? ({ kind: "anonymous" } as const) : secretOf(secrets);
    const meant = account ?? (this.account || this.#account || device.get("account"));
    const address = isGuest ? "" : jidFromInput(meant ?? "", this.domain);
    if (address === undefined) throw new TypeError(`${meant ?? ""} is no address`);
    this.isStarting = true;
    try {
      const isSame = !isGuest && !this.#isGuest && this.#account === address;
      const client = isSame && this.#client ? this.#client : this.#start(address, isGuest);
      await client.signIn(secret);
      await outcome(client, this.#leaving.signal);
    } finally {
      this.isStarting = false;
    }
  }

  async goOffline(): Promise<void> {
    await this.#client?.disconnect();
  }

  async signOut(): Promise<void> {
    await this.#client?.signOut();
  }

  say(text: string): void {
    this.renderRoot.querySelector<JaseurFeedback>("jaseur-feedback")?.say({ text });
  }

  async startTour(name: string): Promise<boolean> {
    return await guide.start(name, this.renderRoot as ShadowRoot, this.texts ?? (await loadTexts(this.lang)));
  }

  addTour(tour: Tour): void {
    guide.add(tour);
  }

  tourNames(): Promise<string[]> {
    return guide.names();
  }

  /** Who comes for the first time. */
  #showAround(): void {
    if (this.#isShownAround || this.tours === "off" || !this.isOnline || guide.isSeen(FIRST_TOUR)) return;
    this.#isShownAround = true;
    void this.startTour(FIRST_TOUR);
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
}

const ELEMENTS = {
  ...PIECES,
  "jaseur-begin": JaseurBegin,
  "jaseur-bell": JaseurBell,
  "jaseur-attach": JaseurAttach,
  "jaseur-attachments": JaseurAttachments,
  "jaseur-chat": JaseurChat,
  "jaseur-composer": JaseurComposer,
  "jaseur-conversation": JaseurConversation,
  "jaseur-conversation-notices": JaseurConversationNotices,
  "jaseur-conversations": JaseurConversations,
  "jaseur-file": JaseurFile,
  "jaseur-log": JaseurLog,
  "jaseur-me": JaseurMe,
  "jaseur-members": JaseurMembers,
  "jaseur-page": JaseurPage,
  "jaseur-people": JaseurPeople,
  "jaseur-room-bar": JaseurRoomBar,
  "jaseur-sidebar": JaseurSidebar,
  "jaseur-sign-in": JaseurSignIn,
  "jaseur-uploads": JaseurUploads,
  "jaseur-virtual": JaseurVirtual,
} as const;

/** Makes the elements known to the page, once. */
export function defineElements(registry: CustomElementRegistry = customElements): void {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!registry.get(name)) registry.define(name, element);
}
