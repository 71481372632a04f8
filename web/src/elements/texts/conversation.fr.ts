// SPDX-License-Identifier: MIT

import type { conversation as en } from "./conversation.en.js";
import type { Translated } from "./texts.js";

export const conversation: Translated<typeof en> = {
  conversations: "Conversations",
  noConversations: "Pas encore de conversation. Choisissez quelqu’un parmi les personnes.",
  nothingSaid: "Rien n’a encore été dit ici.",
  choose: "Choisissez une conversation",
  chooseHint: "Ou quelqu’un parmi les personnes : rien ne part avant que vous n’écriviez.",
  back: "Retour à la liste",
  beginning: "C’est le début.",
  message: "Message à {who}",
  writeHere: "Message",
  send: "Envoyer",
  callAudio: "Appeler",
  callVideo: "Appel vidéo",
  callMade: "{kind, select, video {Appel vidéo} other {Appel}}",
  callLasted: "{kind, select, video {Appel vidéo} other {Appel}}, {time}",
  callMissed: "{kind, select, video {Appel vidéo manqué} other {Appel manqué}}",
  callUnanswered: "{kind, select, video {Appel vidéo sans réponse} other {Appel sans réponse}}",
  callRefused: "{kind, select, video {Appel vidéo refusé} other {Appel refusé}}",
  callFailed: "Pas de connexion, ou un appel est déjà en cours.",
  you: "Vous",
  youSaid: "Vous : {text}",
  draft: "Brouillon : {text}",
  unread: "{count, plural, one {# non lu} other {# non lus}}",
  typing: "{who} écrit…",
  sending: "En cours d’envoi",
  sent: "Sur le serveur",
  received: "Reçu",
  read: "Lu",
  failed: "Non remis",
  corrected: "corrigé",
  retracted: "Ce message a été retiré.",
};
