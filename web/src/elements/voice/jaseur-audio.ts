// SPDX-License-Identifier: MIT
//
// <jaseur-audio>: plays a sound: a button, and its waveform as what it is at. Small sounds of the host's
// own server are read when they come into sight, others when somebody plays them.
//
// Properties  texts, source (its address), name, duration (milliseconds, as its sender says), size (bytes, the same)
// Events      jaseur-broken   there is nothing to play

import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";

import { durationText } from "../file/measure.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";
import { tip } from "../tip/tip.js";
import { bar, levels } from "./bars.js";

const BARS = 48;
const DRAWN_MAX = 4 * 1024 * 1024; // bytes of what is read to be drawn
const STEP_S = 5;
const RATES = [1, 1.5, 2];

/** One at a time. */
let playing: HTMLAudioElement | undefined;

export class JaseurAudio extends LitElement {
  static override properties = {
    texts: { attribute: false },
    source: {},
    name: {},
    duration: { attribute: false },
    size: { attribute: false },
    bars: { state: true },
    at: { state: true },
    length: { state: true },
    isPlaying: { state: true },
    rate: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        min-width: 0;
      }

      .player {
        display: flex;
        align-items: center;
        gap: 0.5em;
        width: 19em;
        max-width: 100%;
      }

      button.play {
        flex: none;
        display: grid;
        place-items: center;
        width: 2.5em;
        height: 2.5em;
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: var(--accent);
        color: var(--on-accent);
      }

      .wave {
        flex: 1;
        min-width: 0;
        border-radius: 0.4em;
        cursor: pointer;
        touch-action: none;
      }

      svg.bars {
        display: block;
        width: 100%;
        height: 2em;
        fill: var(--quiet);
      }

      svg.bars .past {
        fill: var(--accent);
      }

      .time {
        flex: none;
        min-width: 2.6em;
        font-size: 0.8125em;
        font-variant-numeric: tabular-nums;
        text-align: end;
      }

