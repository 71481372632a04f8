// SPDX-License-Identifier: MIT
//
// What all kinds of elements say.

export const pieces = {
  close: "Close",
} as const;
