// SPDX-License-Identifier: MIT
//
// What elements say, in each language. {name} is filled in.

const en = {
  signIn: "Sign in",
  signingIn: "Signing in…",
  signOut: "Sign out",
  address: "Address",
  password: "Password",
  addressHint: "name@{domain}",
  wrongSecret: "The address or the password is wrong.",
  badAddress: "This is no address.",
  insecure: "This page came over an unprotected connection: signing in needs https.",
  unreachable: "The server does not answer. Trying again…",
  refused: "The server refuses: {condition}.",
  connecting: "Connecting…",
  offline: "No connection. What you write is sent when it is back.",
  conversations: "Conversations",
  people: "People",
  search: "Search people",
  nobodyFound: "Nobody is found.",
  noConversations: "No conversations yet. Choose somebody among the people.",
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
  back: "Back to the list",
  message: "Message to {who}",
  send: "Send",
  you: "You",
  youSaid: "You: {text}",
  draft: "Draft: {text}",
  unread: "{count} unread",
  typing: "{who} is writing…",
  sending: "Being sent",
  sent: "On the server",
  received: "Received",
  read: "Read",
  failed: "Not delivered",
  corrected: "corrected",
  retracted: "This message was taken back.",
  loading: "Loading…",
  choose: "Choose a conversation",
  chooseHint: "Or pick somebody among the people: nothing is sent before you write.",
  beginning: "This is the beginning.",
};

export type TextName = keyof typeof en;

const fr: Readonly<Record<TextName, string>> = {
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
  connecting: "Connexion…",
  offline: "Pas de connexion. Ce que vous écrivez partira à son retour.",
  conversations: "Conversations",
  people: "Personnes",
  search: "Chercher une personne",
  nobodyFound: "Personne n’est trouvé.",
  noConversations: "Pas encore de conversation. Choisissez quelqu’un parmi les personnes.",
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
  back: "Retour à la liste",
  message: "Message à {who}",
  send: "Envoyer",
  you: "Vous",
  youSaid: "Vous : {text}",
  draft: "Brouillon : {text}",
  unread: "{count} non lus",
  typing: "{who} écrit…",
  sending: "En cours d’envoi",
  sent: "Sur le serveur",
  received: "Reçu",
  read: "Lu",
  failed: "Non remis",
  corrected: "corrigé",
  retracted: "Ce message a été retiré.",
  loading: "Chargement…",
  choose: "Choisissez une conversation",
  chooseHint: "Ou quelqu’un parmi les personnes : rien ne part avant que vous n’écriviez.",
  beginning: "C’est le début.",
};

export class Texts {
  readonly language: "en" | "fr";
  readonly #times: Intl.DateTimeFormat;
  readonly #days: Intl.DateTimeFormat;
  readonly #dates: Intl.DateTimeFormat;

  /** language: a tag such as "fr-CA" */
  constructor(language: string) {
    this.language = language.toLowerCase().startsWith("fr") ? "fr" : "en";
    const locale = language.toLowerCase().startsWith(this.language) ? language : this.language;
    this.#times = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.#days = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
    this.#dates = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  }

  of(name: TextName, values: Readonly<Record<string, string | number>> = {}): string {
    const text = this.language === "fr" ? fr[name] : en[name];
    return text.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
  }

  time(ms: number): string {
    return this.#times.format(ms);
  }

  day(ms: number): string {
    return this.#days.format(ms);
  }

  /** Short: the time for today, else the date. */
  when(ms: number, now = Date.now()): string {
    return new Date(ms).toDateString() === new Date(now).toDateString() ? this.time(ms) : this.#dates.format(ms);
  }
}
