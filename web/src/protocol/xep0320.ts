// SPDX-License-Identifier: MIT
//
// Whose key encrypts what is sent: XEP-0320 1.0.2.

import { child, text, xml, type Xml } from "../core/xml.js";

export const NS_DTLS = "urn:xmpp:jingle:apps:dtls:0";

export interface Fingerprint {
  /** "sha-256" */
  readonly hash: string;
  /** Upper case, with colons. */
  readonly value: string;
  readonly setup: "actpass" | "active" | "passive";
}

/** Of a transport. Undefined: there is none that could be compared. */
export function readFingerprint(transport: Xml): Fingerprint | undefined {
  const el = child(transport, "fingerprint", NS_DTLS);
  const hash = el?.attrs.hash?.toLowerCase() ?? "";
  const value = text(el).trim().toUpperCase();
  const setup = (["actpass", "active", "passive"] as const).find((one) => one === el?.attrs.setup);
  if (!/^sha-(1|224|256|384|512)$/.test(hash) || !/^[0-9A-F]{2}(:[0-9A-F]{2}){19,63}$/.test(value)) return undefined;
  return { hash, value, setup: setup ?? "actpass" };
}

export function fingerprint({ hash, value, setup }: Fingerprint): Xml {
  return xml("fingerprint", NS_DTLS, { hash, setup }, value);
}
