// SPDX-License-Identifier: MIT
//
// Microphone and camera, and why there are none.

import type { MediaKind } from "../../protocol/xep0167_parameters.js";
import type { CallWord } from "./call_words.js";

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** Rejects as getUserMedia() does. Its tracks are to be stopped by whoever has them. */
export function openDevices(media: readonly MediaKind[]): Promise<MediaStream> {
  const { mediaDevices } = navigator as Partial<Navigator>; // not without https
  if (!mediaDevices) return Promise.reject(new DOMException("", "NotAllowedError"));
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return mediaDevices.getUserMedia({ audio, video: media.includes("video") ? PICTURE : false });
}

/** What to say of it. */
export function problemWord(error: unknown): CallWord {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "noDevice";
  return name === "NotReadableError" || name === "AbortError" ? "deviceInUse" : "denied";
}
