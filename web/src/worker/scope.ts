// SPDX-License-Identifier: MIT
//
// The part of a service worker's world that is used (Service Workers, Push API, Notifications
// API). TypeScript has it in a library that cannot stand beside the one of pages.

export interface WindowClient {
  readonly url: string;
  readonly visibilityState: DocumentVisibilityState;
  focus(): Promise<WindowClient>;
  postMessage(letter: unknown, transfer?: Transferable[]): void;
}

export interface Registration {
  readonly pushManager: { subscribe(options: PushSubscriptionOptionsInit): Promise<PushSubscription> };
  showNotification(title: string, options: NotificationOptions): Promise<void>;
}

export interface ExtendableEvent {
  waitUntil(what: Promise<unknown>): void;
}

export interface WorkerEvents {
  install: ExtendableEvent;
  activate: ExtendableEvent;
  fetch: { readonly request: Request; respondWith(answer: Promise<Response>): void };
  message: ExtendableEvent & { readonly data: unknown };
  push: ExtendableEvent & { readonly data: { json(): unknown } | null };
  notificationclick: ExtendableEvent & { readonly notification: { readonly data: unknown; close(): void } };
  pushsubscriptionchange: ExtendableEvent & { readonly oldSubscription?: PushSubscription | null };
}

export interface WorkerScope {
  readonly location: { readonly origin: string };
  readonly navigator: { readonly language: string };
  readonly caches: Pick<CacheStorage, "open" | "match">;
  readonly indexedDB: IDBFactory;
  readonly registration: Registration;
  readonly clients: {
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
    claim(): Promise<void>;
  };
  fetch(request: Request | string): Promise<Response>;
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof WorkerEvents>(name: Name, listener: (event: WorkerEvents[Name]) => void): void;
}
