// SPDX-License-Identifier: MIT
//
// What elements look at: a view for each subject (views/), filled by the first snapshot and kept
// up to date by news, the same in every tab.

import type { News, Snapshot } from "./types.js";

export interface View {
  onSnapshot(snapshot: Snapshot): void;
  onNews(news: News): void;
}
