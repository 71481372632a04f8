// SPDX-License-Identifier: MIT
//
// The picker of emoji.

export const emoji = {
  emoji: "Emoji",
  searchEmoji: "Search emoji",
  emojiCategories: "Categories",
  emojiFailed: "The emoji could not be loaded.",
  noEmoji: "Nothing is found.",
  foundEmoji: "Found",
  recentEmoji: "Used last",
  smileys: "Smileys",
  gestures: "People and gestures",
  animals: "Animals and nature",
  food: "Food and drink",
  travel: "Travel and places",
  activities: "Activities",
  objects: "Objects",
  symbols: "Symbols",
  flags: "Flags",
  skinTone: "Skin tone",
  tone: "{tone, select, 1 {Light} 2 {Medium-light} 3 {Medium} 4 {Medium-dark} 5 {Dark} other {No tone}}",
} as const;
