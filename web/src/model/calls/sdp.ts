// SPDX-License-Identifier: MIT
//
// Sessions as browsers say them (SDP: RFC 8866, 8839, 8843, 8829) and as Jingle does. A content is a line
// "m=" with what follows it, its name the "mid". Whoever describes is the initiator or the responder
// of the session, from which SDP's directions come.

import type { Jingle, JingleContent, Senders } from "../../protocol/xep0166.js";
import type { PayloadType, RtpDescription } from "../../protocol/xep0167.js";
import type { MediaKind, Parameter } from "../../protocol/xep0167_parameters.js";
import type { Candidate, IceTransport } from "../../protocol/xep0176.js";
import type { Feedback } from "../../protocol/xep0293.js";
import type { Fingerprint } from "../../protocol/xep0320.js";

export type Role = "initiator" | "responder";

export type Described = Pick<Jingle, "contents" | "bundle">;

/** A line "m=" that the other side has offered: what is not answered is refused in its place. */
export interface Line {
  readonly name: string;
  readonly media: MediaKind;
}

const DIRECTIONS = ["sendrecv", "sendonly", "recvonly", "inactive"] as const;

function directionOf(senders: Senders, role: Role): (typeof DIRECTIONS)[number] {
  if (senders === "both") return "sendrecv";
  if (senders === "none") return "inactive";
  return senders === role ? "sendonly" : "recvonly";
}

function sendersOf(direction: (typeof DIRECTIONS)[number], role: Role): Senders {
  if (direction === "sendrecv") return "both";
  if (direction === "inactive") return "none";
  return (direction === "sendonly") === (role === "initiator") ? "initiator" : "responder";
}

// --- candidates --------------------------------------------------------------------------------

/** As RTCPeerConnection.addIceCandidate() takes it (RFC 8839 section 5.1). */
export function candidateLine(one: Candidate): string {
  const { foundation, component, protocol, priority, ip, port, type, relatedAddress, relatedPort, tcpType, generation } = one;
  const related = relatedAddress === undefined || relatedPort === undefined ? "" : ` raddr ${relatedAddress} rport ${relatedPort}`;
  const tcp = tcpType === undefined ? "" : ` tcptype ${tcpType}`;
  return `candidate:${foundation} ${component} ${protocol} ${priority} ${ip} ${port} typ ${type}${related}${tcp} generation ${generation}`;
}

/** Undefined: it is none that can be told. */
export function candidateOf(line: string): Candidate | undefined {
  const [head, component, protocol = "", priority, ip = "", port, , said, ...more] = line.replace(/^a=/, "").trim().split(" ");
  const [, foundation] = /^candidate:(\S+)$/.exec(head ?? "") ?? [];
  const type = (["host", "prflx", "relay", "srflx"] as const).find((one) => one === said);
  if (foundation === undefined || !type || !ip) return undefined;
  const besides = new Map<string, string>();
  for (let i = 0; i + 1 < more.length; i += 2) besides.set(more[i] ?? "", more[i + 1] ?? "");
  const [relatedAddress, relatedPort, tcpType] = [besides.get("raddr"), besides.get("rport"), besides.get("tcptype")];
  return {
    id: `${foundation}-${component ?? "1"}-${port ?? "0"}`,
    component: Number(component),
    foundation,
    generation: Number(besides.get("generation") ?? 0),
    ip,
    port: Number(port),
    priority: Number(priority),
    protocol: protocol.toLowerCase(),
    type,
    ...(relatedAddress === undefined || relatedPort === undefined ? {} : { relatedAddress, relatedPort: Number(relatedPort) }),
    ...(tcpType === undefined ? {} : { tcpType }),
  };
}

// --- to SDP ------------------------------------------------------------------------------------

function feedbackLine(id: number | "*", { type, subtype, interval }: Feedback): string {
  return `a=rtcp-fb:${id} ${type}${interval === undefined ? (subtype ? ` ${subtype}` : "") : ` ${interval}`}`;
}

function parameterText({ name, value }: Parameter): string {
  return name ? `${name}=${value}` : value;
}

