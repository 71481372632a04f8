// SPDX-License-Identifier: MIT

import type { pieces as en } from "./pieces.en.js";
import type { Translated } from "./texts.js";

export const pieces: Translated<typeof en> = {
  close: "Fermer",
};
