// SPDX-License-Identifier: MIT

import type { people as en } from "./people.en.js";
import type { Translated } from "./texts.js";

export const people: Translated<typeof en> = {
  people: "Personnes",
  search: "Chercher une personne",
  nobodyFound: "Personne n’est trouvé.",
  noPeople: "Pas encore de contact. Ajoutez quelqu’un par son adresse.",
  add: "Ajouter « {who} »",
  requests: "Demandes",
  wantsToSee: "{who} souhaite vous ajouter à ses contacts.",
  accept: "Accepter",
  refuse: "Refuser",
  available: "Disponible",
  chat: "Envie de parler",
  online: "Disponible",
  away: "Absent",
  xa: "Absent longtemps",
  dnd: "Ne pas déranger",
  offlinePerson: "Hors ligne",
  yourPresence: "Votre présence",
};
