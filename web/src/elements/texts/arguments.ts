// SPDX-License-Identifier: MIT
//
// What a message in ICU's format needs, as a type: of "{who} has {count, plural, …}" it is
// { who: string | number; count: number }. So a value that is missing does not compile.
//
// `Stack` says where a brace stands: "m" in a message, where it begins an argument, or "o" among
// the options of a choice, where it begins a message. `Found` gathers pairs of name and type.

import type { Value } from "./icu.js";

type Pop<Stack extends string> = Stack extends `${"m" | "o"}${infer Below}` ? Below : never;

type Scan<Source extends string, Stack extends string, Found> = Source extends `${infer Before}{${infer After}`
  ? Before extends `${string}}${infer Behind}`
    ? Scan<`${Behind}{${After}`, Pop<Stack>, Found>
    : Stack extends `m${string}`
      ? Argument<After, Stack, Found>
      : Scan<After, `m${Stack}`, Found>
  : Found;

type Argument<Source extends string, Stack extends string, Found> = Source extends `${infer Inside}}${infer After}`
  ? Inside extends `${infer Name}, ${infer Format}`
    ? Format extends `${infer Kind}, ${string}{${string}`
      ? Source extends `${string}, ${string}, ${infer Options}`
        ? Scan<Options, `o${Stack}`, Found | [Name, Kind extends "select" ? string : number]>
        : never
      : Scan<After, Stack, Found | [Name, number]>
    : Scan<After, Stack, Found | [Inside, Value]>
  : never;

type Found<Source extends string> = Scan<Source, "m", never>;

export type ArgumentsOf<Source extends string> = { readonly [Pair in Found<Source> & [string, unknown] as Pair[0]]: Pair[1] };
