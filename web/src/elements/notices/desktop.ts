// SPDX-License-Identifier: MIT
//
// Notifications of the system, shown by the page: through the service worker where there is one
// (phones know no other way, and a click finds the page again), by themselves otherwise.
//
//   unsupported  this browser has none, or the page came over an unprotected connection
//   ask          nobody has decided; ask() may only be called for a click
//   allowed
//   blocked      only a person can change it, in the browser's settings

import type { Notice } from "../../model/notice.js";

export type DesktopState = "unsupported" | "ask" | "allowed" | "blocked";

const STATES: Readonly<Record<NotificationPermission, DesktopState>> = { default: "ask", granted: "allowed", denied: "blocked" };

export class Desktop {
  readonly #registration: () => ServiceWorkerRegistration | undefined;
  readonly #icon: string;
  readonly #onClick: (target: string) => void;
  readonly #shown = new Map<string, Notification>(); // by tag; those without a worker

  /** icon: the address of the picture beside them */
  constructor(icon: string, registration: () => ServiceWorkerRegistration | undefined, onClick: (target: string) => void) {
    this.#icon = icon;
    this.#registration = registration;
    this.#onClick = onClick;
  }

  get state(): DesktopState {
    return "Notification" in globalThis && isSecureContext ? STATES[Notification.permission] : "unsupported";
  }

  async ask(): Promise<DesktopState> {
    if (this.state === "ask") await Notification.requestPermission();
    return this.state;
  }

  async show({ title, body, tag, target }: Notice): Promise<void> {
    if (this.state !== "allowed") return;
    // The sound is the page's own.
    const options = { body, tag, icon: this.#icon, silent: true, data: { target } };
    const registration = this.#registration();
    if (registration?.active) {
      await registration.showNotification(title, options);
      return;
    }
    const shown = new Notification(title, options);
    this.#shown.set(tag, shown);
    shown.onclose = () => this.#shown.get(tag) === shown && this.#shown.delete(tag);
    shown.onclick = () => {
      window.focus();
      shown.close();
      this.#onClick(target);
    };
  }

  /** What was told has been seen, also what the worker told before this page was there. */
  async takeBack(isSeen: (tag: string) => boolean): Promise<void> {
    const shown = (await this.#registration()?.getNotifications()) ?? [];
    for (const one of [...shown, ...this.#shown.values()]) if (isSeen(one.tag)) one.close();
  }
}
