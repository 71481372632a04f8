// SPDX-License-Identifier: MIT
//
// The tours of the client: one of everything for who comes first, one for each feature. Steps
// name parts of elements; those that are not in sight are left out.

import { FIRST_TOUR, type Tour } from "./tour.js";

export const clientTours: readonly Tour[] = [
  {
    name: FIRST_TOUR,
    steps: [
      {
        title: { en: "Welcome", fr: "Bienvenue" },
        text: {
          en: "Half a minute shows you where everything is. You can leave at any time with Escape.",
          fr: "Une demi-minute suffit pour voir où tout se trouve. Vous pouvez quitter à tout moment avec Échap.",
        },
      },
      {
        part: "own-presence",
        title: { en: "How others see you", fr: "Comment les autres vous voient" },
        text: {
          en: "Say whether you are available, away, or do not want to be disturbed.",
          fr: "Dites si vous êtes disponible, absent, ou si vous ne voulez pas être dérangé.",
        },
      },
      {
        part: "search",
        title: { en: "Find somebody", fr: "Trouver quelqu’un" },
        text: {
          en: "Type a name, or a whole address: who is not among your contacts yet can be added from here.",
          fr: "Tapez un nom, ou une adresse entière : qui n’est pas encore dans vos contacts peut être ajouté d’ici.",
        },
      },
      {
        part: "people-tab",
        action: "press",
        title: { en: "Your people", fr: "Vos contacts" },
        text: {
          en: "Everybody you know, and who of them is there now.",
          fr: "Tous ceux que vous connaissez, et qui d’entre eux est là en ce moment.",
        },
      },
      {
        part: "conversations-tab",
        action: "press",
        title: { en: "Your conversations", fr: "Vos conversations" },
        text: {
          en: "The latest comes first; a number says how many messages you have not read.",
          fr: "La plus récente vient en premier ; un nombre dit combien de messages vous n’avez pas lus.",
        },
      },
      {
        part: "new-conversation",
        title: { en: "Talk with several people", fr: "Parler à plusieurs" },
        text: {
          en: "Choose two people or more: everybody is invited, and you just talk.",
          fr: "Choisissez deux personnes ou plus : tout le monde est invité, et vous parlez, simplement.",
        },
      },
      {
        part: "composer",
        title: { en: "Write", fr: "Écrire" },
        text: {
          en: "Enter sends; Shift and Enter begins a new line. What you have begun to write is still there when you come back.",
          fr: "Entrée envoie ; Maj et Entrée passe à la ligne. Ce que vous avez commencé à écrire est encore là à votre retour.",
        },
      },
      {
        title: { en: "That is all", fr: "C’est tout" },
        text: {
          en: "Choose somebody and say hello. Nothing is sent before you write.",
          fr: "Choisissez quelqu’un et dites bonjour. Rien ne part avant que vous n’écriviez.",
        },
      },
    ],
  },
  {
    name: "people",
    steps: [
      {
        part: "people-tab",
        action: "press",
        title: { en: "People", fr: "Personnes" },
        text: { en: "Your contacts are here, by name.", fr: "Vos contacts sont ici, par nom." },
      },
      {
        part: "search",
        title: { en: "Search and add", fr: "Chercher et ajouter" },
        text: {
          en: "A few letters are enough. With a whole address, such as name@example.org, you ask somebody new to be your contact.",
          fr: "Quelques lettres suffisent. Avec une adresse entière, comme nom@example.org, vous demandez à quelqu’un de nouveau d’être votre contact.",
        },
      },
      {
        part: "people-list",
        title: { en: "Who is there", fr: "Qui est là" },
        text: {
          en: "The dot on a picture is green for who is available, amber for who is away and red for who is busy. Press a name to write.",
          fr: "Le point sur l’image est vert pour qui est disponible, ambre pour qui est absent et rouge pour qui est occupé. Pressez un nom pour écrire.",
        },
      },
    ],
  },
  {
    name: "conversations",
    steps: [
      {
        part: "conversations-tab",
        action: "press",
        title: { en: "Conversations", fr: "Conversations" },
        text: {
          en: "The list is the same in every browser and on every device where you sign in.",
          fr: "La liste est la même dans chaque navigateur et sur chaque appareil où vous vous connectez.",
        },
      },
      {
        part: "new-conversation",
        title: { en: "Several at once", fr: "À plusieurs" },
        text: {
          en: "Choose people, give it a title if you like, and begin.",
          fr: "Choisissez des personnes, donnez un titre si vous voulez, et commencez.",
        },
      },
      {
        part: "log",
        title: { en: "What was said", fr: "Ce qui a été dit" },
        text: {
          en: "Scroll up to go back as far as you like. Below your own messages stands how far they have come: one mark on the server, two received, then read.",
          fr: "Remontez aussi loin que vous voulez. Sous vos messages se lit leur chemin : une coche sur le serveur, deux reçu, puis lu.",
        },
      },
      {
        part: "attach",
        title: { en: "Files", fr: "Fichiers" },
        text: {
          en: "Pictures, documents, your voice: choose them here, or paste or drop them into the conversation.",
          fr: "Images, documents, votre voix : choisissez-les ici, ou collez-les ou déposez-les dans la conversation.",
        },
      },
      {
        part: "composer",
        title: { en: "Your turn", fr: "À vous" },
        text: {
          en: "Without a connection, you can go on writing: it is sent when the connection is back.",
          fr: "Sans connexion, vous pouvez continuer à écrire : tout part quand elle revient.",
        },
      },
    ],
  },
  {
    name: "rooms",
    steps: [
      {
        part: "new-conversation",
        title: { en: "A conversation of several", fr: "Une conversation à plusieurs" },
        text: {
          en: "Only those whom you choose are in it. You can bring in others later, and give it a title and a topic.",
          fr: "Seuls ceux que vous choisissez en font partie. Vous pourrez faire entrer d’autres personnes, lui donner un titre et un sujet.",
        },
      },
      {
        part: "rooms",
        title: { en: "Rooms with a name", fr: "Des salons qui ont un nom" },
        text: {
          en: "Rooms are open to whoever looks for them: find one, go in, or make one for a subject of your own.",
          fr: "Les salons sont ouverts à qui les cherche : trouvez-en un, entrez, ou créez-en un pour un sujet à vous.",
        },
      },
    ],
  },
  {
    name: "notices",
    steps: [
      {
        part: "notices",
        title: { en: "What waits for you", fr: "Ce qui vous attend" },
        text: {
          en: "The bell has what needs an answer, such as requests and invitations. There you also choose what is told while you look elsewhere, and mute it all for a while.",
          fr: "La cloche garde ce qui demande une réponse, comme les demandes et les invitations. Vous y choisissez aussi ce qui est annoncé quand vous regardez ailleurs, et pouvez tout faire taire un moment.",
        },
      },
    ],
  },
];
