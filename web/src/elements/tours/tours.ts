// SPDX-License-Identifier: MIT
//
// The tours that there are, and which of them somebody has had in this browser. What shows them is
// loaded with the first.

import type { Memory } from "../../core/memory.js";
import type { Texts } from "../texts/texts.js";
import { checkTour, type Tour } from "./tour.js";

const SEEN = "tours";
const SEEN_MAX = 200; // names

export class Tours {
  readonly #memory: Memory;
  readonly #added = new Map<string, Tour>();
  #shown: HTMLElement | undefined;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Of a portal; one with the name of ours replaces it. */
  add(tour: Tour): void {
    checkTour(tour);
    this.#added.set(tour.name, tour);
  }

  isSeen(name: string): boolean {
    return this.#seen().includes(name);
  }

  /** Somebody who left it has had it, too: nobody is shown one a second time who does not ask for it. */
  #setSeen(name: string): void {
    this.#memory.set(SEEN, [...this.#seen().filter((one) => one !== name), name].slice(-SEEN_MAX).join("\n"));
  }

  #seen(): string[] {
    return this.#memory.get(SEEN)?.split("\n") ?? [];
  }

  async names(): Promise<string[]> {
    const { clientTours } = await import("./client_tours.js");
    return [...new Set([...clientTours.map(({ name }) => name), ...this.#added.keys()])];
  }

  /**
   * Shows a tour in that shadow root, instead of one that is shown there now. Resolves when it ends:
   * with true, if at its last step.
   *
   * RangeError  there is no such tour
   */
  async start(name: string, root: ShadowRoot, { language, direction }: Pick<Texts, "language" | "direction">): Promise<boolean> {
    const [{ JaseurTour }, { clientTours }] = await Promise.all([import("./jaseur-tour.js"), import("./client_tours.js")]);
    const tour = this.#added.get(name) ?? clientTours.find((one) => one.name === name);
    if (!tour) throw new RangeError(`there is no tour ${name}`);
    if (!customElements.get("jaseur-tour")) customElements.define("jaseur-tour", JaseurTour);
    this.#shown?.remove();
    const element = new JaseurTour();
    this.#shown = element;
    element.language = element.lang = language;
    element.dir = direction;
    root.append(element);
    try {
      return await element.run(tour, root);
    } finally {
      element.remove();
      this.#setSeen(name);
    }
  }
}
