// SPDX-License-Identifier: MIT
//
// Much at once is told once: with the next frame, or a little later where nothing is drawn.

const FRAME_MS = 16;

/** Calls run() soon after any number of calls. */
export function soon(run: () => void): () => void {
  let isWaiting = false;
  const now = (): void => {
    isWaiting = false;
    run();
  };
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    // Frames of a page that nobody looks at do not come.
    if (typeof document !== "undefined" && document.visibilityState === "visible") requestAnimationFrame(now);
    else setTimeout(now, FRAME_MS);
  };
}
