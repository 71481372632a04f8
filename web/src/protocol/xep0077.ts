// SPDX-License-Identifier: MIT
//
// An account of one's own: XEP-0077 2.4 sections 3.1 to 3.3.

import { bounded } from "../core/plain.js";
import { child, childText, xml, type Xml } from "../core/xml.js";
import { formIn, type Form } from "./xep0004.js";

export const NS_REGISTER = "jabber:iq:register";

export interface RegistrationForm {
  /** "" for any: an invitation may be for that name only (XEP-0401 section 6.2). */
  readonly username: string;
  readonly needsEmail: boolean;
  readonly isRegistered: boolean;
  readonly instructions: string;
  readonly form?: Form;
}

const TEXT_MAX = 2000;

export function registrationQuery(): Xml {
  return xml("query", NS_REGISTER);
}

export function readRegistrationForm(iq: Xml): RegistrationForm | undefined {
  const query = child(iq, "query", NS_REGISTER);
  if (!query) return undefined;
  const form = formIn(query);
  return {
    username: bounded(childText(query, "username"), TEXT_MAX),
    needsEmail: child(query, "email") !== undefined,
    isRegistered: child(query, "registered") !== undefined,
    instructions: bounded(childText(query, "instructions"), TEXT_MAX),
    ...(form && { form }),
  };
}

/** Also a change of the password, by who has logged in (section 3.3). */
export function registration(username: string, password: string): Xml {
  return xml("query", NS_REGISTER, {}, xml("username", NS_REGISTER, {}, username), xml("password", NS_REGISTER, {}, password));
}

/** The account and all that is kept of it (section 3.2). */
export function registrationEnd(): Xml {
  return xml("query", NS_REGISTER, {}, xml("remove", NS_REGISTER));
}
