// SPDX-License-Identifier: MIT
//
// People, their presence, requests.

export const people = {
  people: "People",
  search: "Search people",
  nobodyFound: "Nobody is found.",
  noPeople: "No contacts yet. Add somebody by address.",
  add: "Add “{who}”",
  requests: "Requests",
  wantsToSee: "{who} wants to add you as a contact.",
  accept: "Accept",
  refuse: "Refuse",
  available: "Available",
  chat: "Glad to talk",
  online: "Available",
  away: "Away",
  xa: "Away for long",
  dnd: "Do not disturb",
  offlinePerson: "Offline",
  yourPresence: "Your presence",
} as const;
