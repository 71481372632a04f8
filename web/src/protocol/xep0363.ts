// SPDX-License-Identifier: MIT
//
// Uploads: XEP-0363 1.2.0.

import { count } from "../core/plain.js";
import { child, childText, elements, text, xml, type Xml } from "../core/xml.js";
import type { DiscoInfo } from "./xep0030.js";

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

/** What a service offers. */
export interface UploadService {
  /** Bytes of a file, at most; undefined: it does not say. */
  readonly maxSize: number | undefined;
}

/** Why there is no slot. */
export interface UploadRefusal {
  /** The file is larger than that. */
  readonly maxSize?: number;
  /** When there may be one: milliseconds of the epoch. */
  readonly retryAt?: number;
}

/** Section 4. Undefined: it keeps no files. */
export function uploadServiceIn({ features, forms }: DiscoInfo): UploadService | undefined {
  const form = forms.find(({ formType }) => formType === NS_UPLOAD);
  const maxSize = count(form?.fields.find(({ name }) => name === "max-file-size")?.values[0]);
  return features.includes(NS_UPLOAD) ? { maxSize } : undefined;
}

/** Section 6. extension: of the error */
export function readUploadRefusal(extension: Xml | undefined): UploadRefusal {
  if (extension?.ns !== NS_UPLOAD) return {};
  const maxSize = count(childText(extension, "max-file-size"));
  const retryAt = extension.name === "retry" ? Date.parse(extension.attrs.stamp ?? "") : NaN;
  return { ...(maxSize === undefined ? {} : { maxSize }), ...(Number.isNaN(retryAt) ? {} : { retryAt }) };
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
