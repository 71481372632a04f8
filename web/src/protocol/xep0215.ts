// SPDX-License-Identifier: MIT
//
// Servers that help packets through: XEP-0215 1.0.1.

import { numberUpTo, word } from "./sdp_words.js";
import { child, elements, xml, type Xml } from "../core/xml.js";

export const NS_EXTERNAL = "urn:xmpp:extdisco:2";

/** As a browser's RTCPeerConnection wants it. */
export interface IceServer {
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
}

const SERVERS_MAX = 16;
const TYPES: readonly string[] = ["stun", "stuns", "turn", "turns"];

export function externalQuery(): Xml {
  return xml("services", NS_EXTERNAL);
}

/** Of the server's answer. Without what a browser would refuse. */
export function readIceServers(iq: Xml): IceServer[] {
  const services = child(iq, "services", NS_EXTERNAL);
  const found: IceServer[] = [];
  for (const { attrs } of services ? elements(services, "service", NS_EXTERNAL) : []) {
    const host = word(attrs.host);
    const port = numberUpTo(65_535, attrs.port);
    const { type = "", username, password, transport } = attrs;
    if (!TYPES.includes(type) || host === undefined || !/^[\w.:-]+$/.test(host)) continue;
    const at = `${host.includes(":") ? `[${host}]` : host}${port ? `:${port}` : ""}`;
    if (type.startsWith("stun")) found.push({ urls: `${type}:${at}` });
    else if (username !== undefined && password !== undefined)
      found.push({ urls: `${type}:${at}?transport=${transport === "tcp" || type === "turns" ? "tcp" : "udp"}`, username, credential: password });
  }
  return found.slice(0, SERVERS_MAX);
}
