// SPDX-License-Identifier: MIT
//
// Where to connect: host-meta of the site (XEP-0156 1.4.0 section 4).

export interface Endpoints {
  readonly websocket?: string;
  readonly bosh?: string;
}

const WEBSOCKET_REL = "urn:xmpp:alt-connections:websocket";
const BOSH_REL = "urn:xmpp:alt-connections:xbosh";
const PATIENCE_MS = 15_000;

/** A page over https may use nothing in clear. */
function usable(href: unknown, clear: string, secure: boolean): string | undefined {
  if (typeof href !== "string") return undefined;
  let scheme: string;
  try {
    scheme = new URL(href).protocol.slice(0, -1);
  } catch {
    return undefined;
  }
  return scheme === `${clear}s` || (!secure && scheme === clear) ? href : undefined;
}

/** What a host-meta.json says; anything else in it is left alone. */
export function endpointsIn(hostMeta: unknown, secure: boolean): Endpoints {
  const links = (hostMeta as { links?: unknown } | null)?.links;
  const found: { websocket?: string; bosh?: string } = {};
  if (!Array.isArray(links)) return found;
  for (const link of links as ({ rel?: unknown; href?: unknown } | null)[]) {
    const websocket = link?.rel === WEBSOCKET_REL && usable(link.href, "ws", secure);
    const bosh = link?.rel === BOSH_REL && usable(link.href, "http", secure);
    if (websocket) found.websocket ??= websocket;
    if (bosh) found.bosh ??= bosh;
  }
  return found;
}

/** site: "https://chat.example.org". Throws when the site cannot be reached. */
export async function discover(site: string, ask: typeof fetch = fetch): Promise<Endpoints> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await ask(new URL("/.well-known/host-meta.json", site), { signal, credentials: "omit" });
  if (!answer.ok) throw new Error(`host-meta: ${answer.status}`);
  return endpointsIn(await answer.json(), site.startsWith("https:"));
}
