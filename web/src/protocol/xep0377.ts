// SPDX-License-Identifier: MIT
//
// Reports of abuse to the own server, together with blocking: XEP-0377 0.4.1 sections 3 and 4.

import { xml, type Xml } from "../core/xml.js";
import { NS_SID } from "./xep0359.js";

export const NS_REPORTING = "urn:xmpp:reporting:1";

export interface Report {
  readonly reason: "spam" | "abuse";
  /** What the reporter says; "" for nothing. */
  readonly text: string;
  /** Messages in the reporter's archive, which is `by`. */
  readonly messages: readonly { readonly by: string; readonly id: string }[];
}

const MESSAGES_MAX = 20;

export function report({ reason, text, messages }: Report): Xml {
  return xml(
    "report",
    NS_REPORTING,
    { reason: `urn:xmpp:reporting:${reason}` },
    ...messages.slice(-MESSAGES_MAX).map(({ by, id }) => xml("stanza-id", NS_SID, { by, id })),
    text ? xml("text", NS_REPORTING, {}, text) : undefined,
  );
}
