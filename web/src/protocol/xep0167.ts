// SPDX-License-Identifier: MIT
//
// Sound and pictures in a session: XEP-0167 1.2.3, with what belongs to it of XEP-0293 1.0.1
// (feedback), XEP-0294 1.1.1 (header extensions) and XEP-0339 1.0.1 (sources).

import { child, elements, xml, type Xml } from "../core/xml.js";
import { NS_RTP } from "./call_features.js";
import { feedback, readFeedback, type Feedback } from "./xep0293.js";
import { extension, readExtensions, type HeaderExtension } from "./xep0294.js";
import { numberUpTo, word } from "./sdp_words.js";
import { parameter, readParameters, type MediaKind, type Parameter } from "./xep0167_parameters.js";
import { readSourceGroups, readSources, source, sourceGroup, type Source, type SourceGroup } from "./xep0339.js";

export interface PayloadType {
  readonly id: number;
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly parameters: readonly Parameter[];
  readonly feedback: readonly Feedback[];
}

export interface RtpDescription {
  readonly media: MediaKind;
  readonly payloads: readonly PayloadType[];
  readonly feedback: readonly Feedback[];
  readonly extensions: readonly HeaderExtension[];
  readonly sources: readonly Source[];
  readonly sourceGroups: readonly SourceGroup[];
  readonly isMuxed: boolean;
}

const PAYLOADS_MAX = 64;
const ID_MAX = 127; // RFC 3550 section 5.1
const CLOCK_MAX = 1_000_000;
const CHANNELS_MAX = 255;

function readPayload(el: Xml): PayloadType | undefined {
  const id = numberUpTo(ID_MAX, el.attrs.id);
  const name = word(el.attrs.name);
  const clockRate = numberUpTo(CLOCK_MAX, el.attrs.clockrate);
  // Without a name or rate it is one of the static kinds, which browsers name as well (section 4).
  if (id === undefined || name === undefined || !clockRate || name.includes("/")) return undefined;
  const channels = numberUpTo(CHANNELS_MAX, el.attrs.channels) || 1;
  return { id, name, clockRate, channels, parameters: readParameters(el), feedback: readFeedback(el) };
}

/** Of a <content/>; undefined: it has none, or none that can be used. */
export function readDescription(content: Xml): RtpDescription | undefined {
  const el = child(content, "description", NS_RTP);
  const media = el?.attrs.media;
  if (!el || (media !== "audio" && media !== "video")) return undefined;
  const payloads: PayloadType[] = [];
  for (const one of elements(el, "payload-type", NS_RTP).slice(0, PAYLOADS_MAX)) {
    const payload = readPayload(one);
    if (payload && !payloads.some(({ id }) => id === payload.id)) payloads.push(payload);
  }
  return {
    media,
    payloads,
    feedback: readFeedback(el),
    extensions: readExtensions(el),
    sources: readSources(el),
    sourceGroups: readSourceGroups(el),
    isMuxed: child(el, "rtcp-mux", NS_RTP) !== undefined,
  };
}

function payloadType({ id, name, clockRate, channels, parameters, feedback: wished }: PayloadType): Xml {
  return xml(
    "payload-type",
    NS_RTP,
    { id, name, clockrate: clockRate, channels: channels > 1 ? channels : undefined },
    ...parameters.map((one) => parameter(NS_RTP, one)),
    ...wished.map(feedback),
  );
}

export function description({ media, payloads, feedback: wished, extensions, sources, sourceGroups, isMuxed }: RtpDescription): Xml {
  return xml(
    "description",
    NS_RTP,
    { media },
    ...payloads.map(payloadType),
    ...wished.map(feedback),
    ...extensions.map(extension),
    ...sources.map(source),
    ...sourceGroups.map(sourceGroup),
    isMuxed ? xml("rtcp-mux", NS_RTP) : undefined,
  );
}
