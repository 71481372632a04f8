// SPDX-License-Identifier: MIT
//
// The page without a network: what it is made of is kept as it is loaded. The page and its first
// script come from the server whenever it answers, so a new version is seen at once; parts that
// are loaded on demand have names that change with what is in them.

import type { WorkerScope } from "./scope.js";

const SHELL = "jaseur-shell";
const START = ["/", "/jaseur.js"];
/** Old versions' parts go when this many are kept. */
const KEPT_MAX = 200;

export class Shell {
  readonly #scope: WorkerScope;

  constructor(scope: WorkerScope) {
    this.#scope = scope;
  }

  /** What a new worker must have. */
  async fill(): Promise<void> {
    await this.keep(START);
  }

  /** Whether the worker answers, and not the network alone. */
  has(request: Pick<Request, "method" | "url" | "mode">): boolean {
    return request.method === "GET" && this.#path(request.url) !== undefined;
  }

  async answer(request: Request): Promise<Response> {
    const path = this.#path(request.url) ?? "/";
    if (path.startsWith("/client/")) return (await this.#kept(path)) ?? this.#load(request, path);
    try {
      const answer = await this.#load(request, path);
      // A server that is being restarted may have something before it that says so.
      return answer.status < 500 ? answer : ((await this.#kept(path)) ?? answer);
    } catch (error) {
      const kept = await this.#kept(path);
      if (kept) return kept;
      throw error;
    }
  }

  /** Those of the addresses that belong to the page; what cannot be loaded now is left out. */
  async keep(urls: readonly string[]): Promise<void> {
    const paths = urls.map((url) => this.#path(url)).filter((path) => path !== undefined);
    for (const path of new Set(paths))
      if (path === "/" || !(await this.#kept(path))) await this.#load(this.#scope.location.origin + path, path).catch(() => undefined);
    const shell = await this.#scope.caches.open(SHELL);
    const kept = (await shell.keys()).filter(({ url }) => this.#path(url)?.startsWith("/client/"));
    for (const old of kept.slice(0, Math.max(0, kept.length - KEPT_MAX))) await shell.delete(old);
  }

  /** undefined: not of the page */
  #path(address: string): string | undefined {
    const { origin, pathname } = new URL(address, this.#scope.location.origin);
    if (origin !== this.#scope.location.origin) return undefined;
    return /^\/($|jaseur\.js$|manifest\.webmanifest$|client\/|first\/)/.test(pathname) ? pathname : undefined;
  }

  async #kept(path: string): Promise<Response | undefined> {
    return (await this.#scope.caches.open(SHELL)).match(path);
  }

  async #load(request: Request | string, path: string): Promise<Response> {
    const answer = await this.#scope.fetch(request);
    // An answer after a redirection cannot be given to a navigation.
    if (answer.status === 200 && answer.type === "basic" && !answer.redirected) {
      const shell = await this.#scope.caches.open(SHELL);
      await shell.put(path, answer.clone()).catch(() => undefined); // no room left: next time perhaps
    }
    return answer;
  }
}
