// SPDX-License-Identifier: MIT
//
// A portal on another origin: its pages are the examples of docs/web-client.md, as they stand but for
// the names of hosts. Its back end gets tokens by REST, as docs/rest.md says.

import { readFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Server } from "./server.js";

const DOCUMENT = new URL("../../../docs/web-client.md", import.meta.url);

/** The pages of the document, by the heading that they stand below. */
function examples(): Map<string, string> {
  const found = new Map<string, string>();
  for (const section of readFileSync(DOCUMENT, "utf8").split(/^## /m)) {
    const page = /^```html\n(.*?)^```$/ms.exec(section)?.[1];
    if (page) found.set(section.slice(0, section.indexOf("\n")), page);
  }
  return found;
}

export class Portal {
  /** Who is logged in at the portal; "" for nobody. */
  user = "";
  /** How often the page has asked for a token. */
  tokens = 0;
  readonly #http: HttpServer;
  readonly #server: Server;
  readonly #pages = examples();
  readonly #secret: string;

  private constructor(server: Server) {
    this.#server = server;
    this.#secret = /^token: (\S+)$/m.exec(server.run("token", "add", "portal", "--scope", "portal:login", "--hosts", "localhost"))?.[1] ?? "";
    this.#http = createServer((request, answer) => {
      if (request.method === "POST") void this.#token().then(([status, body]) => answer.writeHead(status, { "Content-Type": "application/json" }).end(body));
      else answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(this.#page(decodeURIComponent((request.url ?? "/").slice(1))));
    });
  }

  static async open(server: Server): Promise<Portal> {
    const portal = new Portal(server);
    await new Promise<void>((resolve) => portal.#http.listen(0, "localhost", resolve));
    return portal;
  }

  /** Of the example below that heading, or of a page with this body. */
  url(heading: string): string {
    return `http://localhost:${(this.#http.address() as AddressInfo).port}/${encodeURIComponent(heading)}`;
  }

  close(): void {
    this.#http.close();
  }

  #page(name: string): string {
    const { host } = new URL(this.#server.site);
    const own = `<!DOCTYPE html><html lang="en"><title>The Globe</title><script type="module" src="https://chat.example.org/jaseur.js"></script>${name}`;
    return (this.#pages.get(name) ?? own).replaceAll("chat.example.org", host).replaceAll("example.org", "localhost");
  }

  async #token(): Promise<[status: number, body: string]> {
    this.tokens++;
    if (!this.user) return [401, "{}"];
    const answer = await fetch(`${this.#server.site}/api/v1/login-tokens`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.#secret}`, "Content-Type": "application/json" },
      body: JSON.stringify({ address: `${this.user}@localhost` }),
    });
    const { address, token } = (await answer.json()) as { address: string; token: string };
    return [answer.status === 201 || answer.status === 200 ? 200 : 502, JSON.stringify({ account: address, token })];
  }
}
