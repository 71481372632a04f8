// SPDX-License-Identifier: MIT
//
// Pictures of people: XEP-0084 1.1.4 sections 3 and 4. Servers that convert (XEP-0398 1.0.0) show them
// to clients which know only vCards, and the other way round.

import { count } from "../core/plain.js";
import { elements, text, xml, type Xml } from "../core/xml.js";
import { itemsQuery, payloadAs, publication, readItems, type Item } from "./xep0060.js";
import { isPicture } from "./xep0054.js";

export const NS_AVATAR_METADATA = "urn:xmpp:avatar:metadata";
export const NS_AVATAR_DATA = "urn:xmpp:avatar:data";

export interface AvatarInfo {
  /** SHA-1 of the bytes, hex. */
  readonly hash: string;
  readonly type: string;
  /** Of the file. */
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
}

const INFOS_MAX = 10;
const AVATAR_MAX_BYTES = 512 * 1024;
const PIXELS_MAX = 4096;

/** What a metadata item says: nobody has a picture who says nothing. Pictures elsewhere on the web are left there. */
export function readAvatarInfos(item: Item): AvatarInfo[] {
  const metadata = payloadAs(item, "metadata", NS_AVATAR_METADATA);
  if (!metadata) return [];
  return elements(metadata, "info", NS_AVATAR_METADATA)
    .slice(0, INFOS_MAX)
    .flatMap(({ attrs }) => {
      const hash = attrs.id?.toLowerCase() ?? "";
      const bytes = count(attrs.bytes) ?? 0;
      const type = attrs.type?.toLowerCase() ?? "image/png";
      if (!/^[0-9a-f]{40}$/.test(hash) || !bytes || bytes > AVATAR_MAX_BYTES || attrs.url !== undefined || !isPicture(type)) return [];
      const pixels = (said: string | undefined): number | undefined => {
        const number = count(said) ?? 0;
        return number > 0 && number <= PIXELS_MAX ? number : undefined;
      };
      const width = pixels(attrs.width);
      const height = pixels(attrs.height);
      return { hash, type, bytes, ...(width && { width }), ...(height && { height }) };
    });
}

export function avatarDataQuery(hash: string): Xml {
  return itemsQuery(NS_AVATAR_DATA, { ids: [hash] });
}

/** base64, without spaces. Whether it has that hash is for the caller to see. */
export function readAvatarData(iq: Xml, hash: string): string | undefined {
  const item = readItems(iq)?.items.find(({ id }) => id.toLowerCase() === hash);
  const data = item && payloadAs(item, "data", NS_AVATAR_DATA);
  const base64 = text(data).replace(/\s/g, "");
  return base64 && base64.length <= (AVATAR_MAX_BYTES * 4) / 3 + 4 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? base64 : undefined;
}

/** First the data (section 3.1), then that there are some. */
export function avatarPublications(base64: string, { hash, type, bytes, width, height }: AvatarInfo): [data: Xml, metadata: Xml] {
  const info = xml("info", NS_AVATAR_METADATA, { bytes, id: hash, type, width, height });
  return [
    publication(NS_AVATAR_DATA, xml("data", NS_AVATAR_DATA, {}, base64), { id: hash }),
    publication(NS_AVATAR_METADATA, xml("metadata", NS_AVATAR_METADATA, {}, info), { id: hash }),
  ];
}

/** Section 4.2.3. */
export function avatarRemoval(): Xml {
  return publication(NS_AVATAR_METADATA, xml("metadata", NS_AVATAR_METADATA));
}
