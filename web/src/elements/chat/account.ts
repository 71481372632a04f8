// SPDX-License-Identifier: MIT
//
// Who is signed in, and with what somebody signs in: the client of the account, from the first wish until it
// is taken out of the page. The page is asked once when somebody has to sign in and nothing here helps.

import { tellEvents, type Tell } from "../../api/events.js";
import type { Options, SignIn } from "../../api/jaseur.js";
import { outcome } from "../../api/outcome.js";
import type { Unsubscribe } from "../../core/emitter.js";
import { jidFromInput } from "../../core/jid.js";
import type { Secret } from "../../core/login.js";
import { BrowserMemory, PageMemory, type Memory } from "../../core/memory.js";
import { Client } from "../../model/client.js";
import { Engine } from "../../model/engine.js";
import type { LeftLocks } from "../../model/calls/left.js";
import { removeLeft, type GuestLocks } from "../../model/guests.js";
import { Tabs, type Locks } from "../../model/tabs.js";
import { Notifier } from "../notices/notifier.js";
import { offerPicture } from "./own_picture.js";

const locks = (navigator as { locks?: Locks & GuestLocks & LeftLocks }).locks; // none without https

const ICON = "/first/bird_192.png"; // of the server

/** Nothing of it is kept longer than it takes to sign in. */
type Secrets = Pick<SignIn, "password" | "token" | "anonymous">;

function secretOf({ password, token, anonymous }: Secrets): Secret | undefined {
  if (token !== undefined) return { kind: "bearer", token };
  if (password !== undefined) return { kind: "password", password };
  return anonymous ? { kind: "anonymous" } : undefined;
}

/** What the page wants now. */
export type Wishes = Required<Pick<Options, "account" | "domain" | "site" | "login" | "groups" | "icon" | "avatar">>;

export interface AccountOptions {
  readonly wishes: Wishes;
  /** Who was signed in last, in this browser. */
  readonly device: Memory;
  /** The page is the server's own. */
  readonly isOwnPage: () => boolean;
  readonly onChanged: () => void;
  readonly tell: Tell;
  /** A notification was clicked. target: of the Notice */
  readonly onOpen: (target: string) => void;
}

export class Account {
  readonly #options: AccountOptions;
  readonly #wishes: Wishes;
  readonly #device: Memory;
  #client: Client | undefined;
  #notifier: Notifier | undefined;
  #memory: Memory;
  #address = "";
  #isGuest = false;
  #secrets: Secrets = {};
  #untell: Unsubscribe | undefined;
  #isStarting = false;
  #isAsking = false; // for somebody to sign in
  #wasOnline = false; // since this client was started
  #isPictureOffered = false; // to it
  #leaving: AbortController | undefined; // undefined: not in the page
  endpoints: Options["endpoints"];

  constructor(options: AccountOptions) {
    this.#options = options;
    this.#wishes = options.wishes;
    this.#memory = this.#device = options.device;
  }

  get client(): Client | undefined {
    return this.#client;
  }

  get notifier(): Notifier | undefined {
    return this.#notifier;
  }

  /** Of the account; gone with the page, if it is a guest's. */
  get memory(): Memory {
    return this.#memory;
  }

  /** Bare; "" for nobody, or a guest. */
  get address(): string {
    return this.#address;
  }

