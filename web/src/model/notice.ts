// SPDX-License-Identifier: MIT
//
// What is told outside the page, by a notification or a sound: of which events, and what it
// says. Pages and the service worker judge by this one rule, so it has no state.

import { actionIn } from "../protocol/xep0245.js";
import type { NotifyWhen } from "../protocol/xep0492.js";

export type NoticeKind = "message" | "call" | "request" | "invitation";

/** Of one device. */
export interface NoticeSettings {
  /** Notifications of the system are shown. */
  readonly desktop: boolean;
  readonly sounds: boolean;
  /** Whoever calls is refused. */
  readonly refusesCalls: boolean;
  /** They say who, not what. */
  readonly hidesText: boolean;
  /** Milliseconds of the epoch; before it nothing is told. */
  readonly mutedUntil: number;
  /** A tag such as "fr-CA". */
  readonly language: string;
}

/** Something has happened that may be told. */
export interface Happened {
  readonly kind: NoticeKind;
  /** The conversation: bare. */
  readonly jid: string;
  /** Of the conversation. */
  readonly name: string;
  /** Who spoke, in a room. */
  readonly nick?: string | undefined;
  readonly text: string;
  /** The person is meant: by name, by a reply, or because there is nobody else. */
  readonly isForMe: boolean;
  /** How much of the conversation is told; undefined: nobody has wished anything. */
  readonly wish: NotifyWhen | undefined;
}

/** A notification: a later one with the same tag takes its place. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  /** What a click opens, as it stands behind the # of the page: "chat=ADDRESS", "notices", "". */
  readonly target: string;
}

/** Names under which the store has them as JSON (model/store.ts), for the service worker too. */
export const SETTINGS_FACT = "notice settings";
export const WISHES_FACT = "notice wishes";

/** mutedUntil: until somebody says otherwise */
export const FOR_GOOD = Number.MAX_SAFE_INTEGER;

export const DEFAULT_SETTINGS: NoticeSettings = { desktop: false, sounds: true, refusesCalls: false, hidesText: false, mutedUntil: 0, language: "en" };

const TITLE_MAX = 100; // characters
const BODY_MAX = 240;

const WORDS = {
  en: {
    message: "New message",
    call: "Calls you",
    request: "Wants to add you as a contact",
    invitation: "Invites you to a room",
    unread: (count: number) => (count === 1 ? "1 unread message" : `${count} unread messages`),
  },
  fr: {
    message: "Nouveau message",
    call: "Vous appelle",
    request: "Souhaite vous ajouter à ses contacts",
    invitation: "Vous invite dans un salon",
    unread: (count: number) => (count === 1 ? "1 message non lu" : `${count} messages non lus`),
  },
} as const;

function wordsIn(language: string): (typeof WORDS)["en" | "fr"] {
  return language.toLowerCase().startsWith("fr") ? WORDS.fr : WORDS.en;
}

/** Nothing that turns the direction of what stands beside it, and no lines. */
function plain(text: string, max: number): string {
  const flat = text.replace(/[\p{Cc}\u2028-\u202E\u2066-\u2069]+/gu, " ").trim();
  const characters = Array.from(flat.slice(0, max * 2 + 1));
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : flat;
}

/** Settings as they were written down; what is missing or broken is as in the beginning. */
export function readSettings(written: string | undefined, language: string): NoticeSettings {
  const base = { ...DEFAULT_SETTINGS, language };
  if (written === undefined) return base;
  let value: Partial<Record<keyof NoticeSettings, unknown>> | null;
  try {
    value = JSON.parse(written) as typeof value;
  } catch {
    return base;
  }
  const flag = (name: "desktop" | "sounds" | "refusesCalls" | "hidesText"): boolean => (typeof value?.[name] === "boolean" ? value[name] : base[name]);
  return {
    desktop: flag("desktop"),
    sounds: flag("sounds"),
    refusesCalls: flag("refusesCalls"),
    hidesText: flag("hidesText"),
    mutedUntil: typeof value?.mutedUntil === "number" ? value.mutedUntil : 0,
    language: typeof value?.language === "string" ? value.language : language,
  };
}

/** Wishes of conversations as they are written down, by address. */
export function readWishes(written: string | undefined): Map<string, NotifyWhen> {
  const wishes = new Map<string, NotifyWhen>();
  let value: unknown;
  try {
    value = JSON.parse(written ?? "{}");
  } catch {
    return wishes;
  }
  for (const [jid, wish] of Object.entries((value ?? {}) as Record<string, unknown>))
    if (wish === "always" || wish === "on-mention" || wish === "never") wishes.set(jid, wish);
  return wishes;
}

/** Whether it is told at all. now: milliseconds of the epoch */
export function isTold({ isForMe, wish }: Pick<Happened, "isForMe" | "wish">, { mutedUntil }: NoticeSettings, now: number): boolean {
  if (now < mutedUntil || wish === "never") return false;
  return wish !== "on-mention" || isForMe;
}

/** Of what was said in a conversation. */
export function noticeTag(jid: string): string {
  return `jaseur:${jid}`;
}

/** The target of a conversation. */
export function chatTarget(jid: string): string {
  return `chat=${encodeURIComponent(jid)}`;
}

/** The conversation that a target opens; undefined: none. */
export function chatOf(target: string): string | undefined {
  const [, encoded] = /^#?chat=([^&]+)$/.exec(target) ?? [];
  try {
    return encoded && decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** unread: of the account, 0 when that is not known */
export function noticeOf({ kind, jid, name, nick, text }: Happened, { hidesText, language }: NoticeSettings, unread = 0): Notice {
  const words = wordsIn(language);
  const title = plain(name || jid || "Jaseur", TITLE_MAX);
  if (kind === "request" || kind === "invitation") return { title, body: words[kind], tag: `jaseur:${kind}:${jid}`, target: "notices" };
  let body: string = words[kind];
  const action = actionIn(text);
  if (kind === "message" && text && !hidesText) body = action !== undefined ? `${nick ?? title} ${action}` : nick ? `${nick}: ${text}` : text;
  else if (kind === "message" && !jid && unread) body = words.unread(unread);
  return { title, body: plain(body, BODY_MAX), tag: noticeTag(jid), target: jid && chatTarget(jid) };
}
