// SPDX-License-Identifier: MIT
//
// What a stanza of type "error" says (RFC 6120 section 8.3).

import { NS_CLIENT, NS_STANZA_ERRORS } from "./ns.js";
import { child, childText, elements, type Xml } from "./xml.js";

export class StanzaError extends Error {
  /** "item-not-found"; ours are "timeout" and "disconnected". */
  readonly condition: string;
  readonly type: string;
  /** What a person may read; "" without. */
  readonly text: string;
  /** What the protocol that was used says of it (section 8.3.2). */
  readonly extension: Xml | undefined;

  constructor(condition: string, type = "cancel", text = "", extension?: Xml) {
    super(text ? `${condition}: ${text}` : condition);
    this.name = "StanzaError";
    this.condition = condition;
    this.type = type;
    this.text = text;
    this.extension = extension;
  }

  static of(stanza: Xml): StanzaError {
    const error = child(stanza, "error", NS_CLIENT);
    const condition = error && elements(error, undefined, NS_STANZA_ERRORS).find(({ name }) => name !== "text");
    return new StanzaError(
      condition?.name ?? "undefined-condition",
      error?.attrs.type,
      childText(error, "text", NS_STANZA_ERRORS)?.slice(0, 500),
      error && elements(error).find(({ ns }) => ns !== NS_STANZA_ERRORS),
    );
  }
}