function payloadLines({ id, name, clockRate, channels, parameters, feedback }: PayloadType): string[] {
  return [
    `a=rtpmap:${id} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ""}`,
    ...(parameters.length ? [`a=fmtp:${id} ${parameters.map(parameterText).join(";")}`] : []),
    ...feedback.map((one) => feedbackLine(id, one)),
  ];
}

function transportLines({ ufrag, pwd, fingerprint, candidates }: IceTransport): string[] {
  return [
    ...(ufrag === undefined || pwd === undefined ? [] : [`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`]),
    "a=ice-options:trickle",
    ...(fingerprint ? [`a=fingerprint:${fingerprint.hash} ${fingerprint.value}`, `a=setup:${fingerprint.setup}`] : []),
    ...candidates.map((one) => `a=${candidateLine(one)}`),
  ];
}

function sourceLines({ sources, sourceGroups }: RtpDescription): string[] {
  return [
    ...sourceGroups.map(({ semantics, ids }) => `a=ssrc-group:${semantics} ${ids.join(" ")}`),
    ...sources.flatMap(({ id, parameters }) => parameters.map(({ name, value }) => `a=ssrc:${id} ${name}${value ? `:${value}` : ""}`)),
  ];
}

function contentLines({ name, senders, description, transport }: JingleContent, role: Role): string[] {
  if (!description) return [];
  const { media, payloads, feedback, extensions, isMuxed } = description;
  return [
    `m=${media} 9 UDP/TLS/RTP/SAVPF ${payloads.map(({ id }) => id).join(" ")}`,
    "c=IN IP4 0.0.0.0",
    `a=mid:${name}`,
    ...(transport ? transportLines(transport) : []),
    `a=${directionOf(senders, role)}`,
    ...(isMuxed ? ["a=rtcp-mux"] : []),
    ...payloads.flatMap(payloadLines),
    ...feedback.map((one) => feedbackLine("*", one)),
    ...extensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    ...sourceLines(description),
  ];
}

/**
 * What somebody describes, as SDP.
 *
 * lines  those that it answers, in their order; undefined: it is an offer
 */
export function toSdp({ contents, bundle }: Described, role: Role, lines?: readonly Line[]): string {
  const inOrder = (lines ?? contents).map(({ name }) => contents.find((one) => one.name === name));
  const sections = inOrder.flatMap((content, i) => {
    const line = lines?.[i];
    if (content) return contentLines(content, role);
    return line ? [`m=${line.media} 0 UDP/TLS/RTP/SAVPF 0`, "c=IN IP4 0.0.0.0", `a=mid:${line.name}`, "a=inactive"] : [];
  });
  const names = bundle.filter((name) => contents.some((one) => one.name === name));
  const head = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"];
  const grouped = names.length ? [`a=group:BUNDLE ${names.join(" ")}`] : [];
  return [...head, ...grouped, "a=msid-semantic: WMS *", ...sections, ""].join("\r\n");
}

// --- from SDP ------------------------------------------------------------------------------------

/** Values of lines "a=NAME:VALUE". */
function valuesOf(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(name.length + 3));
}

/** Before and behind the first space. */
function split(value: string): readonly [string, string] {
  const at = value.indexOf(" ");
  return at < 0 ? [value, ""] : [value.slice(0, at), value.slice(at + 1)];
}

function feedbackOf(value: string): Feedback {
  const [type, subtype] = split(value);
  return type === "trr-int" ? { type, subtype: "", interval: Number(subtype) } : { type, subtype };
}

function feedbackIn(lines: readonly string[], id: string): Feedback[] {
  return valuesOf(lines, "rtcp-fb").map(split).filter(([of]) => of === id).map(([, value]) => feedbackOf(value));
}

function parametersOf(value: string): Parameter[] {
  return value.split(";").map((one) => one.trim()).filter(Boolean).map((one) => {
    const at = one.indexOf("=");
    return at < 0 ? { name: "", value: one } : { name: one.slice(0, at), value: one.slice(at + 1) };
  });
}

