// SPDX-License-Identifier: MIT
//
// What a developer may see of the client at work, in any tab.

import type { ConnectionDetails } from "../core/connection.js";
import type { Unsubscribe } from "../core/emitter.js";
import { NS_FAST, NS_SASL2 } from "../core/ns.js";
import { isElement, type Xml } from "../core/xml.js";

/** With milliseconds of Date.now(), as everywhere here. */
export interface PassedStanza {
  readonly direction: "in" | "out";
  readonly time: number;
  readonly el: Xml;
}

export type Passed =
  | PassedStanza
  /** What the tabs were told. */
  | { readonly direction: "event"; readonly time: number; readonly name: string; readonly value: unknown };

export interface DeveloperFeed {
  /** All that passes from now on. */
  watch(onPassed: (passed: Passed) => void): Unsubscribe;
  /** Returns whether it went out, or will. */
  send(stanza: Xml): Promise<boolean>;
  /** Resolves to the answer's payload; rejects with the condition of an error as its message. */
  ask(type: "get" | "set", payload: Xml, to: string): Promise<Xml | undefined>;
  details(): Promise<ConnectionDetails>;
}

const HIDDEN = "…";

/** Of SASL2: proofs of passwords, and tokens of portals. */
const SECRET_STEPS: readonly string[] = ["initial-response", "challenge", "response", "additional-data"];

function isSecret({ name, ns, attrs }: Xml): boolean {
  return (ns === NS_SASL2 && SECRET_STEPS.includes(name)) || name === "password" || (name === "field" && attrs.type === "text-private");
}

/** As it is shown: secrets are nobody's business, least of all in a bug report. */
export function withoutSecrets(el: Xml): Xml {
  if (isSecret(el)) return { ...el, children: el.children.length ? [HIDDEN] : [] };
  return {
    ...el,
    attrs: el.ns === NS_FAST && el.attrs.token !== undefined ? { ...el.attrs, token: HIDDEN } : el.attrs,
    children: el.children.map((one) => (isElement(one) ? withoutSecrets(one) : one)),
  };
}
