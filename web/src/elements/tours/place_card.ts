// SPDX-License-Identifier: MIT
//
// Where a card goes beside what it explains, in pixels of the view.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly left: number;
  readonly top: number;
}

export type Box = Place & Size;

const GAP = 16; // to what it explains
const MARGIN = 12; // to the edges of the view

function within(at: number, length: number, all: number): number {
  return Math.max(MARGIN, Math.min(at, all - length - MARGIN));
}

/**
 * Below, above, right or left of it, whichever has room first; otherwise at that edge of the view
 * that is farther from it. Without anything to explain: in the middle.
 */
export function placeCard(target: Box | undefined, card: Size, view: Size): Place {
  if (!target) return { left: (view.width - card.width) / 2, top: (view.height - card.height) / 2 };
  const left = within(target.left + (target.width - card.width) / 2, card.width, view.width);
  const top = within(target.top + (target.height - card.height) / 2, card.height, view.height);
  const right = target.left + target.width + GAP;
  const below = target.top + target.height + GAP;
  if (below + card.height + MARGIN <= view.height) return { left, top: below };
  if (target.top - GAP - card.height >= MARGIN) return { left, top: target.top - GAP - card.height };
  if (right + card.width + MARGIN <= view.width) return { left: right, top };
  if (target.left - GAP - card.width >= MARGIN) return { left: target.left - GAP - card.width, top };
  const isInUpperHalf = target.top + target.height / 2 < view.height / 2;
  return { left, top: isInUpperHalf ? view.height - card.height - MARGIN : MARGIN };
}
