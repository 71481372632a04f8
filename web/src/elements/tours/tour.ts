// SPDX-License-Identifier: MIT
//
// A guided tour, as data: ours are in client_tours.ts, portals add their own.

import type { Tour, TourStep } from "../../api/jaseur.js";

export type { Tour, TourStep };

/** Shown by itself to who comes for the first time. */
export const FIRST_TOUR = "welcome";

/** Says what is wrong with what a portal calls a tour. */
export function checkTour(tour: Tour): void {
  const { name, steps } = tour as Partial<Tour>;
  if (typeof name !== "string" || !name) throw new TypeError("a tour has a name");
  if (!Array.isArray(steps) || !steps.length) throw new TypeError(`the tour ${name} has no steps`);
  for (const step of steps as Partial<TourStep>[]) if (!step.title || !step.text) throw new TypeError(`a step of the tour ${name} has no title or text`);
}
