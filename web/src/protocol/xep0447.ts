// SPDX-License-Identifier: MIT
//
// What is said of a file that is sent: XEP-0447 0.3.1 section 3.1, XEP-0446 0.2.0 section 2; where it
// is also by XEP-0066 1.5 section 3, which every client knows.

import { bounded, compact, count } from "../core/plain.js";
import { child, childText, descend, elements, xml, type Xml } from "../core/xml.js";

export const NS_FILE_SHARING = "urn:xmpp:sfs:0";
export const NS_FILE = "urn:xmpp:file:metadata:0";
export const NS_OOB = "jabber:x:oob";
const NS_URL_DATA = "http://jabber.org/protocol/url-data";

/** As its sender says; nothing of it need be true. */
export interface FileDetails {
  /** Without folders; "" without a name. */
  readonly name: string;
  /** "image/png"; "" when it is not said. */
  readonly mediaType: string;
  /** Bytes. */
  readonly size?: number;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Milliseconds, of sound and video. */
  readonly duration?: number;
  /** Instead of the picture, for who does not see it. */
  readonly description: string;
}

const NAME_MAX = 255;
const NAME_END = 20; // of a longer one
const DESCRIPTION_MAX = 2000;
const PIXELS_MAX = 65_535;

/** An address that may be shown as a link: nothing that runs. */
export function webAddress(url: string | undefined): string | undefined {
  try {
    return url && ["http:", "https:"].includes(new URL(url).protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Characters that turn the direction of writing, so that "exe.gpj" reads "jpg.exe". */
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name as it may be shown, and given to a file that is saved. */
export function fileName(name: string | undefined): string {
  const last = (name ?? "").split(/[/\\]/).at(-1) ?? "";
  const plain = last.replace(DIRECTIONS, "").replace(/[\u0000-\u001f\u007f-\u009f]/g, " ").trim();
  // What kind of file it is stands at the end.
  const end = plain.length > NAME_MAX ? plain.slice(-NAME_END) : "";
  return (bounded(plain, NAME_MAX - end.length) + end).replace(/^\.+/, "");
}

function pixels(said: string | undefined): number | undefined {
  const number = count(said);
  return number !== undefined && number > 0 && number <= PIXELS_MAX ? number : undefined;
}

function readDetails(file: Xml): FileDetails {
  const mediaType = childText(file, "media-type")?.trim().toLowerCase() ?? "";
  return compact({
    name: fileName(childText(file, "name")),
    mediaType: /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,80}$/.test(mediaType) ? mediaType : "",
    size: count(childText(file, "size")),
    width: pixels(childText(file, "width")),
    height: pixels(childText(file, "height")),
    duration: count(childText(file, "length")),
    description: bounded(childText(file, "desc"), DESCRIPTION_MAX),
  });
}

/** The first file of a message: its address, and what is said of it. */
export function readFile(stanza: Xml): { url?: string; file?: FileDetails } {
  const sharing = child(stanza, "file-sharing", NS_FILE_SHARING);
  const details = child(sharing, "file", NS_FILE);
  const sources = descend(sharing, ["sources"]);
  const targets = sources ? elements(sources, "url-data", NS_URL_DATA).map(({ attrs }) => attrs.target) : [];
  const url = [...targets.slice(0, 10), childText(child(stanza, "x", NS_OOB), "url")].map(webAddress).find((one) => one !== undefined);
  return compact({ url, file: url === undefined ? undefined : details && readDetails(details) });
}

export function file(url: string, details: FileDetails | undefined): Xml[] {
  const one = (name: string, value: string | number | undefined): Xml | undefined =>
    value === undefined || value === "" ? undefined : xml(name, NS_FILE, {}, String(value));
  const oob = xml("x", NS_OOB, {}, xml("url", NS_OOB, {}, url));
  if (!details) return [oob];
  const { name, mediaType, size, width, height, duration, description } = details;
  const metadata = xml(
    "file",
    NS_FILE,
    {},
    one("media-type", mediaType),
    one("name", name),
    one("size", size),
    one("width", width),
    one("height", height),
    one("length", duration),
    one("desc", description),
  );
  const sources = xml("sources", NS_FILE_SHARING, {}, xml("url-data", NS_URL_DATA, { target: url }));
  return [oob, xml("file-sharing", NS_FILE_SHARING, { disposition: "inline" }, metadata, sources)];
}
