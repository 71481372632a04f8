// SPDX-License-Identifier: MIT
//
// Files as they are sent: pictures without what they say of place and camera, and what can be
// said of each before it is loaded: how wide, how high, how long. Loaded with the first file.

import { fileName, type FileDetails } from "../../protocol/xep0447.js";
import type { Chosen } from "../../model/views/uploads.js";
import { described, kindOf } from "../file/kind.js";

const CLEANED_MAX = 64 * 1024 * 1024; // bytes; larger pictures are sent as they are
const SMALL = 1600; // pixels of the longer side
const QUALITY = 0.82;
const PATIENCE_MS = 5_000; // until a film says how long it is

export type Prepared = Omit<Chosen, "key">;

async function pixels(data: Blob): Promise<Pick<FileDetails, "width" | "height">> {
  try {
    const bitmap = await createImageBitmap(data);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return {};
  }
}

/** Of sound or film, as far as the browser can play it. */
function played(data: Blob, kind: "audio" | "video"): Promise<Pick<FileDetails, "width" | "height" | "duration">> {
  return new Promise((resolve) => {
    const media = document.createElement(kind);
    const source = URL.createObjectURL(data);
    const end = (): void => {
      clearTimeout(timer);
      const { duration } = media;
      const { videoWidth: width = 0, videoHeight: height = 0 } = media as Partial<HTMLVideoElement>;
      media.removeAttribute("src");
      URL.revokeObjectURL(source);
      resolve({
        ...(Number.isFinite(duration) && duration > 0 ? { duration: Math.round(duration * 1000) } : {}),
        ...(width && height ? { width, height } : {}),
      });
    };
    const timer = setTimeout(end, PATIENCE_MS);
    media.preload = "metadata";
    media.onloadedmetadata = media.onerror = end;
    media.src = source;
  });
}

async function picture(data: Blob): Promise<{ readonly data: Blob; readonly hadLocation: boolean }> {
  if (data.size > CLEANED_MAX) return { data, hadLocation: false };
  const { cleaned } = await import("./metadata.js");
  const clean = cleaned(new Uint8Array(await data.arrayBuffer()));
  return clean ? { data: new Blob([clean.bytes as Uint8Array<ArrayBuffer>], { type: data.type }), hadLocation: clean.hadLocation } : { data, hadLocation: false };
}

/** Throws when it cannot be read: it is a folder, or not there any more. */
export async function prepare(source: Blob, name: string): Promise<Prepared> {
  await source.slice(0, 1).arrayBuffer();
  const { mediaType } = described("", { name, mediaType: source.type.split(";")[0]?.toLowerCase() ?? "", description: "" });
  const base = { name: fileName(name), mediaType, description: "" };
  const kind = kindOf(base);
  const { data, hadLocation } = kind === "image" ? await picture(source) : { data: source, hadLocation: false };
  const more = kind === "image" ? await pixels(data) : kind === "other" ? {} : await played(data, kind);
  return { data, file: { ...base, size: data.size, ...more }, hadLocation };
}

/** Whether a picture is so large that it could be smaller. */
export function isLarge({ mediaType, width = 0, height = 0 }: FileDetails): boolean {
  return kindOf({ mediaType }) === "image" && mediaType !== "image/gif" && Math.max(width, height) > SMALL;
}

/** Undefined: it would not be. */
export async function smaller({ data, file }: Pick<Prepared, "data" | "file">): Promise<Pick<Prepared, "data" | "file"> | undefined> {
  const bitmap = await createImageBitmap(data);
  const scale = SMALL / Math.max(bitmap.width, bitmap.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const drawing = canvas.getContext("2d");
  if (!drawing) return undefined;
  drawing.fillStyle = "#fff"; // behind what is transparent
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!made || made.size >= data.size) return undefined;
  const name = file.mediaType === "image/jpeg" ? file.name : `${file.name.replace(/\.[^.]*$/, "")}.jpg`;
  return { data: made, file: { ...file, name, mediaType: made.type, size: made.size, width: canvas.width, height: canvas.height } };
}
