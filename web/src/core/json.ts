// SPDX-License-Identifier: MIT
//
// Values as JSON, also in a page whose libraries gave arrays and dates a toJSON of their own
// (Prototype.js does, and makes strings of arrays).

/** Of plain values. What is undefined is left out, as JSON.stringify does it. */
export function jsonOf(value: unknown): string {
  if (value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${jsonOf(one)}`).join(",")}}`;
}
