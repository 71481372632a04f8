// SPDX-License-Identifier: MIT
//
// vCards: XEP-0054 1.3. Of a picture only what browsers show without running anything.

import { child, childText, xml, type Xml } from "../core/xml.js";

export const NS_VCARD = "vcard-temp";

export interface VCard {
  /** "" without. */
  readonly name: string;
  readonly nickname: string;
  readonly email: string;
  readonly organisation: string;
  readonly title: string;
  readonly photo?: { readonly type: string; readonly base64: string };
}

/** SVG is no picture here: it can carry script. */
const PICTURES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const PHOTO_MAX = 512 * 1024; // characters of base64

export function vcardQuery(): Xml {
  return xml("vCard", NS_VCARD);
}

function photoIn(card: Xml): VCard["photo"] {
  const photo = child(card, "PHOTO");
  const type = childText(photo, "TYPE")?.trim().toLowerCase() ?? "image/png";
  const base64 = childText(photo, "BINVAL")?.replace(/\s/g, "") ?? "";
  if (!base64 || base64.length > PHOTO_MAX || !PICTURES.includes(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  return { type, base64 };
}

export function readVCard(card: Xml): VCard {
  const field = (name: string, within: Xml | undefined = card): string => childText(within, name)?.trim().slice(0, 500) ?? "";
  const photo = photoIn(card);
  return {
    name: field("FN"),
    nickname: field("NICKNAME"),
    email: field("USERID", child(card, "EMAIL")),
    organisation: field("ORGNAME", child(card, "ORG")),
    title: field("TITLE"),
    ...(photo && { photo }),
  };
}

export function vcard(card: VCard): Xml {
  const field = (name: string, value: string): Xml | undefined => (value ? xml(name, NS_VCARD, {}, value) : undefined);
  const within = (name: string, ...fields: (Xml | undefined)[]): Xml | undefined =>
    fields.some(Boolean) ? xml(name, NS_VCARD, {}, ...fields) : undefined;
  return xml(
    "vCard",
    NS_VCARD,
    {},
    field("FN", card.name),
    field("NICKNAME", card.nickname),
    within("EMAIL", field("USERID", card.email)),
    within("ORG", field("ORGNAME", card.organisation)),
    field("TITLE", card.title),
    within("PHOTO", card.photo && field("TYPE", card.photo.type), card.photo && field("BINVAL", card.photo.base64)),
  );
}
