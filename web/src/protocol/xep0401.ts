// SPDX-License-Identifier: MIT
//
// Inviting somebody: XEP-0401 0.6.0 section 4, by commands of the own server.

import { compact } from "../core/plain.js";
import type { Xml } from "../core/xml.js";
import { valueIn } from "./xep0004.js";
import { command, readCommand } from "./xep0050.js";
import { webAddress } from "./xep0447.js";

const INVITE = "urn:xmpp:invite#invite";

export interface MadeInvitation {
  /** For clients: xmpp:... */
  readonly uri: string;
  /** For people: a page that explains it. */
  readonly page?: string;
  /** Milliseconds of the epoch. */
  readonly expires?: number;
}

const URI_MAX = 4096;

/** A contact of who asks, who gets an account too if the server allows it. */
export function inviteCommand(): Xml {
  return command(INVITE);
}

/** Of a command that is completed. */
export function readMadeInvitation(iq: Xml): MadeInvitation | undefined {
  const answer = readCommand(iq);
  const uri = valueIn(answer?.form, "uri");
  if (answer?.status !== "completed" || !uri?.startsWith("xmpp:") || uri.length > URI_MAX) return undefined;
  const expires = Date.parse(valueIn(answer.form, "expire") ?? "");
  return compact({ uri, page: webAddress(valueIn(answer.form, "landing-url")), expires: Number.isNaN(expires) ? undefined : expires });
}
