// SPDX-License-Identifier: MIT
//
// A waveform: bars on a height of 20, 3 apart, and what of a sound they show.

import { svg, type SVGTemplateResult } from "lit";

export function bar(x: number, level: number, name = ""): SVGTemplateResult {
  const height = Math.max(1.5, level * 20);
  return svg`<rect class=${name} x=${x} y=${10 - height / 2} width="2" height=${height} rx="1"></rect>`;
}

/** How loud so many parts of equal length are, from 0 to 1: the loudest is 1. */
export function levels(samples: Float32Array, count: number): number[] {
  const length = Math.max(1, Math.floor(samples.length / count));
  const powers = Array.from({ length: count }, (_, i) => {
    let sum = 0;
    let taken = 0;
    // Not all of them: a minute has millions.
    for (let at = i * length; at < Math.min((i + 1) * length, samples.length); at += 16, taken++) sum += (samples[at] ?? 0) ** 2;
    return Math.sqrt(sum / Math.max(1, taken));
  });
  const loudest = Math.max(...powers);
  return powers.map((power) => (loudest > 0 ? power / loudest : 0));
}
