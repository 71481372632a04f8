// SPDX-License-Identifier: MIT
//
// Texts in ICU's message format, as people who translate know it:
//
//     {who} has sent {count, plural, one {a file} other {# files}}
//
// Arguments, numbers, dates and times, plural (with offset and exact numbers), selectordinal, select,
// and quotes by apostrophes. Read when first needed; decision 120 tells why here.
//
// https://unicode-org.github.io/icu/userguide/format_parse/messages/

export type Value = string | number;
export type Values = Readonly<Record<string, Value>>;

type Message = readonly Part[];
type Part = string | Simple | Choice;

interface Simple {
  readonly kind: "" | "number" | "date" | "time";
  /** "#" is the number that was chosen by. */
  readonly name: string;
  readonly style: string;
}

interface Choice {
  readonly kind: "plural" | "selectordinal" | "select";
  readonly name: string;
  readonly offset: number;
  readonly options: ReadonlyMap<string, Message>;
}

const LENGTHS = ["short", "medium", "long", "full"] as const;
const NUMBERS: Readonly<Record<string, Intl.NumberFormatOptions>> = {
  "": {},
  integer: { maximumFractionDigits: 0 },
  percent: { style: "percent" },
};

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** isNested: up to the brace that ends an option; inPlural: "#" means something */
  message(isNested: boolean, inPlural: boolean): Message {
    const parts: Part[] = [];
    let text = "";
    const endText = (): void => {
      if (text) parts.push(text);
      text = "";
    };
    for (;;) {
      const c = this.#source[this.#at];
      if (c === undefined || c === "}") {
        if ((c === "}") !== isNested) throw this.#broken();
        endText();
        return parts;
      }
      this.#at++;
      if (c === "'") text += this.#quoted(inPlural);
      else if (c === "#" && inPlural) {
        endText();
        parts.push({ kind: "number", name: "#", style: "" });
      } else if (c === "{") {
        endText();
        parts.push(this.#argument(inPlural));
      } else text += c;
    }
  }

  /** Behind an apostrophe, which is one unless it quotes what has a meaning. */
  #quoted(inPlural: boolean): string {
    const next = this.#source[this.#at] ?? "";
    if (next === "'") {
      this.#at++;
      return "'";
    }
    if (!(inPlural ? "{}#" : "{}").includes(next || " ")) return "'";
    let text = "";
    for (;;) {
      const c = this.#source[this.#at++];
      if (c === undefined) return text;
      if (c !== "'") text += c;
      else if (this.#source[this.#at] === "'") text += this.#source[this.#at++] ?? "";
      else return text;
    }
  }

  /** Behind the brace. */
  #argument(inPlural: boolean): Part {
    const name = this.#word();
    if (this.#skip("}")) return { kind: "", name, style: "" };
    this.#expect(",");
    const kind = this.#word();
    switch (kind) {
      case "number":
      case "date":
      case "time": {
        const style = this.#skip(",") ? this.#word() : "";
        this.#expect("}");
        if (kind === "number" ? !(style in NUMBERS) : style !== "" && !LENGTHS.some((length) => length === style)) throw this.#broken();
        return { kind, name, style };
      }
      case "plural":
      case "selectordinal":
      case "select":
        this.#expect(",");
        return this.#choice(kind, name, inPlural);
      default:
        throw this.#broken();
    }
  }

  #choice(kind: Choice["kind"], name: string, inPlural: boolean): Choice {
    const options = new Map<string, Message>();
    const offset = kind !== "select" && this.#skip("offset:") ? Number(this.#word()) : 0;
    while (!this.#skip("}")) {
      const key = this.#word();
      this.#expect("{");
      options.set(key, this.message(true, kind !== "select" || inPlural));
      this.#expect("}");
    }
    if (!options.has("other") || Number.isNaN(offset)) throw this.#broken();
    return { kind, name, offset, options };
  }

  #word(): string {
    this.#space();
    const [word] = /^[^\s{},:]+/.exec(this.#source.slice(this.#at)) ?? [];
    if (!word) throw this.#broken();
    this.#at += word.length;
    return word;
  }

  #skip(token: string): boolean {
    this.#space();
    const isThere = this.#source.startsWith(token, this.#at);
    if (isThere) this.#at += token.length;
    return isThere;
  }

  #expect(token: string): void {
    if (!this.#skip(token)) throw this.#broken();
  }

  #space(): void {
    while (/\s/.test(this.#source[this.#at] ?? "")) this.#at++;
  }

  #broken(): SyntaxError {
    return new SyntaxError(`at ${this.#at} of "${this.#source}"`);
  }
}

/** Fills messages in, in one language. What was read is kept. */
export class MessageFormat {
  readonly #locale: string;
  readonly #isolate: (value: string) => string;
  readonly #read = new Map<string, Message>();
  readonly #formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
  readonly #rules = new Map<Intl.PluralRuleType, Intl.PluralRules>();

  /** isolate: what is done to a string before it becomes part of a sentence */
  constructor(locale: string, isolate: (value: string) => string = (value) => value) {
    this.#locale = locale;
    this.#isolate = isolate;
  }

  /** Throws a SyntaxError. */
  fill(source: string, values: Values = {}): string {
    let message = this.#read.get(source);
    if (!message) this.#read.set(source, (message = new Reader(source).message(false, false)));
    return this.#write(message, values);
  }

  number(value: number, style = ""): string {
    return this.#formatter(`number ${style}`, () => new Intl.NumberFormat(this.#locale, NUMBERS[style])).format(value);
  }

  #write(message: Message, values: Values): string {
    return message.map((part) => (typeof part === "string" ? part : this.#part(part, values))).join("");
  }

  #part(part: Simple | Choice, values: Values): string {
    const value = values[part.name] ?? "";
    switch (part.kind) {
      case "":
        return typeof value === "number" ? this.number(value) : this.#isolate(value);
      case "number":
        return this.number(Number(value), part.style);
      case "date":
      case "time":
        return this.#date(part.kind, part.style as (typeof LENGTHS)[number] | "").format(Number(value));
      case "select":
        return this.#write(part.options.get(String(value)) ?? part.options.get("other") ?? [], values);
      case "plural":
      case "selectordinal": {
        const rest = Number(value) - part.offset;
        const category = this.#pluralRules(part.kind === "plural" ? "cardinal" : "ordinal").select(rest);
        const chosen = part.options.get(`=${value}`) ?? part.options.get(category) ?? part.options.get("other");
        return this.#write(chosen ?? [], { ...values, "#": rest });
      }
    }
  }

  #date(kind: "date" | "time", style: (typeof LENGTHS)[number] | ""): Intl.DateTimeFormat {
    const length = style || "medium";
    return this.#formatter(
      `${kind} ${style}`,
      () => new Intl.DateTimeFormat(this.#locale, kind === "date" ? { dateStyle: length } : { timeStyle: length }),
    );
  }

  #pluralRules(type: Intl.PluralRuleType): Intl.PluralRules {
    let rules = this.#rules.get(type);
    if (!rules) this.#rules.set(type, (rules = new Intl.PluralRules(this.#locale, { type })));
    return rules;
  }

  #formatter<Format extends Intl.NumberFormat | Intl.DateTimeFormat>(name: string, make: () => Format): Format {
    let format = this.#formats.get(name) as Format | undefined;
    if (!format) this.#formats.set(name, (format = make()));
    return format;
  }
}
