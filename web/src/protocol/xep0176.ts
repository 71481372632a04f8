// SPDX-License-Identifier: MIT
//
// How packets of a session get through: XEP-0176 1.1.1.

import { child, elements, xml, type Xml } from "../core/xml.js";
import { fingerprint, readFingerprint, type Fingerprint } from "./xep0320.js";
import { numberUpTo, word } from "./sdp_words.js";

export const NS_ICE = "urn:xmpp:jingle:transports:ice-udp:1";

export interface Candidate {
  readonly id: string;
  readonly component: number;
  readonly foundation: string;
  readonly generation: number;
  readonly ip: string;
  readonly port: number;
  readonly priority: number;
  /** "udp", "tcp" */
  readonly protocol: string;
  readonly type: "host" | "prflx" | "relay" | "srflx";
  readonly relatedAddress?: string;
  readonly relatedPort?: number;
  /** "active", "passive", "so" (RFC 6544 section 4.5) */
  readonly tcpType?: string;
}

export interface IceTransport {
  readonly ufrag?: string;
  readonly pwd?: string;
  readonly fingerprint?: Fingerprint;
  readonly candidates: readonly Candidate[];
}

const CANDIDATES_MAX = 64;
const PRIORITY_MAX = 0xffff_ffff;
const GENERATION_MAX = 1000;
const TYPES = ["host", "prflx", "relay", "srflx"] as const;

function readCandidate({ attrs }: Xml): Candidate | undefined {
  const component = numberUpTo(2, attrs.component);
  const foundation = word(attrs.foundation);
  const ip = word(attrs.ip);
  const port = numberUpTo(65_535, attrs.port);
  const priority = numberUpTo(PRIORITY_MAX, attrs.priority);
  const protocol = attrs.protocol?.toLowerCase();
  const type = TYPES.find((one) => one === attrs.type);
  if (!component || foundation === undefined || ip === undefined || port === undefined || priority === undefined || !type) return undefined;
  if (protocol !== "udp" && protocol !== "tcp") return undefined;
  const relatedAddress = word(attrs["rel-addr"]);
  const relatedPort = numberUpTo(65_535, attrs["rel-port"]);
  const tcpType = ["active", "passive", "so"].find((one) => one === attrs.tcptype);
  return {
    ...{ id: word(attrs.id) ?? "", component, foundation, generation: numberUpTo(GENERATION_MAX, attrs.generation) ?? 0, ip, port, priority, protocol, type },
    ...(relatedAddress === undefined || relatedPort === undefined ? {} : { relatedAddress, relatedPort }),
    ...(tcpType === undefined ? {} : { tcpType }),
  };
}

/** Of a <content/>. RFC 8839 section 5.4 says what ufrag and pwd are made of. */
export function readIceTransport(content: Xml): IceTransport | undefined {
  const el = child(content, "transport", NS_ICE);
  if (!el) return undefined;
  const ufrag = word(el.attrs.ufrag);
  const pwd = word(el.attrs.pwd);
  const found = readFingerprint(el);
  return {
    ...(ufrag === undefined || pwd === undefined ? {} : { ufrag, pwd }),
    ...(found && { fingerprint: found }),
    candidates: elements(el, "candidate", NS_ICE).slice(0, CANDIDATES_MAX).map(readCandidate).filter((one) => one !== undefined),
  };
}

function candidate(one: Candidate): Xml {
  const { id, component, foundation, generation, ip, port, priority, protocol, type, relatedAddress, relatedPort, tcpType } = one;
  const related = { "rel-addr": relatedAddress, "rel-port": relatedPort };
  return xml("candidate", NS_ICE, { component, foundation, generation, id, ip, network: 0, port, priority, protocol, type, ...related, tcptype: tcpType });
}

export function iceTransport({ ufrag, pwd, fingerprint: own, candidates }: IceTransport): Xml {
  return xml("transport", NS_ICE, { ufrag, pwd }, own && fingerprint(own), ...candidates.map(candidate));
}
