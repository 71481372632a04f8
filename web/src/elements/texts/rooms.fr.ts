// SPDX-License-Identifier: MIT

import type { rooms as en } from "./rooms.en.js";
import type { Translated } from "./texts.js";

export const rooms: Translated<typeof en> = {
  saidBy: "{who} : {text}",
  peopleThere: "{count, plural, =0 {Personne n’est là} one {# personne est là} other {# personnes sont là}}",
};
