// SPDX-License-Identifier: MIT
//
// Sounds, made of a few tones: there is no file to load. Browsers let a page sound after somebody
// has touched it; before that, it is silent and says nothing about it.

interface Tone {
  /** Hertz. */
  readonly pitch: number;
  /** Seconds after the beginning. */
  readonly at: number;
}

export type SoundName = "message" | "mention" | "call";

const SOUNDS: Readonly<Record<SoundName, readonly Tone[]>> = {
  message: [
    { pitch: 587.33, at: 0 },
    { pitch: 880, at: 0.09 },
  ],
  mention: [
    { pitch: 659.25, at: 0 },
    { pitch: 880, at: 0.09 },
    { pitch: 1318.51, at: 0.18 },
  ],
  call: [
    { pitch: 659.25, at: 0 },
    { pitch: 783.99, at: 0.2 },
    { pitch: 659.25, at: 0.6 },
    { pitch: 783.99, at: 0.8 },
  ],
};

const LOUDNESS = 0.12;
const FADES_S = 0.45;

export class Sounds {
  #audio: AudioContext | undefined;

  /** Whether it would be heard. */
  get canPlay(): boolean {
    return typeof AudioContext === "function" && ((navigator as Partial<Navigator>).userActivation?.hasBeenActive ?? false);
  }

  async play(name: SoundName): Promise<void> {
    if (!this.canPlay) return;
    const audio = (this.#audio ??= new AudioContext());
    if (audio.state === "suspended") await audio.resume();
    for (const { pitch, at } of SOUNDS[name]) this.#tone(audio, pitch, audio.currentTime + at);
  }

  #tone(audio: AudioContext, pitch: number, at: number): void {
    const tone = new OscillatorNode(audio, { type: "sine", frequency: pitch });
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + FADES_S);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + FADES_S);
  }

  close(): void {
    this.#audio?.close().catch(() => undefined);
    this.#audio = undefined;
  }
}
