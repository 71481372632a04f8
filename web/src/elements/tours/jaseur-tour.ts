// SPDX-License-Identifier: MIT
//
// <jaseur-tour>: goes through a tour. A modal dialog over everything, with a light on what the step
// is about; the dialog keeps the focus, gives it back, and is left by Escape. Arrow keys go on and
// back.
//
// Properties  language (a tag)
// Methods     run(tour, scope): true when somebody saw its end
// Parts       tour (the card)

import { LitElement, css, html, nothing, type TemplateResult } from "lit";

import { tokens } from "../style.js";
import { filled, inLanguage, type Words } from "../words.js";
import { findPart, isInSight } from "./find.js";
import { placeCard } from "./place_card.js";
import type { Tour, TourStep } from "./tour.js";

const AROUND = 6; // pixels of light around what is explained
const PATIENCE_MS = 1_000; // for what a step pressed, or loads, to be there

const WORDS = {
  next: { en: "Next", fr: "Suivant" },
  done: { en: "Done", fr: "Terminer" },
  back: { en: "Previous", fr: "Précédent" },
  leave: { en: "Leave the tour", fr: "Quitter la visite" },
  count: { en: "{n} of {all}", fr: "{n} sur {all}" },
} satisfies Record<string, Words>;

/** A card in the middle. */
function isAboutAll({ part, selector }: TourStep): boolean {
  return part === undefined && selector === undefined;
}

export class JaseurTour extends LitElement {
  static override properties = {
    language: {},
    at: { state: true },
  };

  static override styles = [
    tokens,
    css`
      dialog {
        position: fixed;
        inset: 0;
        width: 100%;
        height: 100%;
        max-width: none;
        max-height: none;
        margin: 0;
        padding: 0;
        border: 0;
        overflow: hidden;
        background: none;
        color: inherit;
      }

      dialog::backdrop {
        background: none;
      }

      .light {
        position: absolute;
        border-radius: 12px;
        box-shadow:
          0 0 0 2px var(--accent),
          0 0 0 200vmax rgb(0 0 0 / 55%);
      }

      .light.none {
        box-shadow: 0 0 0 200vmax rgb(0 0 0 / 55%);
      }

      .light.press {
        cursor: pointer;
      }

      section {
        position: absolute;
        width: min(360px, 100vw - 24px);
        max-height: calc(100% - 24px);
        overflow: hidden auto;
        padding: 20px;
        border: 1px solid var(--line);
        border-radius: 16px;
        background: var(--card);
        box-shadow: 0 12px 40px rgb(0 0 0 / 30%);
        font-size: 15px;
      }

      footer button {
        padding: 8px 14px;
        border-radius: 10px;
      }

      h2 {
        margin: 0;
        padding-block-end: 6px;
        padding-inline-end: 36px;
        font-size: 18px;
        line-height: 1.3;
      }

      p {
        margin: 0 0 20px;
        overflow-wrap: anywhere;
      }

      footer {
        display: flex;
        align-items: center;
        gap: 8px;
      }

      .step {
        flex: 1;
        color: var(--quiet);
        font-size: 14px;
        font-variant-numeric: tabular-nums;
      }

      .leave {
        position: absolute;
        inset-block-start: 12px;
        inset-inline-end: 12px;
        display: grid;
        place-items: center;
        width: 32px;
        height: 32px;
        padding: 0;
        border: 0;
        background: none;
        color: var(--quiet);
        font-size: 20px;
        line-height: 1;
      }

      .leave:hover {
        background: var(--sunken);
      }

      @media (prefers-reduced-motion: no-preference) {
        .moving .light {
          transition: 220ms ease;
          transition-property: left, top, width, height;
        }

        .moving section {
          transition: 220ms ease;
          transition-property: left, top;
        }
      }
    `,
  ];

  declare language: string;
  declare at: number; // the step; -1: none yet
  #steps: readonly TourStep[] = [];
  readonly #shown: number[] = []; // the steps before this one, without those that could not be
  #scope: ParentNode = document;
  #target: Element | undefined;
  #finish: (isSeen: boolean) => void = () => undefined;
  #frame = 0;
  #drawn = ""; // where all was put last

  constructor() {
    super();
    this.language = "en";
    this.at = -1;
  }

