// SPDX-License-Identifier: MIT
//
// This browser's subscription with its push service (Push API), of which the server is told
// (model/parts/push.ts).
//
//   unsupported  the browser, this window, or the server has no such thing
//   blocked      notifications are not allowed
//   off
//   on           the server tells this browser what comes

import type { Client } from "../../model/client.js";

export type WebPushState = "unsupported" | "blocked" | "off" | "on";

type Registrations = () => ServiceWorkerRegistration | undefined;

export class WebPush {
  readonly #client: Client;
  readonly #registration: Registrations;

  constructor(client: Client, registration: Registrations) {
    this.#client = client;
    this.#registration = registration;
  }

  get state(): WebPushState {
    const { key, endpoint } = this.#client.notices.push;
    if (endpoint) return "on";
    if (!key || !this.#manager) return "unsupported";
    return Notification.permission === "denied" ? "blocked" : "off";
  }

  /** For a click only: the browser may ask. Rejects when the service or the server refuses. */
  async enable(): Promise<void> {
    const { key } = this.#client.notices.push;
    const old = await this.#manager?.getSubscription();
    // One for another server's key is of no use to this one.
    await old?.unsubscribe();
    await this.#tell(await this.#manager?.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  }

  async disable(): Promise<void> {
    await this.#client.notices.disablePush();
    await (await this.#manager?.getSubscription())?.unsubscribe();
  }

  /** The browser may have another address for it, or none any more. */
  async check(): Promise<void> {
    const { endpoint } = this.#client.notices.push;
    if (!endpoint || !this.#manager) return;
    const found = await this.#manager.getSubscription();
    if (!found) await this.#client.notices.disablePush();
    else if (found.endpoint !== endpoint) await this.#tell(found);
  }

  /** Who signed in here is gone. */
  async drop(): Promise<void> {
    await (await this.#manager?.getSubscription())?.unsubscribe();
  }

  get #manager(): PushManager | undefined {
    return (this.#registration() as Partial<ServiceWorkerRegistration> | undefined)?.pushManager;
  }

  async #tell(subscription: PushSubscription | undefined): Promise<void> {
    const { endpoint, keys } = subscription?.toJSON() ?? {};
    if (!endpoint || !keys?.p256dh || !keys.auth) throw new Error("no subscription");
    await this.#client.notices.enablePush({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
  }
}
