// SPDX-License-Identifier: MIT
//
// Who is meant: XEP-0513 0.1.0 sections 3.1 and 3.2.1, and as older clients say it (XEP-0372 0.5.0
// section 3.3). Places are of the text as it is shown.

import { bareOf } from "../core/jid.js";
import { compact, count } from "../core/plain.js";
import { child, elements, xml, type Xml } from "../core/xml.js";
import { charactersAt, unitsAt } from "./xep0426.js";

export const NS_MENTIONS = "urn:xmpp:mentions:0";
export const NS_REFERENCES = "urn:xmpp:reference:0";
const EVERYBODY = `${NS_MENTIONS}#channel`;

export interface Mention {
  /** UTF-16 units; both or none. */
  readonly start?: number;
  readonly end?: number;
  /** Bare. */
  readonly jid?: string;
  readonly occupantId?: string;
  /** All who are in the room. */
  readonly isEverybody?: true;
}

const MENTIONS_MAX = 50;

function placeOf({ attrs }: Xml, body: string): { start: number; end: number } | undefined {
  const start = unitsAt(body, count(attrs.begin) ?? Infinity);
  const end = unitsAt(body, count(attrs.end) ?? Infinity);
  return start !== undefined && end !== undefined && start < end ? { start, end } : undefined;
}

function jidOfUri(uri: string | undefined): string | undefined {
  const jid = /^xmpp:([^?#]+)$/i.exec(uri ?? "")?.[1];
  try {
    return jid && bareOf(decodeURIComponent(jid));
  } catch {
    return undefined;
  }
}

/**
 * Those whom the sender wants to be told.
 *
 * place  where a place of the body is in what is shown; undefined when it is not shown
 */
export function readMentions(stanza: Xml, body: string, place: (units: number) => number | undefined): Mention[] {
  const shown = (el: Xml): { start?: number; end?: number } => {
    const at = placeOf(el, body);
    const start = at && place(at.start);
    const end = at && place(at.end);
    return start === undefined || end === undefined || start >= end ? {} : { start, end };
  };
  const references = elements(stanza, "reference", NS_REFERENCES)
    .slice(0, MENTIONS_MAX)
    .filter(({ attrs }) => attrs.type === "mention" && attrs.anchor === undefined)
    .map((el): Mention => ({ ...shown(el), ...compact({ jid: jidOfUri(el.attrs.uri) }) }));
  const isSame = (a: Mention, b: Mention): boolean => a.start !== undefined && a.start === b.start && a.end === b.end;
  const mentions = elements(stanza, "mention", NS_MENTIONS)
    .slice(0, MENTIONS_MAX)
    .filter((el) => !child(el, "noping") && (el.attrs.mentions === undefined || (el.attrs.mentions === EVERYBODY && !el.attrs.uri)))
    .map((el): Mention => {
      const at = shown(el);
      return {
        ...at,
        ...compact({
          jid: el.attrs.jid ? bareOf(el.attrs.jid) : references.find((one) => isSame(one, at))?.jid,
          occupantId: el.attrs.occupantid || undefined,
          isEverybody: el.attrs.mentions === EVERYBODY ? (true as const) : undefined,
        }),
      };
    });
  return [...mentions, ...references.filter((one) => !mentions.some((other) => isSame(one, other)))].filter(
    (one) => one.jid !== undefined || one.occupantId !== undefined || one.isEverybody,
  );
}

/** In both ways. body: all of it; before: units of it that are not shown, at its beginning */
export function mentionElements({ start, end, jid, occupantId, isEverybody }: Mention, body: string, before: number): Xml[] {
  const begin = start === undefined ? undefined : charactersAt(body, start + before);
  const until = end === undefined ? undefined : charactersAt(body, end + before);
  return [
    xml("mention", NS_MENTIONS, {
      begin,
      end: until,
      occupantid: occupantId,
      jid: occupantId === undefined ? jid : undefined,
      mentions: isEverybody && EVERYBODY,
    }),
    ...(jid === undefined ? [] : [xml("reference", NS_REFERENCES, { begin, end: until, type: "mention", uri: `xmpp:${encodeURI(jid)}` })]),
  ];
}
