// SPDX-License-Identifier: MIT
//
// Addresses (RFC 7622), as strings. The server compares and prepares them; here they are taken
// apart, and what a person types is brought into the usual form.

/** Bytes of each part, at most. */
const PART_MAX = 1023;

/** "romeo@verona.example" of "romeo@verona.example/orchard". */
export function bareOf(jid: string): string {
  const slash = jid.indexOf("/");
  return slash < 0 ? jid : jid.slice(0, slash);
}

/** "orchard" of "romeo@verona.example/orchard"; "" without. */
export function resourceOf(jid: string): string {
  const slash = jid.indexOf("/");
  return slash < 0 ? "" : jid.slice(slash + 1);
}

/** "verona.example". */
export function domainOf(jid: string): string {
  const bare = bareOf(jid);
  return bare.slice(bare.indexOf("@") + 1);
}

/** "romeo"; "" for a server's address. */
export function localOf(jid: string): string {
  const bare = bareOf(jid);
  const at = bare.indexOf("@");
  return at < 0 ? "" : bare.slice(0, at);
}

function fits(part: string): boolean {
  return new TextEncoder().encode(part).length <= PART_MAX;
}

/**
 * The bare address that somebody means who types "Romeo ", "romeo@Verona.Example" or
 * "xmpp:romeo@verona.example"; undefined when it can be none.
 *
 * domain  of those who say no other
 */
export function jidFromInput(typed: string, domain: string): string | undefined {
  const bare = bareOf(typed.trim().replace(/^xmpp:/i, "").replace(/\?.*$/, ""));
  const parts = bare.split("@");
  if (parts.length > 2) return undefined;
  const local = (parts[0] ?? "").normalize("NFC").toLowerCase();
  const host = (parts[1] ?? domain).normalize("NFC").toLowerCase();
  // RFC 7622 section 3.3.1, and what no domain has.
  if (!local || !host || /["&'/:<>\s\p{Cc}]/u.test(local) || /["&'/<>@\s\p{Cc}]/u.test(host)) return undefined;
  return fits(local) && fits(host) ? `${local}@${host}` : undefined;
}
