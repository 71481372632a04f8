// SPDX-License-Identifier: MIT
//
// Forms: XEP-0004 2.13.2 section 3, with FORM_TYPE (XEP-0068 1.3).

import { bounded } from "../core/plain.js";
import { child, childText, elements, text, xml, type Xml } from "../core/xml.js";

export const NS_FORMS = "jabber:x:data";

export interface FormField {
  /** "" for a text that only explains. */
  readonly name: string;
  /** "text-single" when nothing is said (section 3.2). */
  readonly type: string;
  readonly label: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly values: readonly string[];
  readonly options: readonly { readonly label: string; readonly value: string }[];
}

export interface Form {
  readonly kind: "form" | "submit" | "result" | "cancel";
  /** "" without. */
  readonly formType: string;
  readonly title: string;
  readonly instructions: string;
  /** All but FORM_TYPE. */
  readonly fields: readonly FormField[];
  /** Of a table (section 3.4): the values of each row by their field. */
  readonly rows: readonly Readonly<Record<string, readonly string[]>>[];
}

/** By the name of a field; what is undefined is left out. */
export type Answers = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

const FIELDS_MAX = 200;
const VALUES_MAX = 500;
const ROWS_MAX = 500;
const LABEL_MAX = 500;
const VALUE_MAX = 10_000;
const KINDS: readonly string[] = ["form", "submit", "result", "cancel"];

function valuesOf(field: Xml): string[] {
  return elements(field, "value", NS_FORMS)
    .slice(0, VALUES_MAX)
    .map((value) => text(value).slice(0, VALUE_MAX));
}

function readField(field: Xml): FormField {
  const options = elements(field, "option", NS_FORMS).slice(0, VALUES_MAX);
  return {
    name: field.attrs.var ?? "",
    type: field.attrs.type ?? "text-single",
    label: bounded(field.attrs.label, LABEL_MAX),
    description: bounded(childText(field, "desc"), LABEL_MAX),
    isRequired: child(field, "required") !== undefined,
    values: valuesOf(field),
    options: options.map((option) => {
      const value = childText(option, "value")?.slice(0, VALUE_MAX) ?? "";
      return { label: bounded(option.attrs.label, LABEL_MAX) || value, value };
    }),
  };
}

/** x: the element itself */
export function readForm(x: Xml | undefined): Form | undefined {
  const kind = x?.attrs.type ?? "";
  if (x?.name !== "x" || x.ns !== NS_FORMS || !KINDS.includes(kind)) return undefined;
  const fields = elements(x, "field", NS_FORMS).slice(0, FIELDS_MAX).map(readField);
  const row = (item: Xml): [string, string[]][] =>
    elements(item, "field", NS_FORMS)
      .slice(0, FIELDS_MAX)
      .flatMap((field) => (field.attrs.var ? [[field.attrs.var, valuesOf(field)]] : []));
  return {
    kind: kind as Form["kind"],
    formType: fields.find(({ name }) => name === "FORM_TYPE")?.values[0] ?? "",
    title: bounded(childText(x, "title"), LABEL_MAX),
    instructions: elements(x, "instructions", NS_FORMS).map((one) => bounded(text(one), LABEL_MAX)).join("\n").slice(0, VALUE_MAX),
    fields: fields.filter(({ name }) => name !== "FORM_TYPE"),
    rows: elements(x, "item", NS_FORMS).slice(0, ROWS_MAX).map((item) => Object.fromEntries(row(item))),
  };
}

/** The form of that type in an element. */
export function formIn(el: Xml | undefined, formType?: string): Form | undefined {
  if (!el) return undefined;
  for (const x of elements(el, "x", NS_FORMS)) {
    const form = readForm(x);
    if (form && (formType === undefined || form.formType === formType)) return form;
  }
  return undefined;
}

/** The first value of a field; undefined without. */
export function valueIn(form: Form | undefined, name: string): string | undefined {
  return form?.fields.find((field) => field.name === name)?.values[0];
}

function field(name: string, answer: string | boolean | readonly string[], type?: string): Xml {
  const values = typeof answer === "boolean" ? [answer ? "1" : "0"] : typeof answer === "string" ? [answer] : answer;
  return xml("field", NS_FORMS, { var: name, type }, ...values.map((value) => xml("value", NS_FORMS, {}, value)));
}

/** A form that is sent, of those fields only: the others stay as they are. */
export function submission(formType: string, answers: Answers): Xml {
  return xml(
    "x",
    NS_FORMS,
    { type: "submit" },
    formType ? field("FORM_TYPE", formType, "hidden") : undefined,
    ...Object.entries(answers).map(([name, answer]) => (answer === undefined ? undefined : field(name, answer))),
  );
}

/** Section 3.1: nobody wants to fill it in. */
export function cancellation(): Xml {
  return xml("x", NS_FORMS, { type: "cancel" });
}
