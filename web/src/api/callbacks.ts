// SPDX-License-Identifier: MIT
//
// Callbacks are listeners of events, by other names.

import type { Callbacks, Events } from "./jaseur.js";

const EVENTS = {
  onInit: "jaseur-init",
  onConnected: "jaseur-connected",
  onDisconnected: "jaseur-disconnected",
  onReconnectRequest: "jaseur-reconnect-request",
  onBuddyAdded: "jaseur-buddy-added",
  onBuddyAccepted: "jaseur-buddy-accepted",
  onBuddyRemoved: "jaseur-buddy-removed",
  onBuddyRequest: "jaseur-buddy-request",
  onPresenceChanged: "jaseur-presence-changed",
  onMessage: "jaseur-message",
  onUnreadChanged: "jaseur-unread-changed",
} as const satisfies Record<keyof Callbacks, keyof Events>;

function isCallbackName(name: string): name is keyof Callbacks {
  return Object.hasOwn(EVENTS, name);
}

/**
 * Calls them from now on. Returns what ends that.
 *
 * isMeant  whether an event's element is the one that the callbacks are about
 *
 * TypeError  one has an unknown name, or is no function
 */
export function listen(target: EventTarget, callbacks: Callbacks, isMeant: (element: EventTarget | undefined) => boolean): () => void {
  const stopping = new AbortController();
  for (const [name, callback] of Object.entries(callbacks) as [string, unknown][]) {
    if (!isCallbackName(name)) throw new TypeError(`there is no callback ${name}`);
    if (typeof callback !== "function") throw new TypeError(`${name} is no function`);
  }
  for (const [name, callback] of Object.entries(callbacks) as [keyof Callbacks, (detail: unknown) => unknown][])
    target.addEventListener(
      EVENTS[name],
      (event) => {
        if (!isMeant(event.composedPath()[0])) return;
        const { detail } = event as CustomEvent<unknown>;
        const answer = callback(detail);
        if (name === "onReconnectRequest" && answer) (detail as Events["jaseur-reconnect-request"]).respond(answer as Parameters<Events["jaseur-reconnect-request"]["respond"]>[0]);
      },
      { signal: stopping.signal },
    );
  return () => stopping.abort();
}
