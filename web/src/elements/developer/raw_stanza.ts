// SPDX-License-Identifier: MIT
//
// A stanza that somebody typed.

import { NS_CLIENT } from "../../core/ns.js";
import { XmlError, elements, parse, text, withAttrs, type Xml } from "../../core/xml.js";

const STANZAS: readonly string[] = ["message", "presence", "iq"];

/** reason: "broken", "one" (it is not one element), "stanza" (other elements would end the stream) */
export class RawStanzaError extends Error {
  readonly reason: "broken" | "one" | "stanza";
  /** Where it is broken, where the browser says so. */
  readonly at: string;

  constructor(reason: RawStanzaError["reason"], at = "") {
    super(`${reason} ${at}`.trim());
    this.reason = reason;
    this.at = at;
  }
}

/** "2:14": line and column, by the browser's own words. */
function whereBroken(wrapped: string): string {
  const said = new DOMParser().parseFromString(wrapped, "application/xml").querySelector("parsererror")?.textContent;
  const found = /line (?:number )?(\d+)(?: at|,) column (\d+)/i.exec(said ?? "");
  return found ? `${Number(found[1]) - 1}:${found[2] ?? ""}` : "";
}

/** Without a namespace it is a stanza's. A request without an id gets one. */
export function readRawStanza(source: string): Xml {
  const wrapped = `<stream xmlns='${NS_CLIENT}'>\n${source}\n</stream>`;
  let stream: Xml;
  try {
    stream = parse(wrapped);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new RawStanzaError("broken", whereBroken(wrapped));
  }
  const [stanza, ...others] = elements(stream);
  if (!stanza || others.length || text(stream).trim()) throw new RawStanzaError("one");
  if (stanza.ns !== NS_CLIENT || !STANZAS.includes(stanza.name)) throw new RawStanzaError("stanza");
  return stanza.name === "iq" && !stanza.attrs.id ? withAttrs(stanza, { id: crypto.randomUUID() }) : stanza;
}
