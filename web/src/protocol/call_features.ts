// SPDX-License-Identifier: MIT
//
// What a client says that takes calls (XEP-0030): what reads the rest is loaded with the first call.

import { NS_JINGLE } from "./xep0166_reason.js";
import { NS_RTP } from "./xep0167_parameters.js";
import { NS_RINGING } from "./xep0353.js";

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
