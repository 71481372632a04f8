// SPDX-License-Identifier: MIT
//
// What the developer panel says.

import { filled, inLanguage, type Words } from "../words.js";

const WORDS = {
  title: { en: "Developer", fr: "Développement" },
  close: { en: "Close the developer panel", fr: "Fermer le panneau de développement" },
  traffic: { en: "Traffic", fr: "Trafic" },
  send: { en: "Send", fr: "Envoyer" },
  services: { en: "Services", fr: "Services" },
  events: { en: "Events", fr: "Événements" },
  state: { en: "State", fr: "État" },
  find: { en: "Find in the text", fr: "Chercher dans le texte" },
  kind: { en: "Kind", fr: "Genre" },
  all: { en: "All kinds", fr: "Tous" },
  stream: { en: "stream", fr: "flux" },
  namespace: { en: "Namespace", fr: "Espace de noms" },
  allNamespaces: { en: "All namespaces", fr: "Tous les espaces de noms" },
  pause: { en: "Pause", fr: "Pause" },
  goOn: { en: "Go on", fr: "Reprendre" },
  clear: { en: "Clear", fr: "Effacer" },
  count: { en: "{shown} of {all}", fr: "{shown} sur {all}" },
  newer: { en: "{count} since", fr: "{count} depuis" },
  nothingYet: { en: "Nothing has passed yet.", fr: "Rien n’est encore passé." },
  nothingFound: { en: "Nothing of that kind.", fr: "Rien de tel." },
  pick: { en: "Choose an entry to read it.", fr: "Choisissez une entrée pour la lire." },
  copy: { en: "Copy", fr: "Copier" },
  copied: { en: "Copied", fr: "Copié" },
  notCopied: { en: "The browser did not allow it", fr: "Le navigateur ne l’a pas permis" },
  back: { en: "Back to the list", fr: "Retour à la liste" },
  in: { en: "received", fr: "reçu" },
  out: { en: "sent", fr: "envoyé" },
  event: { en: "event", fr: "événement" },
  template: { en: "Begin with", fr: "Commencer par" },
  ownStanza: { en: "A stanza", fr: "Une stance" },
  sendIt: { en: "Send", fr: "Envoyer" },
  sent: { en: "Sent. What comes back is among the traffic.", fr: "Envoyé. La réponse sera dans le trafic." },
  notSent: { en: "There is no connection.", fr: "Il n’y a pas de connexion." },
  broken: { en: "This is not well-formed XML. {at}", fr: "Ce XML n’est pas bien formé. {at}" },
  brokenAt: { en: "Line and column: {at}", fr: "Ligne et colonne : {at}" },
  one: { en: "One element, and no text beside it, can be sent.", fr: "Un seul élément peut être envoyé, sans texte à côté." },
  stanza: {
    en: "Only message, presence and iq can be sent: anything else would end the stream.",
    fr: "Seuls message, presence et iq peuvent être envoyés : tout autre élément fermerait le flux.",
  },
  address: { en: "Address", fr: "Adresse" },
  node: { en: "Node", fr: "Nœud" },
  ask: { en: "Ask", fr: "Demander" },
  asking: { en: "Asking…", fr: "Demande…" },
  identities: { en: "Identities", fr: "Identités" },
  features: { en: "Features ({count})", fr: "Fonctions ({count})" },
  items: { en: "Items ({count})", fr: "Éléments ({count})" },
  noItems: { en: "It has no items.", fr: "Il n’a pas d’éléments." },
  askFailed: { en: "The answer: {condition}", fr: "La réponse : {condition}" },
  connection: { en: "Connection", fr: "Connexion" },
  session: { en: "Session", fr: "Session" },
  transport: { en: "Transport", fr: "Transport" },
  server: { en: "Address of the server", fr: "Adresse du serveur" },
  resumption: { en: "Can be resumed by", fr: "Peut être reprise par" },
  received: { en: "Stanzas received", fr: "Stances reçues" },
  unacknowledged: { en: "Not acknowledged", fr: "Sans accusé" },
  token: { en: "Token instead of the password", fr: "Jeton au lieu du mot de passe" },
  until: { en: "until {date}", fr: "jusqu’au {date}" },
  none: { en: "none", fr: "aucun" },
  attention: { en: "Somebody looks", fr: "Quelqu’un regarde" },
  yes: { en: "yes", fr: "oui" },
  no: { en: "no", fr: "non" },
} satisfies Record<string, Words>;

export type DeveloperWord = keyof typeof WORDS;

export function say(language: string, name: DeveloperWord, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(inLanguage(WORDS[name], language), values);
}
