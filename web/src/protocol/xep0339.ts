// SPDX-License-Identifier: MIT
//
// Who sends packets: XEP-0339 1.0.1.

import { elements, xml, type Xml } from "../core/xml.js";
import { numberUpTo, word } from "./sdp_words.js";
import { parameter, readParameters, type Parameter } from "./xep0167_parameters.js";

export const NS_SOURCES = "urn:xmpp:jingle:apps:rtp:ssma:0";

export interface Source {
  readonly id: number;
  readonly parameters: readonly Parameter[];
}

/** Sources that belong together: a stream and what is sent of it again ("FID"). */
export interface SourceGroup {
  readonly semantics: string;
  readonly ids: readonly number[];
}

const SOURCES_MAX = 32;
const SSRC_MAX = 0xffff_ffff;

/** Of a description. */
export function readSources(el: Xml): Source[] {
  return elements(el, "source", NS_SOURCES)
    .slice(0, SOURCES_MAX)
    .flatMap((one) => {
      const id = numberUpTo(SSRC_MAX, one.attrs.ssrc);
      return id === undefined ? [] : [{ id, parameters: readParameters(one).filter(({ name }) => name !== "") }];
    });
}

export function readSourceGroups(el: Xml): SourceGroup[] {
  return elements(el, "ssrc-group", NS_SOURCES)
    .slice(0, SOURCES_MAX)
    .flatMap((one) => {
      const semantics = word(one.attrs.semantics);
      const ids = elements(one, "source", NS_SOURCES)
        .slice(0, SOURCES_MAX)
        .map(({ attrs }) => numberUpTo(SSRC_MAX, attrs.ssrc))
        .filter((id) => id !== undefined);
      return semantics === undefined || !ids.length ? [] : [{ semantics, ids }];
    });
}

export function source({ id, parameters }: Source): Xml {
  return xml("source", NS_SOURCES, { ssrc: id }, ...parameters.map((one) => parameter(NS_SOURCES, one)));
}

export function sourceGroup({ semantics, ids }: SourceGroup): Xml {
  return xml("ssrc-group", NS_SOURCES, { semantics }, ...ids.map((id) => xml("source", NS_SOURCES, { ssrc: id })));
}
