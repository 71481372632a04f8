// SPDX-License-Identifier: MIT

import type { state as en } from "./state.en.js";
import type { Translated } from "./texts.js";

export const state: Translated<typeof en> = {
  connecting: "Connexion…",
  offline: "Pas de connexion. Ce que vous écrivez partira à son retour.",
  nextTry: "Nouvel essai dans {seconds} s",
  tryNow: "Essayer maintenant",
  comeBackOnline: "Se reconnecter",
  storageFull: "Il n’y a plus de place dans ce navigateur. Les nouveautés peuvent ne pas s’afficher tant que c’est le cas.",
  notKept: "Il n’y a plus de place dans ce navigateur : ceci n’a pas été envoyé.",
  loading: "Chargement…",
  loadedLater: "Ce qui a été dit ici viendra avec la connexion.",
};
