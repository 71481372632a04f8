// SPDX-License-Identifier: MIT
//
// What elements say, in the language of the reader: `texts.of("unread", { count: 3 })`. English is
// always there; another language is loaded when it is wanted (loadTexts).
//
// To add a text: a line in SUBJECT.en.ts and one in SUBJECT.fr.ts. A new subject is a line in
// en.ts and one in fr.ts. Texts are in ICU's message format (icu.ts).

import type { ArgumentsOf } from "./arguments.js";
import { en } from "./en.js";
import { MessageFormat, type Values } from "./icu.js";

type Messages = typeof en;
export type TextName = keyof Messages;
export type TextArguments<Name extends TextName> = ArgumentsOf<Messages[Name]>;
/** Of texts that need no values. */
export type PlainTextName = { [Name in TextName]: keyof TextArguments<Name> extends never ? Name : never }[TextName];

type Rest<Name extends TextName> = [Name] extends [PlainTextName] ? [] : [values: TextArguments<Name>];

/** The texts of a subject in another language: the same names. */
export type Translated<Subject> = Readonly<Record<keyof Subject, string>>;

/** A language's texts, by name. */
export type Language = Translated<Messages>;

const LANGUAGES: Readonly<Record<string, () => Promise<Language>>> = {
  fr: async () => (await import("./fr.js")).fr,
};

const RIGHT_TO_LEFT = new Set("ar ckb dv fa he ps sd ug ur yi".split(" "));
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600_000],
  ["month", 2_629_800_000],
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

function primaryOf(tag: string): string {
  return tag.toLowerCase().split("-", 1)[0] ?? "";
}

const loaded = new Map<string, Language>([["en", en]]);

/** A tag that Intl takes: pages say "fr_FR", too. */
function tagOf(language: string): string {
  try {
    return Intl.getCanonicalLocales(language.replaceAll("_", "-"))[0] ?? "en";
  } catch {
    return "en";
  }
}

/** Dates as in the reader's country: "en" for whoever prefers "fr, en-GB" is "en-GB". */
export function readersTag(language: string, preferred: readonly string[]): string {
  const tag = tagOf(language);
  return preferred.find((one) => primaryOf(one) === tag) ?? tag;
}

/** Loads what the language needs; English stands for what is not known, or cannot be loaded. */
export async function loadTexts(language: string): Promise<Texts> {
  const primary = primaryOf(tagOf(language));
  if (!loaded.has(primary)) {
    try {
      const found = await LANGUAGES[primary]?.();
      if (found) loaded.set(primary, found);
    } catch {
      // No network: English is here.
    }
  }
  return new Texts(language);
}

export class Texts {
  /** A tag, for `lang` of what holds the texts. */
  readonly language: string;
  /** For its `dir`. */
  readonly direction: "ltr" | "rtl";
  readonly #texts: Language;
  readonly #format: MessageFormat;
  readonly #times: Intl.DateTimeFormat;
  readonly #days: Intl.DateTimeFormat;
  readonly #dates: Intl.DateTimeFormat;
  readonly #years: Intl.DateTimeFormat;
  readonly #ages: Intl.RelativeTimeFormat;
  readonly #lists: Intl.ListFormat;

  /**
   * language  "fr-CA": dates and numbers are as in that country
   * messages  of that language; English when it was not loaded
   */
  constructor(language: string, messages = loaded.get(primaryOf(tagOf(language)))) {
    const locale = messages ? tagOf(language) : "en";
    this.language = locale;
    this.direction = RIGHT_TO_LEFT.has(primaryOf(locale)) ? "rtl" : "ltr";
    this.#texts = messages ?? en;
    this.#format = new MessageFormat(locale, (value) => this.#isolated(value));
    this.#times = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.#days = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
    this.#dates = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
    this.#years = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
    this.#ages = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    this.#lists = new Intl.ListFormat(locale, { type: "conjunction" });
  }

  of<Name extends TextName>(name: Name, ...[values]: Rest<Name>): string {
    return this.#format.fill(this.#texts[name], values as Values | undefined);
  }

  /** "14:05" */
  time(ms: number): string {
    return this.#times.format(ms);
  }

  /** "Friday, 14 February 2025" */
  day(ms: number): string {
    return this.#days.format(ms);
  }

  /** Short: the time for today, else the date, with its year when that is another one. */
  when(ms: number, now = Date.now()): string {
    const [then, today] = [new Date(ms), new Date(now)];
    if (then.toDateString() === today.toDateString()) return this.time(ms);
    return (then.getFullYear() === today.getFullYear() ? this.#dates : this.#years).format(ms);
  }

  number(value: number): string {
    return this.#format.number(value);
  }

  /** "3 hours ago", "yesterday"; what is younger than a minute is "now". */
  ago(ms: number, now = Date.now()): string {
    const age = Math.max(0, now - ms);
    for (const [unit, length] of UNITS) if (age >= length) return this.#ages.format(-Math.floor(age / length), unit);
    return this.#ages.format(0, "second");
  }

  /** "Romeo, Juliet, and Nurse" */
  list(items: readonly string[]): string {
    return this.#lists.format(items.map((item) => this.#isolated(item)));
  }

  /** A stranger's name does not turn around the sentence that it stands in. */
  #isolated(value: string): string {
    const plain = value.replace(BIDI_CONTROLS, "");
    const isOther = this.direction === "ltr" ? /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\u200F]/u : /\p{Letter}/u;
    return isOther.test(plain) ? `\u2068${plain}\u2069` : plain;
  }
}
