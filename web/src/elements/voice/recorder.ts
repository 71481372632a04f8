// SPDX-License-Identifier: MIT
//
// A voice being recorded: opus in WebM, or what else the browser makes, of a bounded length.
//
//   asking     for the microphone             start -> recording; throws
//   recording                                 stop -> a file; cancel -> nothing; full at MAX_MS

import type { FileDetails } from "../../protocol/xep0447.js";

export const MAX_MS = 10 * 60_000;

const TYPES: readonly string[] = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4", "audio/webm"];
const ENDS: Readonly<Record<string, string>> = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };
const BITS_PER_SECOND = 32_000;
const LEVEL_MS = 80; // between two levels

export interface Recorded {
  readonly data: Blob;
  readonly file: FileDetails;
}

export class Recorder {
  readonly #stream: MediaStream;
  readonly #recorder: MediaRecorder;
  readonly #context: AudioContext;
  readonly #chunks: Blob[] = [];
  readonly #began = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(stream: MediaStream, onLevel: (level: number, ms: number) => void, onFull: () => void) {
    this.#stream = stream;
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(stream, { ...(mimeType === undefined ? {} : { mimeType }), audioBitsPerSecond: BITS_PER_SECOND });
    this.#recorder.ondataavailable = ({ data }) => this.#chunks.push(data);
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      onLevel(Math.min(1, power ** 0.25 * 1.6), this.ms);
      if (this.ms >= MAX_MS) onFull();
    }, LEVEL_MS);
    this.#recorder.start(1000);
  }

  /**
   * Asks for the microphone.
   *
   * onLevel  from 0 to 1, several times a second
   * onFull   it is as long as it may be
   *
   * Throws a DOMException: NotAllowedError, NotFoundError, ...
   */
  static async start(onLevel: (level: number, ms: number) => void, onFull: () => void): Promise<Recorder> {
    const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
    if (!devices || !("MediaRecorder" in globalThis)) throw new DOMException("no recorder", "NotSupportedError");
    const stream = await devices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    return new Recorder(stream, onLevel, onFull);
  }

  get ms(): number {
    return performance.now() - this.#began;
  }

  async stop(): Promise<Recorded> {
    const duration = Math.round(Math.min(this.ms, MAX_MS));
    const stopped = new Promise((resolve) => (this.#recorder.onstop = resolve));
    this.#recorder.stop();
    await stopped;
    this.#end();
    const mediaType = this.#recorder.mimeType.split(";")[0] ?? "audio/webm";
    const data = new Blob(this.#chunks, { type: mediaType });
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    return { data, file: { name: `voice-${stamp}.${ENDS[mediaType] ?? "webm"}`, mediaType, size: data.size, duration, description: "" } };
  }

  cancel(): void {
    this.#recorder.onstop = null;
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    this.#end();
  }

  #end(): void {
    clearInterval(this.#timer);
    for (const track of this.#stream.getTracks()) track.stop(); // the browser's sign that one is heard goes
    void this.#context.close();
  }
}