function payloadsIn(lines: readonly string[], ids: readonly string[]): PayloadType[] {
  const maps = new Map(valuesOf(lines, "rtpmap").map(split));
  const formats = new Map(valuesOf(lines, "fmtp").map(split));
  return ids.flatMap((id) => {
    const [name, rate, channels] = maps.get(id)?.split("/") ?? [];
    if (name === undefined) return [];
    return [{ id: Number(id), name, clockRate: Number(rate), channels: Number(channels ?? 1), parameters: parametersOf(formats.get(id) ?? ""), feedback: feedbackIn(lines, id) }];
  });
}

function sourcesIn(lines: readonly string[]): Pick<RtpDescription, "sources" | "sourceGroups"> {
  const sources = new Map<number, Parameter[]>();
  for (const [id, said] of valuesOf(lines, "ssrc").map(split)) {
    const at = said.indexOf(":");
    const one = at < 0 ? { name: said, value: "" } : { name: said.slice(0, at), value: said.slice(at + 1) };
    sources.set(Number(id), [...(sources.get(Number(id)) ?? []), one]);
  }
  const groups = valuesOf(lines, "ssrc-group").map(split);
  return {
    sources: [...sources].map(([id, parameters]) => ({ id, parameters })),
    sourceGroups: groups.map(([semantics, ids]) => ({ semantics, ids: ids.split(" ").map(Number) })),
  };
}

function fingerprintIn(lines: readonly string[]): Fingerprint | undefined {
  const [hash, value] = split(valuesOf(lines, "fingerprint")[0] ?? "");
  const said = valuesOf(lines, "setup")[0];
  const setup = (["actpass", "active", "passive"] as const).find((one) => one === said) ?? "actpass";
  return value ? { hash, value, setup } : undefined;
}

function transportIn(lines: readonly string[], head: readonly string[]): IceTransport {
  const [ufrag] = valuesOf([...lines, ...head], "ice-ufrag");
  const [pwd] = valuesOf([...lines, ...head], "ice-pwd");
  const fingerprint = fingerprintIn([...lines, ...head]);
  return {
    ...(ufrag === undefined || pwd === undefined ? {} : { ufrag, pwd }),
    ...(fingerprint && { fingerprint }),
    candidates: lines.filter((line) => line.startsWith("a=candidate:")).map(candidateOf).filter((one) => one !== undefined),
  };
}

/**
 * What a browser's own description says. Refused lines and those of no medium are left out.
 *
 * creatorOf  who has brought that content into the session
 */
export function fromSdp(sdp: string, role: Role, creatorOf: (name: string) => Role = () => "initiator"): Described {
  const [head = "", ...sections] = sdp.split(/\r?\n(?=m=)/);
  const headLines = head.split(/\r?\n/);
  const contents: JingleContent[] = [];
  for (const section of sections) {
    const lines = section.trim().split(/\r?\n/);
    const [media, port, , ...ids] = (lines[0] ?? "").slice(2).split(" ");
    const [name] = valuesOf(lines, "mid");
    if ((media !== "audio" && media !== "video") || port === "0" || name === undefined) continue;
    const direction = DIRECTIONS.find((one) => lines.includes(`a=${one}`)) ?? "sendrecv";
    const extensions = valuesOf(lines, "extmap").map(split).filter(([id]) => /^\d+$/.test(id)).map(([id, uri]) => ({ id: Number(id), uri: split(uri)[0] }));
    const isMuxed = lines.includes("a=rtcp-mux");
    const description = { media, payloads: payloadsIn(lines, ids), feedback: feedbackIn(lines, "*"), extensions, ...sourcesIn(lines), isMuxed } as const;
    contents.push({ creator: creatorOf(name), name, senders: sendersOf(direction, role), description, transport: transportIn(lines, headLines) });
  }
  const group = valuesOf(headLines, "group").find((value) => value.startsWith("BUNDLE ")) ?? "";
  return { contents, bundle: group.split(" ").slice(1) };
}

/** The lines "m=" of a description, refused ones too. */
export function linesOf(sdp: string): Line[] {
  return sdp.split(/\r?\n(?=m=)/).slice(1).flatMap((section) => {
    const [, media] = /^m=(audio|video) /.exec(section) ?? [];
    const [, name] = /^a=mid:(\S+)/m.exec(section) ?? [];
    return media === undefined || name === undefined ? [] : [{ name, media: media as MediaKind }];
  });
}
