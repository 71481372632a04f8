// SPDX-License-Identifier: MIT
//
// What a picture says beside the picture: where it was taken, with which camera, by whom. It is
// left out, and the picture itself stays as it is, byte for byte: JPEG (Exif 3.0 section 4.7, ITU T.81
// annex B), PNG (third edition, section 5), WebP (RFC 9649 section 2).

export interface Cleaned {
  readonly bytes: Uint8Array;
  /** It said where it was taken. */
  readonly hadLocation: boolean;
}

const LATITUDE = 2; // tags
const LONGITUDE = 4;
const ORIENTATION = 0x0112;
const GPS = 0x8825;

/** A character for each byte. What browsers call "latin1" is Windows-1252, which has others from 0x80 to 0x9F. */
function characters(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

interface Exif {
  /** 1 to 8: how it is to be turned. */
  readonly orientation: number;
  readonly hasLocation: boolean;
}

/** tiff: from its byte order on */
function readExif(tiff: Uint8Array): Exif {
  let orientation = 1;
  let hasLocation = false;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    const entries = (at: number, found: (tag: number, entry: number) => void): void => {
      const count = view.getUint16(at, little);
      for (let i = 0; i < count; i++) found(view.getUint16(at + 2 + i * 12, little), at + 2 + i * 12);
    };
    entries(view.getUint32(4, little), (tag, entry) => {
      if (tag === ORIENTATION) orientation = view.getUint16(entry + 8, little);
      if (tag === GPS)
        entries(view.getUint32(entry + 8, little), (inner) => {
          if (inner === LATITUDE || inner === LONGITUDE) hasLocation = true;
        });
    });
  } catch {
    // Broken: what was read before that holds.
  }
  return { orientation: orientation >= 1 && orientation <= 8 ? orientation : 1, hasLocation };
}

function xmpHasLocation(packet: Uint8Array): boolean {
  return /GPSL(at|ong)itude/.test(characters(packet));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

// --- JPEG -----------------------------------------------------------------------------------

const SOS = 0xda;
const EOI = 0xd9;
/** Application data: Exif and XMP, Photoshop's; comments. Others say how colours are meant. */
const SAYS_MORE: readonly number[] = [0xe1, 0xed, 0xfe];

/** Exif with nothing but how the picture is to be turned. */
function orientationOnly(orientation: number): Uint8Array {
  return Uint8Array.of(
    ...[0xff, 0xe1, 0x00, 0x22, 0x45, 0x78, 0x69, 0x66, 0x00, 0x00, 0x4d, 0x4d, 0x00, 0x2a, 0x00, 0x00, 0x00, 0x08],
    ...[0x00, 0x01, 0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, orientation, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  );
}

/** Where the next marker is behind what a scan holds. */
function afterScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

/** What is behind the end goes as well: phones put further pictures there, with what they say. */
function cleanJpeg(bytes: Uint8Array): Cleaned | undefined {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let hadLocation = false;
  let orientation = 1;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return undefined;
    if (marker === EOI) break;
    const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (end > bytes.length || end < at + 4) return undefined;
    const until = marker === SOS ? afterScan(bytes, end) : end;
    const body = bytes.subarray(at + 4, end);
    if (!SAYS_MORE.includes(marker)) kept.push(bytes.subarray(at, until));
    else if (characters(body.subarray(0, 6)) === "Exif\0\0") {
      const exif = readExif(body.subarray(6));
      hadLocation ||= exif.hasLocation;
      if (exif.orientation !== 1) orientation = exif.orientation;
    } else hadLocation ||= xmpHasLocation(body);
    at = until;
  }
  if (orientation !== 1) kept.splice(1, 0, orientationOnly(orientation));
  kept.push(Uint8Array.of(0xff, EOI));
  return { bytes: joined(kept), hadLocation };
}

// --- PNG and WebP ------------------------------------------------------------------------------

function cleanPng(bytes: Uint8Array): Cleaned | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  let hadLocation = false;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return undefined;
    const name = characters(bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, end - 4);
    if (name === "eXIf") hadLocation ||= readExif(body).hasLocation;
    else if (name === "tEXt" || name === "iTXt" || name === "zTXt" || name === "tIME") hadLocation ||= xmpHasLocation(body);
    else kept.push(bytes.subarray(at, end));
    if (name === "IEND") break;
    at = end;
  }
  return { bytes: joined(kept), hadLocation };
}

function cleanWebp(bytes: Uint8Array): Cleaned | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.slice(0, 12)];
  let hadLocation = false;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (at + 8 + size > bytes.length) return undefined;
    const name = characters(bytes.subarray(at, at + 4));
    const body = bytes.subarray(at + 8, at + 8 + size);
    const chunk = bytes.slice(at, end);
    if (name === "VP8X") chunk[8] = (chunk[8] ?? 0) & ~0x0c; // neither Exif nor XMP follows
    if (name === "EXIF") {
      const prefix = characters(body.subarray(0, 6)) === "Exif\0\0" ? 6 : 0;
      hadLocation ||= readExif(body.subarray(prefix)).hasLocation;
    } else if (name === "XMP ") hadLocation ||= xmpHasLocation(body);
    else kept.push(chunk);
    at = end;
  }
  const cleaned = joined(kept);
  new DataView(cleaned.buffer).setUint32(4, cleaned.length - 8, true);
  return { bytes: cleaned, hadLocation };
}

/** Undefined: it is none of these, or broken. */
export function cleaned(bytes: Uint8Array): Cleaned | undefined {
  const head = characters(bytes.subarray(0, 12));
  if (head.startsWith("\xff\xd8")) return cleanJpeg(bytes);
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return cleanPng(bytes);
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return cleanWebp(bytes);
  return undefined;
}
