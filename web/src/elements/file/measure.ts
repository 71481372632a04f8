// SPDX-License-Identifier: MIT
//
// How large and how long a file is, for people.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** "1.4 MB", "1,4 Mo" */
export function bytesText(bytes: number, language: string): string {
  let unit = 0;
  let value = bytes;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  const unitDisplay = unit ? "short" : "long"; // "63 byte" is short
  const maximumFractionDigits = unit > 1 && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit: UNITS[unit], unitDisplay, maximumFractionDigits }).format(value);
}

/** "1:05", "1:00:05" */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How a picture is shown that may be so large: pixels. */
export function fitted(width: number, height: number, most: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, most / width, most / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
