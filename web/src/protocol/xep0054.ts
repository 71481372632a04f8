// SPDX-License-Identifier: MIT
//
// vCards of people, and of rooms for their pictures (XEP-0486): XEP-0054 1.3. Of pictures only what
// browsers show without running anything.

import { bounded } from "../core/plain.js";
import { child, childText, elements, xml, type Xml } from "../core/xml.js";

export const NS_VCARD = "vcard-temp";

/** "" where nothing is said. */
export interface VCard {
  readonly name: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly nickname: string;
  readonly email: string;
  readonly phone: string;
  readonly organisation: string;
  readonly unit: string;
  readonly title: string;
  readonly role: string;
  readonly city: string;
  readonly country: string;
  readonly website: string;
  /** As it is written: a date, mostly. */
  readonly birthday: string;
  readonly about: string;
  readonly photo?: Picture;
}

export interface Picture {
  readonly type: string;
  readonly base64: string;
}

/** SVG is no picture here: it can carry script. */
const PICTURES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const PHOTO_MAX = 700_000; // characters of base64
const FIELD_MAX = 500;
const ABOUT_MAX = 2000;

export function isPicture(type: string): boolean {
  return PICTURES.includes(type);
}

export function vcardQuery(): Xml {
  return xml("vCard", NS_VCARD);
}

function photoIn(card: Xml): Picture | undefined {
  for (const photo of elements(card, "PHOTO", NS_VCARD).slice(0, 10)) {
    const type = childText(photo, "TYPE")?.trim().toLowerCase() ?? "image/png";
    const base64 = childText(photo, "BINVAL")?.replace(/\s/g, "") ?? "";
    if (base64 && base64.length <= PHOTO_MAX && isPicture(type) && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return { type, base64 };
  }
  return undefined;
}

export function readVCard(card: Xml): VCard {
  const field = (name: string, within = "", max = FIELD_MAX): string => bounded(childText(within ? child(card, within) : card, name), max);
  const photo = photoIn(card);
  return {
    name: field("FN"),
    givenName: field("GIVEN", "N"),
    familyName: field("FAMILY", "N"),
    nickname: field("NICKNAME"),
    email: field("USERID", "EMAIL"),
    phone: field("NUMBER", "TEL"),
    organisation: field("ORGNAME", "ORG"),
    unit: field("ORGUNIT", "ORG"),
    title: field("TITLE"),
    role: field("ROLE"),
    city: field("LOCALITY", "ADR"),
    country: field("CTRY", "ADR"),
    website: field("URL"),
    birthday: field("BDAY"),
    about: field("DESC", "", ABOUT_MAX),
    ...(photo && { photo }),
  };
}

/** Another picture, or none, on a card that stays as it is (of rooms: XEP-0486 section 3.2). */
export function withPhoto(card: Xml | undefined, photo: Picture | undefined): Xml {
  const kept = card ? elements(card).filter(({ name }) => name !== "PHOTO") : [];
  const field = (name: string, value: string): Xml => xml(name, NS_VCARD, {}, value);
  return xml("vCard", NS_VCARD, {}, ...kept, photo && xml("PHOTO", NS_VCARD, {}, field("TYPE", photo.type), field("BINVAL", photo.base64)));
}

/** old: what stood there, of which what this client does not write stays */
export function vcard(card: VCard, old?: Xml): Xml {
  const before = (name: string): Xml | undefined => child(old, name, NS_VCARD);
  const field = (name: string, value: string): Xml | undefined => (value ? xml(name, NS_VCARD, {}, value) : undefined);
  const within = (name: string, parts: Readonly<Record<string, string>>): Xml | undefined => {
    const beside = before(name)?.children.filter((one) => typeof one !== "string" && !(one.name in parts)) ?? [];
    const said = Object.entries(parts).map(([part, value]) => field(part, value));
    return said.some(Boolean) ? xml(name, NS_VCARD, {}, ...beside, ...said) : undefined;
  };
  const { photo } = card;
  const written: readonly [string, Xml | undefined][] = [
    ["FN", field("FN", card.name)],
    ["N", within("N", { FAMILY: card.familyName, GIVEN: card.givenName })],
    ["NICKNAME", field("NICKNAME", card.nickname)],
    ["EMAIL", within("EMAIL", { USERID: card.email })],
    ["TEL", within("TEL", { NUMBER: card.phone })],
    ["ORG", within("ORG", { ORGNAME: card.organisation, ORGUNIT: card.unit })],
    ["TITLE", field("TITLE", card.title)],
    ["ROLE", field("ROLE", card.role)],
    ["ADR", within("ADR", { LOCALITY: card.city, CTRY: card.country })],
    ["URL", field("URL", card.website)],
    ["BDAY", field("BDAY", card.birthday)],
    ["DESC", field("DESC", card.about)],
    ["PHOTO", photo && xml("PHOTO", NS_VCARD, {}, field("TYPE", photo.type), field("BINVAL", photo.base64))],
  ];
  const isWritten = (one: Xml): boolean => one.ns === NS_VCARD && written.some(([name]) => name === one.name) && one === before(one.name);
  const kept = old ? elements(old).filter((one) => !isWritten(one)) : [];
  return xml("vCard", NS_VCARD, {}, ...written.map(([, el]) => el), ...kept);
}
