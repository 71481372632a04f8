// SPDX-License-Identifier: MIT
//
// Conversations of more than two, and rooms.

export const rooms = {
  saidBy: "{who}: {text}",
  peopleThere: "{count, plural, =0 {Nobody is here} one {# person is here} other {# people are here}}",
} as const;
