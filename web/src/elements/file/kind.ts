// SPDX-License-Identifier: MIT
//
// What a file is by what is said of it: only what browsers show without running anything is shown
// in place. SVG and HTML are not: they can carry script.

import { fileName, type FileDetails } from "../../protocol/xep0447.js";

export type FileKind = "image" | "audio" | "video" | "other";

/** By type, and by the ends of names for what comes without one. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "image/gif": ["gif"],
  "image/webp": ["webp"],
  "image/avif": ["avif"],
  "image/bmp": ["bmp"],
  "audio/mpeg": ["mp3"],
  "audio/mp4": ["m4a"],
  "audio/aac": ["aac"],
  "audio/ogg": ["oga", "ogg", "opus"],
  "audio/opus": [],
  "audio/wav": ["wav"],
  "audio/x-wav": [],
  "audio/webm": [],
  "audio/flac": ["flac"],
  "video/mp4": ["mp4", "m4v"],
  "video/webm": ["webm"],
  "video/ogg": ["ogv"],
  "video/quicktime": ["mov"],
};

const TYPES = new Map(Object.entries(SHOWN).flatMap(([type, ends]) => ends.map((end) => [end, type] as const)));

/** Files that act when they are opened. */
const PROGRAMS = new Set(
  ("apk app appimage bat bin cmd com cpl deb desktop dll dmg exe gadget hta htm html inf iso jar js jse lnk mht mhtml msi " +
    "msp pif pkg ps1 py reg rpm run scf scr sh svg svgz url vb vbe vbs ws wsf wsh xhtml xht xml xll xlsm docm pptm").split(" "),
);

export interface NameParts {
  /** "photo.jpg" of "photo.jpg.exe". */
  readonly stem: string;
  /** ".exe", which is never left out of sight; "" without. */
  readonly end: string;
}

const END_MAX = 12; // characters

export function nameParts(name: string): NameParts {
  const dot = name.lastIndexOf(".");
  const end = dot > 0 ? name.slice(dot) : "";
  return end.length > 1 && end.length <= END_MAX ? { stem: name.slice(0, dot), end } : { stem: name, end: "" };
}

/** "jpg" of "Photo.JPG". */
export function endOf(name: string): string {
  return nameParts(name).end.slice(1).toLowerCase();
}

export function isProgram(name: string): boolean {
  // Windows leaves spaces and full stops at the end out.
  return PROGRAMS.has(endOf(name.replace(/[\s.]+$/, "")));
}

/** The name that an address ends with; "" without. */
export function nameInAddress(url: string): string {
  try {
    return fileName(decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? ""));
  } catch {
    return "";
  }
}

/** Of a message: what its sender says, or else what the address does. */
export function described(url: string, file: FileDetails | undefined): FileDetails {
  const name = file?.name || nameInAddress(url);
  const mediaType = file?.mediaType || (TYPES.get(endOf(name)) ?? "");
  return { description: "", ...file, name, mediaType };
}

export function kindOf({ mediaType }: Pick<FileDetails, "mediaType">): FileKind {
  return Object.hasOwn(SHOWN, mediaType) ? (mediaType.split("/")[0] as FileKind) : "other";
}
