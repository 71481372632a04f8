// SPDX-License-Identifier: MIT
//
// What a client says that takes calls (XEP-0030), and by which it knows one: what reads the rest is
// loaded with the first call.

export const NS_JINGLE = "urn:xmpp:jingle:1"; // XEP-0166
export const NS_RINGING = "urn:xmpp:jingle-message:0"; // XEP-0353
export const NS_RTP = "urn:xmpp:jingle:apps:rtp:1"; // XEP-0167

export const CALL_FEATURES = [
  ...[NS_JINGLE, NS_RTP, NS_RINGING],
  ...["urn:xmpp:jingle:apps:rtp:audio", "urn:xmpp:jingle:apps:rtp:video"], // XEP-0167 section 9
  "urn:xmpp:jingle:transports:ice-udp:1", // XEP-0176
  "urn:xmpp:jingle:apps:dtls:0", // XEP-0320
  "urn:xmpp:jingle:apps:rtp:rtcp-fb:0", // XEP-0293
  "urn:xmpp:jingle:apps:rtp:rtp-hdrext:0", // XEP-0294
  "urn:xmpp:jingle:apps:rtp:ssma:0", // XEP-0339
  "urn:xmpp:jingle:apps:grouping:0", // XEP-0338
] as const;
