// SPDX-License-Identifier: MIT
//
// A file that somebody chose as his picture, as small as pictures of people have to be. Only the
// browser reads it: what comes out is drawn anew, without what a camera wrote into it.

import { toBase64 } from "../../core/bytes.js";

const SIDE = 256; // pixels
const QUALITY = 0.85;

export interface ScaledPicture {
  readonly type: string;
  readonly base64: string;
  readonly width: number;
  readonly height: number;
}

/** The middle of it, square. Rejects what the browser cannot show. */
export async function scaledPicture(file: Blob): Promise<ScaledPicture> {
  const image = await createImageBitmap(file);
  const side = Math.min(image.width, image.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(SIDE, side);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#ffffff"; // behind what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("no picture");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { type: blob.type, base64: toBase64(bytes), width: canvas.width, height: canvas.height };
}
