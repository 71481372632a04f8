// SPDX-License-Identifier: MIT
//
// What pages see of the client: https://chat.example.org/jaseur.d.ts describes jaseur.js.
// docs/web-client.md explains it with examples. Names and shapes stay; fields are only added.

// --- signing in -------------------------------------------------------------------------------------

/** How somebody signs in. With nothing but an account: by what an earlier time left in this browser. */
export interface SignIn {
  /** "juliet@example.org", or "juliet" with the element's domain. Not of guests. */
  account?: string;
  password?: string;
  /** A login token or JSON Web Token from the page's back end (docs/rest.md). */
  token?: string;
  /** As a guest, where the server allows it. */
  anonymous?: boolean;
}

/** Rejections of connect(): the server said no. */
export interface RefusedError extends Error {
  name: "RefusedError";
  /** "not-authorized", "account-disabled", "no-mechanism", "insecure", ... */
  condition: string;
}

// --- options ----------------------------------------------------------------------------------------

/** Each is an attribute too, but for secrets and objects: `<jaseur-chat domain="example.org" login="portal">`. */
export interface Options extends SignIn {
  /** page: covers the page once somebody is signed in; dock: a bar at its lower edge */
  mode?: "page" | "dock";
  /** Of accounts that are written without one; where guests come in. */
  domain?: string;
  /** "https://chat.example.org": where the server is, if the script comes from elsewhere. */
  site?: string;
  /** Instead of what the site says of itself (XEP-0156). */
  endpoints?: { websocket?: string; bosh?: string };
  /** "en", "fr-CA". */
  lang?: string;
  /**
   * form       a form, where nobody is signed in; the default
   * portal     nothing: the page signs people in, and is asked again by onReconnectRequest
   * anonymous  everybody comes in as a guest
   */
  login?: "form" | "portal" | "anonymous";
  /** "open": the form also makes accounts. */
  registration?: "" | "open" | "invited" | "closed";
  /** Whether the form lets guests in. */
  guests?: boolean;
  /** Hosts whose videos may be shown in the page, once somebody asks; all when nothing is said. */
  embedded?: string;
  /** Whether who comes for the first time is shown around. */
  tours?: "auto" | "off";
  /** "off": people do not begin conversations of several, or rooms; they are in those that others make. */
  groups?: "on" | "off";
  /** The picture beside notifications of the page; that of the server when nothing is said. */
  icon?: string;
  /** The address of a picture by which the account is shown to others, if it has none. */
  avatar?: string;
  /** "open": shows the developer panel; "": it may be opened, by Ctrl+Alt+D. */
  developer?: "" | "open";
}

// --- people, messages -------------------------------------------------------------------------------

export type Availability = "online" | "chat" | "away" | "xa" | "dnd" | "offline";

export interface Buddy {
  /** Bare. */
  jid: string;
  name: string;
  groups: string[];
  /** Who sees whose presence (RFC 6121 section 2.1.2.5). */
  subscription: "none" | "to" | "from" | "both";
  /** "unknown": the account has more than 500 contacts, and neither the client nor the page shows this one. */
  presence: Availability | "unknown";
  /** What somebody wrote beside it. */
  status: string;
}

export interface Message {
  /** The bare address of the person or room. */
  conversation: string;
  kind: "chat" | "room";
  /** Who said it: a bare address; in a room a nickname. */
  from: string;
  /** Somebody else's words: text, never HTML. */
  text: string;
  time: Date;
  /** Of a file. */
  url?: string;
}

// --- events -----------------------------------------------------------------------------------------

/** Of DOM events on the element, by name. They bubble. */
export interface Events {
  /** The client is in the page, whether or not somebody is signed in. */
  "jaseur-init": { account: string };
  "jaseur-connected": { jid: string };
  /** reason: "closed", "lost" (it comes back by itself), or why the server refuses */
  "jaseur-disconnected": { reason: string };
  /**
   * Somebody has to sign in, and the client has nothing to do it with. Whoever can calls respond();
   * the first to do so counts.
   */
  "jaseur-reconnect-request": { reason: string; respond(answer: SignIn | Promise<SignIn>): void };
  "jaseur-buddy-added": Buddy;
  /** Somebody lets the account see his presence. */
  "jaseur-buddy-accepted": Buddy;
  "jaseur-buddy-removed": { jid: string };
  /** Somebody wants to see the account's presence. */
  "jaseur-buddy-request": { jid: string; text: string };
  "jaseur-presence-changed": { jid: string; presence: Availability; status: string };
  /** Somebody has just said something. */
  "jaseur-message": Message;
  /** count: of all conversations */
  "jaseur-unread-changed": { count: number; conversations: Record<string, number> };
}

export interface Callbacks {
  onInit?(detail: Events["jaseur-init"]): void;
  onConnected?(detail: Events["jaseur-connected"]): void;
  onDisconnected?(detail: Events["jaseur-disconnected"]): void;
  /** Returns what to sign in with, if the page has it. */
  onReconnectRequest?(detail: { reason: string }): SignIn | Promise<SignIn> | undefined;
  onBuddyAdded?(detail: Buddy): void;
  onBuddyAccepted?(detail: Buddy): void;
  onBuddyRemoved?(detail: Events["jaseur-buddy-removed"]): void;
  onBuddyRequest?(detail: Events["jaseur-buddy-request"]): void;
  onPresenceChanged?(detail: Events["jaseur-presence-changed"]): void;
  onMessage?(detail: Message): void;
  onUnreadChanged?(detail: Events["jaseur-unread-changed"]): void;
}

