// SPDX-License-Identifier: MIT
//
// What is said about calls.

import { filled, inLanguage, type Words } from "../words.js";

const WORDS = {
  incomingAudio: { en: "Incoming call", fr: "Appel entrant" },
  incomingVideo: { en: "Incoming video call", fr: "Appel vidéo entrant" },
  calling: { en: "Calling…", fr: "Appel en cours…" },
  ringing: { en: "It rings…", fr: "Ça sonne…" },
  connecting: { en: "Connecting…", fr: "Connexion…" },
  interrupted: { en: "The connection is interrupted…", fr: "La connexion est interrompue…" },
  otherTab: { en: "In a call in another tab", fr: "En appel dans un autre onglet" },
  call: { en: "Call with {who}", fr: "Appel avec {who}" },
  answer: { en: "Answer", fr: "Répondre" },
  answerVideo: { en: "Answer with video", fr: "Répondre en vidéo" },
  refuse: { en: "Refuse", fr: "Refuser" },
  hangUp: { en: "Hang up", fr: "Raccrocher" },
  mute: { en: "Mute the microphone", fr: "Couper le micro" },
  unmute: { en: "Turn the microphone on", fr: "Rétablir le micro" },
  cameraOff: { en: "Turn the camera off", fr: "Couper la caméra" },
  cameraOn: { en: "Turn the camera on", fr: "Rétablir la caméra" },
  full: { en: "Full screen", fr: "Plein écran" },
  ownPicture: { en: "What your camera sees", fr: "Ce que voit votre caméra" },
  theirPicture: { en: "Video of {who}", fr: "Vidéo de {who}" },
  denied: {
    en: "The browser does not let this page use the microphone or camera. Allow it in the address bar, then call again.",
    fr: "Le navigateur n’autorise pas cette page à utiliser le micro ou la caméra. Autorisez-la dans la barre d’adresse, puis rappelez.",
  },
  noDevice: { en: "No microphone or camera was found.", fr: "Aucun micro ni caméra n’a été trouvé." },
  deviceInUse: { en: "The microphone or camera could not be used: another program may have it.", fr: "Le micro ou la caméra est inutilisable : un autre programme s’en sert peut-être." },
  refused: { en: "{who} refused the call.", fr: "{who} a refusé l’appel." },
  busy: { en: "{who} is in another call.", fr: "{who} est déjà en appel." },
  unanswered: { en: "{who} did not answer.", fr: "{who} n’a pas répondu." },
  missed: { en: "You missed a call from {who}.", fr: "Vous avez manqué un appel de {who}." },
  elsewhere: { en: "Answered on another device.", fr: "Appel pris sur un autre appareil." },
  ended: { en: "The call is over.", fr: "L’appel est terminé." },
  failed: {
    en: "The call with {who} broke off: there was no way through the network, or the other device does not understand this one.",
    fr: "L’appel avec {who} s’est interrompu : aucun chemin par le réseau, ou l’autre appareil ne comprend pas celui-ci.",
  },
} satisfies Record<string, Words>;

export type CallWord = keyof typeof WORDS;

export function say(language: string, name: CallWord, values: Readonly<Record<string, string>> = {}): string {
  return filled(inLanguage(WORDS[name], language), values);
}
