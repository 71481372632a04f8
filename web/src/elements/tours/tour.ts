// SPDX-License-Identifier: MIT
//
// A guided tour, as data: ours are in client_tours.ts, portals add their own.

import type { Words } from "../words.js";

export interface TourStep {
  readonly title: Words;
  readonly text: Words;
  /** A part of the client that it is about. Where it is not in sight, the step is left out. */
  readonly part?: string;
  /** Instead: an element of the page around the client, by CSS selector. */
  readonly selector?: string;
  /** "press": going on presses that element, and so does a click on it. */
  readonly action?: "press";
  /** Before the step: brings into sight what it is about. */
  readonly before?: () => unknown;
}

export interface Tour {
  readonly name: string;
  readonly steps: readonly TourStep[];
}

/** Says what is wrong with what a portal calls a tour. */
export function checkTour(tour: Tour): void {
  const { name, steps } = tour as Partial<Tour>;
  if (typeof name !== "string" || !name) throw new TypeError("a tour has a name");
  if (!Array.isArray(steps) || !steps.length) throw new TypeError(`the tour ${name} has no steps`);
  for (const step of steps as Partial<TourStep>[]) if (!step.title || !step.text) throw new TypeError(`a step of the tour ${name} has no title or text`);
}