  /** Somebody is signing in. */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** For the next who signs in, which is now, if it is in the page. */
  setSecrets(secrets: { readonly [Name in keyof Secrets]: Secrets[Name] | undefined }): void {
    const given = Object.entries(secrets).filter(([, value]) => value !== undefined);
    this.#secrets = { ...this.#secrets, ...(Object.fromEntries(given) as Secrets) };
    if (this.#leaving && secretOf(this.#secrets)) this.signIn({}).catch(() => undefined); // a refusal is seen
  }

  /** Goes on with whom the page names, or who was here last; or signs in, if it was said how. */
  begin(): void {
    this.#leaving ??= new AbortController();
    removeLeft(locks, indexedDB).catch(() => undefined); // a window that keeps nothing
    const { account, domain, login } = this.#wishes;
    const named = account ? jidFromInput(account, domain) : undefined;
    if (secretOf(this.#secrets) || login === "anonymous") this.signIn({}).catch(() => undefined); // a refusal is seen
    else if (named ?? this.#device.get("account")) this.#start(named ?? this.#device.get("account") ?? "", false);
    // A script that stands behind the element has its turn first.
    else if (login === "portal") setTimeout(() => this.#askToSignIn("signed-out"));
  }

  /** It is taken out of the page. */
  end(): void {
    this.#leaving?.abort();
    this.#leaving = undefined;
    this.#isAsking = this.#isStarting = false;
    this.#stop();
  }

  async signIn(how: SignIn): Promise<void> {
    const { account, ...secrets } = { ...this.#secrets, ...how };
    this.#secrets = {};
    const isGuest = secrets.anonymous ?? (this.#wishes.login === "anonymous" && !secretOf(secrets) && account === undefined);
    const secret = isGuest ? ({ kind: "anonymous" } as const) : secretOf(secrets);
    const meant = account ?? (this.#wishes.account || this.#address || this.#device.get("account"));
    const address = isGuest ? "" : jidFromInput(meant ?? "", this.#wishes.domain);
    if (address === undefined) throw new TypeError(`${meant ?? ""} is no address`);
    this.#setStarting(true);
    try {
      const isSame = !isGuest && !this.#isGuest && this.#address === address;
      const client = isSame && this.#client ? this.#client : this.#start(address, isGuest);
      await client.signIn(secret);
      await outcome(client, this.#leaving?.signal ?? AbortSignal.abort());
    } finally {
      this.#setStarting(false);
    }
  }

  #setStarting(isStarting: boolean): void {
    this.#isStarting = isStarting;
    this.#options.onChanged();
  }

  #stop(): void {
    this.#notifier?.close();
    this.#client?.leave();
    this.#untell?.();
    this.#client = this.#untell = undefined;
  }

  #start(account: string, isGuest: boolean): Client {
    this.#stop();
    this.#address = account;
    this.#isGuest = isGuest;
    this.#wasOnline = this.#isPictureOffered = false;
    const { site, domain, groups, icon } = this.#wishes;
    const { isOwnPage, tell, onOpen } = this.#options;
    const { endpoints } = this;
    const memory = isGuest ? new PageMemory() : new BrowserMemory(`jaseur:${account}:`);
    this.#memory = memory;
    const client = new Client(
      (onNews) =>
        new Tabs({
          name: isGuest ? crypto.randomUUID() : account,
          locks: isGuest ? undefined : locks,
          onNews,
          makeEngine: (tellTabs) =>
            new Engine({ account, domain, site, memory, ...(endpoints ? { endpoints } : {}), onNews: tellTabs, onOutdated: () => location.reload(), locks }),
        }),
    );
    this.#client = client;
    client.setVisible(document.visibilityState === "visible");
    client.events.on("changed", () => this.#onChanged(client));
    this.#untell = tellEvents(client, tell);
    client.rooms.mayBegin = groups !== "off";
    this.#notifier = new Notifier({ client, icon: icon || site + ICON, isOwnPage: isOwnPage(), onOpen });
    return client;
  }

  #onChanged(client: Client): void {
    if (client !== this.#client) return;
    this.#options.onChanged();
    const { connection, isKnown, isSignedIn } = client;
    if (connection.kind === "online") {
      this.#wasOnline = true;
      this.#isAsking = false;
      if (!this.#isGuest) this.#device.set("account", this.#address);
    }
    if (client.isReady && this.#wishes.avatar && !this.#isPictureOffered) {
      this.#isPictureOffered = true;
      offerPicture(client, this.#wishes.avatar).catch((error: unknown) => console.warn("jaseur: the picture of the page was not taken:", error));
    }
    if (!isKnown || isSignedIn || this.#isStarting) return;
    if (connection.kind === "offline" && this.#device.get("account") === this.#address) this.#device.set("account", undefined);
    if (connection.kind === "refused") this.#askToSignIn(connection.condition);
    // Who was here, and is not any more, has signed out.
    else if (connection.kind === "offline" && this.#wishes.login === "portal" && !this.#wasOnline) this.#askToSignIn("signed-out");
  }

  /** The page, if it can; once. */
  #askToSignIn(reason: string): void {
    if (this.#isAsking || !this.#leaving || this.#client?.isSignedIn) return;
    this.#isAsking = true;
    const respond = (answer: SignIn | Promise<SignIn>): void => {
      void Promise.resolve(answer)
        .then((how) => this.signIn(how))
        .catch(() => undefined); // a refusal is seen
    };
    this.#options.tell("jaseur-reconnect-request", { reason, respond });
  }
}
