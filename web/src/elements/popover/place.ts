// SPDX-License-Identifier: MIT
//
// Where something floats that belongs to something else: below it if there is room, else above,
// and in the window in any case. In pixels of the window.

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly left: number;
  readonly top: number;
  /** What there is room for. */
  readonly maxHeight: number;
}

export interface Wish {
  readonly side: "below" | "above";
  /** Which of its edges is at that of the anchor. */
  readonly edge: "left" | "right" | "middle";
}

const GAP = 4; // from the anchor
const MARGIN = 8; // from the window's edges

export function place(anchor: Box, size: Pick<Box, "width" | "height">, view: Pick<Box, "width" | "height">, wish: Wish): Place {
  const above = anchor.top - GAP - MARGIN;
  const below = view.height - anchor.top - anchor.height - GAP - MARGIN;
  const [wished, other] = wish.side === "below" ? [below, above] : [above, below];
  const isWished = size.height <= wished || wished >= other;
  const isBelow = isWished === (wish.side === "below");
  const maxHeight = Math.max(0, isBelow ? below : above);
  const height = Math.min(size.height, maxHeight);
  const free = anchor.width - size.width;
  const left = anchor.left + (wish.edge === "left" ? 0 : wish.edge === "right" ? free : free / 2);
  return {
    left: Math.max(MARGIN, Math.min(left, view.width - size.width - MARGIN)),
    top: isBelow ? anchor.top + anchor.height + GAP : anchor.top - GAP - height,
    maxHeight,
  };
}
