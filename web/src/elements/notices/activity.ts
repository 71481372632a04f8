// SPDX-License-Identifier: MIT
//
// Whether somebody is there: any touch of the page says so, at most twice a minute.

const AGAIN_MS = 30_000;
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focus"] as const;

/** Calls back until the signal. */
export function onActivity(tell: () => void, signal: AbortSignal): void {
  let told = 0;
  const touched = (): void => {
    const now = Date.now();
    if (now - told < AGAIN_MS) return;
    told = now;
    tell();
  };
  for (const name of TOUCHES) addEventListener(name, touched, { signal, capture: true, passive: true });
}
