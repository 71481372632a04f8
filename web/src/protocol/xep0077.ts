// SPDX-License-Identifier: MIT
//
// An account of one's own: XEP-0077 2.4 sections 3.1 to 3.3.

import { xml, type Xml } from "../core/xml.js";

export const NS_REGISTER = "jabber:iq:register";

/** Also a change of the password, by who has logged in (section 3.3). */
export function registration(username: string, password: string): Xml {
  return xml("query", NS_REGISTER, {}, xml("username", NS_REGISTER, {}, username), xml("password", NS_REGISTER, {}, password));
}

/** The account and all that is kept of it (section 3.2). */
export function registrationEnd(): Xml {
  return xml("query", NS_REGISTER, {}, xml("remove", NS_REGISTER));
}
