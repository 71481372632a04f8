// SPDX-License-Identifier: MIT
//
// Invitations that open registration and rosters: XEP-0445 0.2.0 section 3, XEP-0379 0.3.3 section 3.

import { jidFromInput } from "../core/jid.js";
import { flag } from "../core/plain.js";
import { xml, type Xml } from "../core/xml.js";

export const NS_PREAUTH = "urn:xmpp:pars:0";

/** Before registering, on the stream; or within a request to see somebody. */
export function preauth(token: string): Xml {
  return xml("preauth", NS_PREAUTH, { token });
}

export interface InvitationUri {
  /** Whose contact one becomes, the account that one gets, or the server. */
  readonly jid: string;
  /** roster: somebody wants a contact; register: a server has an account to give. */
  readonly action: "roster" | "register";
  readonly token: string;
  /** Who has no account may get one on that server. */
  readonly canRegister: boolean;
}

const URI_MAX = 4096;

/** "xmpp:romeo@example.org?roster;preauth=TOKEN;ibr=y". Undefined: it is no invitation. */
export function readInvitationUri(uri: string): InvitationUri | undefined {
  const found = uri.length > URI_MAX ? null : /^xmpp:([^?#]+)\?(roster|register)((?:;[^#]*)?)(?:#.*)?$/i.exec(uri.trim());
  if (!found) return undefined;
  const [, path = "", action = "", rest = ""] = found;
  try {
    const address = decodeURIComponent(path);
    const jid = address.includes("@") ? jidFromInput(address, "") : jidFromInput(`x@${address}`, "")?.slice(2);
    const fields = new URLSearchParams(rest.replaceAll(";", "&"));
    const token = fields.get("preauth");
    if (!jid || !token) return undefined;
    const kind = action.toLowerCase() as InvitationUri["action"];
    return { jid, action: kind, token, canRegister: kind === "register" || fields.get("ibr") === "y" || flag(fields.get("ibr") ?? "") };
  } catch {
    return undefined;
  }
}
