// SPDX-License-Identifier: MIT

import type { dock as en } from "./dock.en.js";
import type { Translated } from "./texts.js";

export const dock: Translated<typeof en> = {
  chatOfPage: "Discussions",
  windowWith: "Conversation avec {who}",
  moreWindows: "{count, plural, one {# autre conversation} other {# autres conversations}}",
  minimise: "Réduire",
};
