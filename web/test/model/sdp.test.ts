// SPDX-License-Identifier: MIT
//
// Descriptions of browsers (sdp/) as Jingle and back, and what other clients say as SDP.

import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { parse, write, type Xml } from "../../src/core/xml.js";
import { candidateLine, candidateOf, fromSdp, linesOf, toSdp } from "../../src/model/calls/sdp.js";
import { jingle, readJingle } from "../../src/protocol/xep0166.js";
import { golden } from "../protocol/golden.js";

const recorded = readFileSync(new URL("sdp/chromium.sdp", import.meta.url), "utf8");

/** As the other side reads it. */
function through(stanza: Xml) {
  const read = readJingle(parse(write(stanza)));
  if (!read) throw new Error("not read");
  return read;
}

it("tells all of Chromium's offer, and makes the same of what it tells", () => {
  const said = fromSdp(recorded, "initiator");
  expect(said.contents.map(({ name, description }) => [name, description?.media])).toEqual([["0", "audio"], ["1", "video"]]);
  expect(said.bundle).toEqual(["0", "1"]);
  const heard = through(jingle({ action: "session-initiate", sid: "s", initiator: "a@b/c", ...said }));
  expect(heard.contents).toEqual(said.contents);
  expect(fromSdp(toSdp(heard, "initiator"), "initiator")).toEqual(said);
});

it("says what Conversations says", () => {
  const sdp = toSdp(through(golden("jingle_initiate")), "initiator");
  for (const line of [
    "a=group:BUNDLE 0 1",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 110",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "a=fmtp:110 0-15",
    "a=rtcp-fb:111 transport-cc",
    "a=rtcp-fb:96 nack pli",
    "a=rtcp-fb:* trr-int 100",
    "a=candidate:1 1 udp 1694498815 192.0.2.3 45664 typ srflx raddr 10.0.1.1 rport 8998 generation 0",
    "a=ssrc:1656081975 msid:my-media-stream audio0",
    "a=ssrc-group:FID 1 2",
    "a=sendonly",
    "a=setup:actpass",
  ])
    expect(sdp.split("\r\n")).toContain(line);
});

it("refuses in its place what is not answered", () => {
  const { contents } = fromSdp(recorded, "initiator");
  const answer = toSdp({ contents: contents.slice(0, 1), bundle: ["0", "1"] }, "responder", linesOf(recorded));
  expect(answer).toContain("a=group:BUNDLE 0\r\n");
  expect(answer).toContain("m=video 0 ");
  expect(linesOf(answer)).toEqual(linesOf(recorded));
  expect(fromSdp(answer, "responder").contents).toHaveLength(1);
});

it.each([
  ["both", "initiator", "sendrecv"],
  ["initiator", "initiator", "sendonly"],
  ["initiator", "responder", "recvonly"],
  ["responder", "initiator", "recvonly"],
  ["none", "responder", "inactive"],
] as const)("who sends: %s, as the %s says it: %s", (senders, role, direction) => {
  const [content] = fromSdp(recorded, "initiator").contents;
  const sdp = toSdp({ contents: [{ ...content!, senders }], bundle: [] }, role);
  expect(sdp).toContain(`a=${direction}\r\n`);
  expect(fromSdp(sdp, role).contents[0]?.senders).toBe(senders);
});

it.each([
  "candidate:1 1 udp 2130706431 2001:db8::1 8998 typ host generation 0",
  "candidate:2 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 1",
  "candidate:3 1 udp 41885439 192.0.2.9 50 typ relay raddr 0.0.0.0 rport 0 generation 0",
])("a candidate stays what it is: %s", (line) => expect(candidateLine(candidateOf(line)!)).toBe(line));

it("a candidate that is none is nothing", () => expect(candidateOf("candidate:")).toBeUndefined());