  /** scope: where parts are looked for */
  async run(tour: Tour, scope: ParentNode): Promise<boolean> {
    this.#steps = tour.steps;
    this.#scope = scope;
    await this.updateComplete;
    const ended = new Promise<boolean>((resolve) => (this.#finish = resolve));
    await this.#go(0, 1);
    return ended;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end(false);
  }

  protected override render(): TemplateResult {
    const step = this.#steps[this.at];
    const toCome = this.#toCome();
    const say = (name: keyof typeof WORDS): string => inLanguage(WORDS[name], this.language);
    return html`<dialog
      aria-labelledby="title"
      aria-describedby="text"
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.#end(false);
      }}
      @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
    >
      ${step
        ? html`<div class="light ${this.#target ? "" : "none"} ${step.action ?? ""}" @click=${() => (step.action ? this.#onNext() : undefined)}></div>
            <section part="tour">
              <div aria-live="polite">
                <h2 id="title" dir="auto">${inLanguage(step.title, this.language)}</h2>
                <p id="text" dir="auto">${inLanguage(step.text, this.language)}</p>
              </div>
              <footer>
                <span class="step">${filled(say("count"), { n: this.#shown.length + 1, all: this.#shown.length + 1 + toCome })}</span>
                ${this.#shown.length ? html`<button @click=${() => void this.#go(this.#shown.at(-1) ?? 0, -1)}>${say("back")}</button>` : nothing}
                <button class="first" autofocus @click=${() => this.#onNext()}>
                  ${say(toCome ? "next" : "done")}
                </button>
              </footer>
              <button class="leave" aria-label=${say("leave")} @click=${() => this.#end(false)}>×</button>
            </section>`
        : nothing}
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  /** How many steps come after this one, as far as can be told: what it presses may show more. */
  #toCome(): number {
    let mayShow = this.#steps[this.at]?.action !== undefined;
    let count = 0;
    for (const step of this.#steps.slice(this.at + 1)) {
      mayShow ||= step.before !== undefined;
      if (mayShow || isAboutAll(step) || this.#lookFor(step)) count++;
      mayShow ||= step.action !== undefined;
    }
    return count;
  }

  /** From that step in that direction, to the first that can be shown. */
  async #go(from: number, by: 1 | -1): Promise<void> {
    for (let i = from; i >= 0 && i < this.#steps.length; i += by) {
      const step = this.#steps[i];
      if (!step) break;
      await step.before?.();
      const target = await this.#find(step);
      if (!this.isConnected) return;
      if (!target && !isAboutAll(step)) continue;
      target?.scrollIntoView({ block: "nearest", inline: "nearest" });
      this.#target = target;
      if (by < 0) this.#shown.pop();
      else if (this.at >= 0) this.#shown.push(this.at);
      this.at = i;
      this.requestUpdate();
      await this.updateComplete;
      this.#show();
      return;
    }
    if (by > 0) this.#end(this.at >= 0);
  }

  #lookFor({ part, selector }: TourStep): Element | undefined {
    if (part !== undefined) return findPart(this.#scope, part);
    const found = selector === undefined ? null : document.querySelector(selector);
    return found && isInSight(found) ? found : undefined;
  }

  async #find(step: TourStep): Promise<Element | undefined> {
    if (isAboutAll(step)) return undefined;
    for (const end = performance.now() + PATIENCE_MS; ; ) {
      const found = this.#lookFor(step);
      if (found) return found;
      if (performance.now() > end) return undefined;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }

  #show(): void {
    const dialog = this.#dialog;
    if (!dialog) return;
    const isFirst = !dialog.open;
    if (isFirst) dialog.showModal();
    cancelAnimationFrame(this.#frame);
    this.#drawn = "";
    this.#follow();
    dialog.classList.toggle("moving", !isFirst);
    this.renderRoot.querySelector<HTMLElement>(".first")?.focus();
  }

  /** What is explained may move: each frame, as long as the tour is there. */
  #follow(): void {
    this.#frame = requestAnimationFrame(() => this.#follow());
    const light = this.renderRoot.querySelector<HTMLElement>(".light");
    const card = this.renderRoot.querySelector<HTMLElement>("section");
    if (!light || !card) return;
    const view = { width: innerWidth, height: innerHeight };
    const found = this.#target?.getBoundingClientRect();
    const box = found && {
      left: found.left - AROUND,
      top: found.top - AROUND,
      width: found.width + 2 * AROUND,
      height: found.height + 2 * AROUND,
    };
    const { left, top } = placeCard(box, { width: card.offsetWidth, height: card.offsetHeight }, view);
    const lit = box ?? { left: view.width / 2, top: view.height / 2, width: 0, height: 0 };
    const drawn = JSON.stringify([lit, left, top]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    for (const side of ["left", "top", "width", "height"] as const) light.style[side] = `${lit[side]}px`;
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
  }

  #onNext(): void {
    if (this.#steps[this.at]?.action === "press" && this.#target instanceof HTMLElement) this.#target.click();
    void this.#go(this.at + 1, 1);
  }

  #onKey({ key }: KeyboardEvent): void {
    const forward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    if (key === forward) this.#onNext();
    else if (this.#shown.length) void this.#go(this.#shown.at(-1) ?? 0, -1);
  }

  #end(isSeen: boolean): void {
    cancelAnimationFrame(this.#frame);
    if (this.#dialog?.open) this.#dialog.close();
    this.#finish(isSeen);
  }
}
