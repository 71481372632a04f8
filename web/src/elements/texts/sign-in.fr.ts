// SPDX-License-Identifier: MIT

import type { signIn as en } from "./sign-in.en.js";
import type { Translated } from "./texts.js";

export const signIn: Translated<typeof en> = {
  signIn: "Se connecter",
  signingIn: "Connexion…",
  signOut: "Se déconnecter",
  address: "Adresse",
  password: "Mot de passe",
  addressHint: "nom@{domain}",
  wrongSecret: "L’adresse ou le mot de passe est faux.",
  badAddress: "Ceci n’est pas une adresse.",
  insecure: "Cette page est venue par une connexion non protégée : il faut https pour se connecter.",
  unreachable: "Le serveur ne répond pas. Nouvel essai…",
  refused: "Le serveur refuse : {condition}.",
};
