// SPDX-License-Identifier: MIT
//
// A colour of one's own, the same in all clients: XEP-0392 1.0.1 sections 5.1 and 5.2, in the space
// HSLuv (hsluv.org, revision 4), where lightness alone says how bright a colour is: whatever the hue, the
// contrast with a ground is the same.

import { sha1 } from "../core/sha1.js";

type Three = readonly [number, number, number];

/** Of CIE XYZ to linear RGB, as sRGB has them. */
const TO_RGB: readonly Three[] = [
  [3.240969941904521, -1.537383177570093, -0.498610760293],
  [-0.96924363628087, 1.87596750150772, 0.041555057407175],
  [0.055630079696993, -0.20397695888897, 1.056971514242878],
];
const WHITE = { u: 0.19783000664283, v: 0.46831999493879 };
const EPSILON = 0.0088564516;
const KAPPA = 903.2962962;

/** Degrees. text: an address or a nickname, as it is compared */
export function hueOf(text: string): number {
  const [low = 0, high = 0] = sha1(text);
  return ((low + high * 256) / 65536) * 360;
}

/** Luminance of a lightness (0 to 100); white has 1. */
function luminance(lightness: number): number {
  return lightness > KAPPA * EPSILON ? ((lightness + 16) / 116) ** 3 : lightness / KAPPA;
}

/** How much colour a lightness has at that angle (radians) before a screen cannot show it. */
function mostChroma(lightness: number, angle: number): number {
  const y = luminance(lightness);
  let most = Infinity;
  for (const [m1, m2, m3] of TO_RGB)
    for (const edge of [0, 1]) {
      // A line in the plane of u and v, on which one of red, green and blue is none or all.
      const top = (284517 * m1 - 94839 * m3) * y;
      const bottom = (632260 * m3 - 126452 * m2) * y + 126452 * edge;
      const rest = (838422 * m3 + 769860 * m2 + 731718 * m1) * lightness * y - 769860 * edge * lightness;
      const length = rest / bottom / (Math.sin(angle) - (top / bottom) * Math.cos(angle));
      if (length >= 0) most = Math.min(most, length);
    }
  return most;
}

/** Each from 0 to 1. hue: degrees; saturation, lightness: 0 to 100, the latter neither black nor white */
export function rgbOf(hue: number, saturation: number, lightness: number): Three {
  const angle = (hue / 360) * 2 * Math.PI;
  const chroma = (mostChroma(lightness, angle) / 100) * saturation;
  const u = (Math.cos(angle) * chroma) / (13 * lightness) + WHITE.u;
  const v = (Math.sin(angle) * chroma) / (13 * lightness) + WHITE.v;
  const y = luminance(lightness);
  const x = (y * 9 * u) / (4 * v);
  const z = (y * (12 - 3 * u - 20 * v)) / (4 * v);
  const [red = 0, green = 0, blue = 0] = TO_RGB.map(([m1, m2, m3]) => {
    const linear = m1 * x + m2 * y + m3 * z;
    return Math.min(1, Math.max(0, linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
  });
  return [red, green, blue];
}

/** As style sheets have it. */
export function colorOf(text: string, saturation: number, lightness: number): string {
  const hex = rgbOf(hueOf(text), saturation, lightness).map((part) => Math.round(part * 255).toString(16).padStart(2, "0"));
  return `#${hex.join("")}`;
}