      button.rate {
        flex: none;
        min-width: 2.9em;
        padding: 0.15em 0.4em;
        border-radius: 1em;
        font-size: 0.8125em;
      }
    `,
  ];

  declare texts: Texts;
  declare source: string;
  declare name: string;
  declare duration: number | undefined;
  declare size: number | undefined;
  declare bars: readonly number[];
  declare at: number; // seconds
  declare length: number; // seconds; 0: not known
  declare isPlaying: boolean;
  declare rate: number;
  readonly #audio = new Audio();
  #drawing: Promise<void> | undefined;
  #blob = ""; // address of what was read
  #sight: IntersectionObserver | undefined;
  #frame = 0;

  constructor() {
    super();
    this.name = "";
    this.bars = [];
    this.at = this.length = 0;
    this.isPlaying = false;
    this.rate = 1;
    this.#audio.preload = "none";
    for (const name of ["play", "pause", "ended"]) this.#audio.addEventListener(name, () => this.#onState());
    this.#audio.addEventListener("seeked", () => (this.at = this.#audio.currentTime));
    this.#audio.addEventListener("error", () => this.dispatchEvent(new CustomEvent("jaseur-broken")));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sight = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting) && (this.size ?? Infinity) <= DRAWN_MAX) void this.#draw();
    });
    this.#sight.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sight?.disconnect();
    this.#audio.pause();
    cancelAnimationFrame(this.#frame);
    if (this.#blob) URL.revokeObjectURL(this.#blob);
    this.#blob = "";
    this.#drawing = undefined;
    this.#audio.removeAttribute("src");
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("duration") && this.duration !== undefined && !this.length) this.length = this.duration / 1000;
  }

  protected override render(): TemplateResult {
    const { texts, at, length, isPlaying } = this;
    const shown = this.bars.length ? this.bars : Array.from({ length: BARS }, () => 0.15);
    const past = length ? (at / length) * BARS : 0;
    const said = texts.of("audioAt", { at: durationText(at * 1000), length: durationText(length * 1000) });
    return html`<div class="player" role="group" aria-label=${this.name}>
      <button class="play" ${tip(texts.of(isPlaying ? "pause" : "play"))} @click=${() => void this.#toggle()}>${icon(isPlaying ? "pause" : "play")}</button>
      <div
        class="wave"
        role="slider"
        tabindex="0"
        aria-label=${texts.of("audioPosition")}
        aria-valuemin="0"
        aria-valuemax=${Math.round(length)}
        aria-valuenow=${Math.round(at)}
        aria-valuetext=${said}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
        @pointerdown=${(event: PointerEvent) => this.#onPointer(event)}
      >
        <svg class="bars" viewBox="0 0 ${BARS * 3 - 1} 20" preserveAspectRatio="none" aria-hidden="true">
          ${shown.map((level, i) => bar(i * 3, level, i < past ? "past" : ""))}
        </svg>
      </div>
      <span class="time" aria-hidden="true">${durationText((isPlaying || at ? at : length) * 1000)}</span>
      ${isPlaying || this.rate !== 1
        ? html`<button class="rate" aria-label=${texts.of("audioRate", { rate: this.rate })} @click=${() => this.#nextRate()}>${texts.number(this.rate)}×</button>`
        : ""}
    </div>`;
  }

  /** Reads it, for its waveform and its length. What cannot be read may be played all the same. */
  #draw(): Promise<void> {
    this.#drawing ??= (async () => {
      try {
        const answer = await fetch(this.source, { credentials: "omit", referrerPolicy: "no-referrer" });
        const data = await answer.blob();
        if (!answer.ok) return;
        const context = new OfflineAudioContext(1, 1, 16_000);
        const decoded = await context.decodeAudioData(await data.arrayBuffer());
        this.bars = levels(decoded.getChannelData(0), BARS);
        this.length = decoded.duration;
        // Not asked for twice.
        this.#blob = URL.createObjectURL(data);
        if (!this.isConnected) URL.revokeObjectURL(this.#blob);
      } catch {
        // Another site does not let it be read, or nobody can decode it.
      }
    })();
    return this.#drawing;
  }

  async #load(): Promise<void> {
    if (this.#audio.src) return;
    if ((this.size ?? Infinity) <= DRAWN_MAX) await this.#draw();
    this.#audio.src = this.#blob || this.source;
  }

  async #toggle(): Promise<void> {
    if (!this.#audio.paused) {
      this.#audio.pause();
      return;
    }
    await this.#load();
    if (playing && playing !== this.#audio) playing.pause();
    playing = this.#audio;
    this.#audio.playbackRate = this.rate;
    await this.#audio.play().catch(() => undefined);
  }

  #onState(): void {
    this.isPlaying = !this.#audio.paused && !this.#audio.ended;
    if (this.#audio.ended) this.at = 0;
    cancelAnimationFrame(this.#frame);
    if (this.isPlaying) this.#follow();
  }

  #follow(): void {
    this.at = this.#audio.currentTime;
    const { duration } = this.#audio;
    if (!this.length && Number.isFinite(duration)) this.length = duration;
    this.#frame = requestAnimationFrame(() => this.#follow());
  }

  #nextRate(): void {
    this.rate = RATES[(RATES.indexOf(this.rate) + 1) % RATES.length] ?? 1;
    this.#audio.playbackRate = this.rate;
  }

  async #seek(seconds: number): Promise<void> {
    await this.#load();
    if (!this.length) return;
    this.at = Math.max(0, Math.min(this.length, seconds));
    const seek = (): void => {
      this.#audio.currentTime = this.at;
    };
    if (this.#audio.readyState >= HTMLMediaElement.HAVE_METADATA) seek();
    else {
      this.#audio.addEventListener("loadedmetadata", seek, { once: true });
      this.#audio.preload = "metadata";
      this.#audio.load();
    }
  }

  #onPointer(event: PointerEvent): void {
    const wave = event.currentTarget as HTMLElement;
    const to = ({ clientX }: PointerEvent): void => {
      const { left, width } = wave.getBoundingClientRect();
      void this.#seek(((clientX - left) / width) * this.length);
    };
    wave.setPointerCapture(event.pointerId);
    to(event);
    wave.onpointermove = to;
    wave.onpointerup = wave.onpointercancel = () => (wave.onpointermove = null);
  }

  #onKey(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: this.at - STEP_S,
      ArrowDown: this.at - STEP_S,
      ArrowRight: this.at + STEP_S,
      ArrowUp: this.at + STEP_S,
      Home: 0,
      End: this.length,
    };
    const to = steps[event.key];
    if (to === undefined && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    void (to === undefined ? this.#toggle() : this.#seek(to));
  }
}