// --- tours ------------------------------------------------------------------------------------------

/** The same for everybody, or by language: { en: "Next", fr: "Suivant" }. */
export type Words = string | Record<string, string>;

export interface TourStep {
  title: Words;
  text: Words;
  /** A part of the client that it is about. Where it is not in sight, the step is left out. */
  part?: string;
  /** Instead: an element of the page, by CSS selector. */
  selector?: string;
  /** Going on presses that element, and so does a click on it. */
  action?: "press";
  /** Before the step: brings into sight what it is about. */
  before?(): unknown;
}

export interface Tour {
  name: string;
  steps: TourStep[];
}

// --- the API ----------------------------------------------------------------------------------------

/** Of registerCustomModule(): extend it for modules of your own. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it is for others to fill
export interface Modules {}

export interface Api extends Modules {
  /** Opens the conversation with somebody; as soon as somebody is signed in. TypeError: no address */
  openChatWindow(jid: string): void;
  /**
   * Makes a conversation of the account and these people, invites them and opens it. Resolves to its
   * address; title: without one it is called by the people. TypeError: no address
   */
  createNewConversationWith(jids: readonly string[], title?: string): Promise<string>;
  /**
   * Calls somebody with camera and microphone, for which the browser may ask. Resolves when it is on its way.
   * TypeError: no address; another Error: no connection, or there is a call already
   */
  startSimpleVideoCall(jid: string): Promise<void>;
  /** All contacts, by name. */
  getBuddyList(): Buddy[];
  /**
   * Those whose presence the page shows itself, at most 1,000, in place of those named before; once there is a connection.
   * Of up to 500 contacts it is known without. TypeError: no address
   */
  watchBuddies(jids: readonly string[]): void;
  isConnected(): boolean;
  /** Resolves when there is a connection. Rejects with a RefusedError. */
  connect(how?: SignIn): Promise<void>;
  /** Ends the connection. What is needed to come back stays in this browser. */
  disconnect(): Promise<void>;
  /** As connect(), by what an earlier time left; at once, if it waits for its next try. */
  reconnect(): Promise<void>;
  /** Ends the connection, and nothing of the account stays in this browser: for who logs out of the portal. */
  signOut(): Promise<void>;
  /** Adds to those that were registered before. Returns what takes them back. */
  registerCallbacks(callbacks: Callbacks): () => void;
  /** Makes a module of the page known as jaseur.api.NAME. TypeError: the name is taken, or no identifier */
  registerCustomModule(registration: { name: string; module: unknown }): void;
  /** Shows the reader a text for a moment. */
  feedback(text: string): void;
  /** Shows a tour. Resolves when it ends: with true, if at its last step. RangeError: there is none of that name */
  startTour(name: string): Promise<boolean>;
  /** Adds a tour of the page; one with the name of ours replaces it. */
  addTour(tour: Tour): void;
  tourNames(): Promise<string[]>;
}

/** <jaseur-chat> */
export interface JaseurChatElement extends HTMLElement {
  /** Setting them changes those that are named. */
  options: Options;
  readonly api: Api;
}

// --- for portals that used a loader -----------------------------------------------------------------

/** Settings as earlier loaders took them. */
export interface LoaderSettings {
  /** As Options.site, or where BOSH is: "https://chat.example.org/http-bind". */
  url?: string;
  /** Where the WebSocket is. */
  wsUrl?: string;
  domain?: string;
  /** The account: its address, */
  jid?: string;
  /** or the part before the "@". */
  id?: string;
  password?: string;
  token?: string;
  language?: string;
  /** Where the element goes; the end of the page when nothing is said. */
  container?: Element | string;
  mode?: Options["mode"];
  login?: Options["login"];
  tours?: Options["tours"];
  /** As Options.icon. */
  notificationLogo?: string;
  /** As Options.avatar. */
  avatar?: string;
  /** false: as groups "off". */
  acl?: { groupchat?: { creation?: boolean } };
  callbacks?: Callbacks;
}

export interface Loader {
  /** Puts the client into the page and signs in, if the settings say how. */
  start(): Promise<Api>;
  /** Takes it out of the page. */
  stop(): void;
}

// --- what the module exports, and the one global -----------------------------------------------------

export declare const api: Api;
export declare function init(settings: LoaderSettings): Loader;

export interface Jaseur {
  /** Of the first <jaseur-chat> in the page. */
  readonly api: Api;
  init(settings: LoaderSettings): Loader;
}

declare global {
  var jaseur: Jaseur;

  interface HTMLElementTagNameMap {
    "jaseur-chat": JaseurChatElement;
  }

  interface HTMLElementEventMap {
    "jaseur-init": CustomEvent<Events["jaseur-init"]>;
    "jaseur-connected": CustomEvent<Events["jaseur-connected"]>;
    "jaseur-disconnected": CustomEvent<Events["jaseur-disconnected"]>;
    "jaseur-reconnect-request": CustomEvent<Events["jaseur-reconnect-request"]>;
    "jaseur-buddy-added": CustomEvent<Buddy>;
    "jaseur-buddy-accepted": CustomEvent<Buddy>;
    "jaseur-buddy-removed": CustomEvent<Events["jaseur-buddy-removed"]>;
    "jaseur-buddy-request": CustomEvent<Events["jaseur-buddy-request"]>;
    "jaseur-presence-changed": CustomEvent<Events["jaseur-presence-changed"]>;
    "jaseur-message": CustomEvent<Message>;
    "jaseur-unread-changed": CustomEvent<Events["jaseur-unread-changed"]>;
  }
}
