// SPDX-License-Identifier: MIT

import type { signIn as en } from "./sign-in.en.js";
import type { Translated } from "./texts.js";

export const signIn: Translated<typeof en> = {
  signIn: "Se connecter",
  signingIn: "Connexion…",
  signOut: "Se déconnecter",
  signOutAsk: "Fermer la session dans ce navigateur ?",
  signOutHint: "Ce que ce navigateur garde de vos conversations est effacé ; elles restent sur le serveur et reviennent à la prochaine connexion. Si vous passez seulement hors ligne, tout reste ici, et une pression suffit pour revenir.",
  disconnect: "Rester, mais hors ligne",
  address: "Adresse",
  password: "Mot de passe",
  addressHint: "nom@{domain}",
  wrongSecret: "L’adresse ou le mot de passe est faux.",
  badAddress: "Ceci n’est pas une adresse.",
  insecure: "Cette page est venue par une connexion non protégée, où personne ne peut se connecter. Ouvrez-la par https.",
  noMechanism: "Le serveur ne permet pas de se connecter de cette façon.",
  accountDisabled: "Ce compte est fermé.",
  noStorage: "Cette fenêtre n’autorise aucune page à conserver quoi que ce soit, comme certaines fenêtres privées. Utilisez-en une autre.",
  unreachable: "Le serveur ne répond pas. Nouvel essai…",
  makeAccount: "Créer un compte",
  makingAccount: "Création du compte…",
  haveAccount: "J’ai un compte",
  comeAsGuest: "Entrer sans compte",
  accountName: "Nom",
  passwordAgain: "Le même encore une fois",
  passwordsDiffer: "Les deux mots de passe ne sont pas identiques.",
  badName: "Ce nom n’est pas possible : des lettres et des chiffres conviennent, sans espaces.",
  nameTaken: "Ce nom est déjà pris. Choisissez-en un autre.",
  registrationClosed: "On ne peut pas créer de compte ici.",
  registrationBusy: "Beaucoup de comptes viennent d’être créés. Réessayez dans une heure.",
  registrationFailed: "Cela n’a pas fonctionné. Réessayez dans un instant.",
  refused: "Le serveur refuse : {condition}.",
};
