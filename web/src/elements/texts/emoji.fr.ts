// SPDX-License-Identifier: MIT

import type { emoji as en } from "./emoji.en.js";
import type { Translated } from "./texts.js";

export const emoji: Translated<typeof en> = {
  emoji: "Émojis",
  searchEmoji: "Chercher un émoji",
  emojiCategories: "Catégories",
  emojiFailed: "Les émojis n’ont pas pu être chargés.",
  noEmoji: "Rien n’est trouvé.",
  foundEmoji: "Trouvés",
  recentEmoji: "Derniers utilisés",
  smileys: "Visages",
  gestures: "Personnes et gestes",
  animals: "Animaux et nature",
  food: "Nourriture et boissons",
  travel: "Voyages et lieux",
  activities: "Activités",
  objects: "Objets",
  symbols: "Symboles",
  flags: "Drapeaux",
  skinTone: "Couleur de peau",
  tone: "{tone, select, 1 {Claire} 2 {Assez claire} 3 {Moyenne} 4 {Assez foncée} 5 {Foncée} other {Sans couleur}}",
};
