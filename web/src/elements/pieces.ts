// SPDX-License-Identifier: MIT
//
// The elements that others are made of, by their names.

import { JaseurDialog } from "./dialog/jaseur-dialog.js";
import { JaseurEmoji } from "./emoji/jaseur-emoji.js";
import { JaseurFeedback } from "./feedback/jaseur-feedback.js";
import { JaseurMenu } from "./menu/jaseur-menu.js";
import { JaseurPopover } from "./popover/jaseur-popover.js";
import { JaseurSwitch } from "./switch/jaseur-switch.js";
import { JaseurTabs } from "./tabs/jaseur-tabs.js";
import { JaseurTip } from "./tip/tip.js";

export const PIECES = {
  "jaseur-dialog": JaseurDialog,
  "jaseur-emoji": JaseurEmoji,
  "jaseur-feedback": JaseurFeedback,
  "jaseur-menu": JaseurMenu,
  "jaseur-popover": JaseurPopover,
  "jaseur-switch": JaseurSwitch,
  "jaseur-tabs": JaseurTabs,
  "jaseur-tip": JaseurTip,
} as const;
