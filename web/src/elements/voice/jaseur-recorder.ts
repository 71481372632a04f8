// SPDX-License-Identifier: MIT
//
// <jaseur-recorder>: a voice message while it is spoken: how loud, how long, to send or not. It
// asks for the microphone as soon as it is there. Escape cancels.
//
// Properties  texts
// Events      jaseur-recorded { data, file }
//             jaseur-close

import { LitElement, css, html, type TemplateResult } from "lit";

import { durationText } from "../file/measure.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import type { PlainTextName, Texts } from "../texts/texts.js";
import { tip } from "../tip/tip.js";
import { bar } from "./bars.js";
import { MAX_MS, Recorder, type Recorded } from "./recorder.js";

const LEVELS = 40; // in sight

export class JaseurRecorder extends LitElement {
  static override properties = { texts: { attribute: false }, levels: { state: true }, ms: { state: true }, trouble: { state: true }, isOn: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        min-width: 0;
        padding: 0.5em 1em 1em;
      }

      section {
        display: flex;
        align-items: center;
        gap: 0.75em;
        padding: 0.35em 0.5em;
        border: 1px solid var(--line);
        border-radius: 1.5em;
        background: var(--card);
        outline: 0;
      }

      .dot {
        flex: none;
        width: 0.75em;
        height: 0.75em;
        border-radius: 50%;
        background: var(--busy);
      }

      output {
        flex: none;
        min-width: 3em;
        font-variant-numeric: tabular-nums;
      }

      svg.levels {
        flex: 1;
        min-width: 0;
        height: 2em;
        fill: var(--accent);
      }

      p {
        flex: 1;
        margin: 0;
      }

      button.first {
        border-radius: 1.2em;
      }

      @media (prefers-reduced-motion: no-preference) {
        .dot {
          animation: glow 1.2s ease-in-out infinite alternate;
        }

        @keyframes glow {
          to {
            opacity: 0.25;
          }
        }
      }
    `,
  ];

  declare texts: Texts;
  declare levels: readonly number[];
  declare ms: number;
  declare trouble: PlainTextName | undefined;
  declare isOn: boolean;
  #recorder: Recorder | undefined;

  constructor() {
    super();
    this.levels = [];
    this.ms = 0;
    this.trouble = undefined;
    this.isOn = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#recorder?.cancel();
    this.#recorder = undefined;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>("section")?.focus();
  }

  protected override render(): TemplateResult {
    const { texts, trouble } = this;
    return html`<section role="group" aria-label=${texts.of("voice")} tabindex="-1" @keydown=${(event: KeyboardEvent) => this.#onKey(event)}>
      <button class="bare" ${tip(texts.of("voiceCancel"))} @click=${() => this.#close()}>${icon(trouble ? "close" : "trash")}</button>
      ${trouble
        ? html`<p role="alert">${texts.of(trouble)}</p>`
        : this.isOn
          ? html`<span class="dot"></span>
              <output aria-label=${texts.of("voiceLength")} aria-live="off">${durationText(this.ms)}</output>
              <svg class="levels" viewBox="0 0 ${LEVELS * 3} 20" preserveAspectRatio="xMaxYMid meet" aria-hidden="true">${this.#bars()}</svg>
              <button class="first" @click=${() => void this.#send()}>${texts.of("voiceSend")}</button>`
          : html`<p role="status">${texts.of("voiceAsks")}</p>`}
    </section>`;
  }

  #bars(): unknown {
    const from = LEVELS - this.levels.length;
    return this.levels.map((level, i) => bar((from + i) * 3, level));
  }

  async #start(): Promise<void> {
    try {
      const recorder = await Recorder.start(
        (level, ms) => {
          this.levels = [...this.levels, level].slice(-LEVELS);
          this.ms = Math.min(ms, MAX_MS);
        },
        () => void this.#send(),
      );
      if (!this.isConnected) {
        recorder.cancel();
        return;
      }
      this.#recorder = recorder;
      this.isOn = true;
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      this.trouble = name === "NotAllowedError" ? "voiceForbidden" : name === "NotFoundError" ? "voiceNoDevice" : "voiceImpossible";
    }
  }

  async #send(): Promise<void> {
    const recorder = this.#recorder;
    this.#recorder = undefined;
    if (!recorder) return;
    const recorded = await recorder.stop();
    this.dispatchEvent(new CustomEvent<Recorded>("jaseur-recorded", { detail: recorded }));
    this.#close();
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("jaseur-close"));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#close();
  }
}
