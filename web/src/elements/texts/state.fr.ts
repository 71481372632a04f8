// SPDX-License-Identifier: MIT

import type { state as en } from "./state.en.js";
import type { Translated } from "./texts.js";

export const state: Translated<typeof en> = {
  connecting: "Connexion…",
  offline: "Pas de connexion. Ce que vous écrivez partira à son retour.",
  loading: "Chargement…",
};
