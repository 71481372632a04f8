// SPDX-License-Identifier: MIT
//
// Uploads: XEP-0363 1.2.0.

import { child, elements, text, xml, type Xml } from "../core/xml.js";

export const NS_UPLOAD = "urn:xmpp:http:upload:0";

export interface UploadWish {
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
}

export interface UploadSlot {
  readonly put: string;
  readonly get: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Section 5: no others may be sent, and none with line breaks. */
const HEADERS: readonly string[] = ["authorization", "cookie", "expires"];

export function uploadRequest({ filename, size, contentType }: UploadWish): Xml {
  return xml("request", NS_UPLOAD, { filename, size, "content-type": contentType || undefined });
}

/** Undefined: it is none, or one over no TLS. */
export function readUploadSlot(iq: Xml): UploadSlot | undefined {
  const slot = child(iq, "slot", NS_UPLOAD);
  const put = child(slot, "put");
  const get = child(slot, "get")?.attrs.url;
  if (!put?.attrs.url?.startsWith("https://") || !get?.startsWith("https://")) return undefined;
  const headers: Record<string, string> = {};
  for (const header of elements(put, "header", NS_UPLOAD)) {
    const name = header.attrs.name ?? "";
    if (HEADERS.includes(name.toLowerCase()) && !/[\r\n]/.test(text(header))) headers[name] = text(header);
  }
  return { put: put.attrs.url, get, headers };
}
