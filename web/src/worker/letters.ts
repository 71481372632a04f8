// SPDX-License-Identifier: MIT
//
// What the server's page and its service worker say to each other.

/** From the worker. */
export type WorkerLetter =
  /** Asked with a port, where a ReadingAnswer is expected. */
  | { readonly kind: "reading" }
  /** Somebody clicked on a notification. target: of the Notice */
  | { readonly kind: "open"; readonly target: string }
  /** The browser's push service knows this device by another address now. */
  | { readonly kind: "resubscribed" };

export interface ReadingAnswer {
  /** The conversation that is looked at, to its end; "" for none. */
  readonly reading: string;
  /** The page is connected and tells by itself what comes. */
  readonly tells: boolean;
}

/** From the page: what it has loaded, to be there without a network. */
export interface KeepLetter {
  readonly kind: "keep";
  readonly urls: readonly string[];
}
