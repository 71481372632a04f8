/* SPDX-License-Identifier: MIT
 *
 * Data forms (XEP-0004 2.13.2) and what kind of form they say they are (XEP-0068 1.3.0).
 * The same value is written by those who ask and read by those who are answered.
 *
 *     form_write(&w, &(struct form){
 *         .kind = FORM_RESULT,
 *         .form_type = NS_SERVER_INFO,
 *         .fields = FORM_FIELDS(
 *             { .var = S("motto"), FIELD_VALUE(S("tzirrr")) },
 *             { .var = S("abuse-addresses"), .values = urls, .count = n }) });
 */
#ifndef XMPP_FORM_H
#define XMPP_FORM_H

#include "xml/element.h"
#include "xml/writer.h"

enum form_kind { FORM_FORM, FORM_SUBMIT, FORM_CANCEL, FORM_RESULT };

enum field_type {
	FIELD_TEXT_SINGLE, /* the default, and what stands for a type that is not known */
	FIELD_TEXT_MULTI,
	FIELD_TEXT_PRIVATE,
	FIELD_BOOLEAN,
	FIELD_JID_SINGLE,
	FIELD_JID_MULTI,
	FIELD_LIST_SINGLE,
	FIELD_LIST_MULTI,
	FIELD_HIDDEN,
	FIELD_FIXED,
};

struct form_option {
	struct str label, value;
};

struct form_field {
	struct str var; /* "" for some of FIELD_FIXED */
	enum field_type type;
	bool required;
	struct str label, desc; /* written when not empty; not read */
	const struct str *values;
	size_t count;
	const struct form_option *options; /* written; not read */
	size_t option_count;
	struct str datatype; /* XEP-0122, "xs:integer"; written when not empty, with... */
	struct str min, max; /* its range; not read */
};

struct form {
	enum form_kind kind;
	bool is_table;                  /* has <reported/> or <item/>: read, not written */
	struct str title, instructions; /* written when not empty; not read */
	struct str form_type;           /* FORM_TYPE, not among the fields; or "no string" */
	const struct form_field *fields;
	size_t count;
};

/* The fields of a form that is put together in one expression. */
#define FORM_FIELDS(...)                                                                       \
	(const struct form_field[]){ __VA_ARGS__ },                                            \
	    .count =                                                                           \
		sizeof((const struct form_field[]){ __VA_ARGS__ }) / sizeof(struct form_field)

/* The only value of a field. */
#define FIELD_VALUE(text) .values = (const struct str[]){ text }, .count = 1

/* Writes <x/>. */
void form_write(struct xml_writer *w, const struct form *f);

/*
 * A form of results in rows (XEP-0004 section 3.4): the fields of `f` tell what a row holds,
 * then come the rows.
 */
void form_table_begin(struct xml_writer *w, const struct form *f);
void form_row(struct xml_writer *w, const struct form_field *fields, size_t count);
void form_table_end(struct xml_writer *w);

/*
 * Reads <x/> of any kind.
 *
 * FORM_TYPE counts when the form is a submission or the field is hidden (XEP-0068 section
 * 4.3), and has exactly one value then; otherwise it is a field like any other.
 *
 * E_INVALID  not a form, of no known kind, a field without "var" that is not fixed, or two
 *            fields of one name
 * E_LIMIT    more than FORM_FIELDS_MAX fields or FORM_VALUES_MAX values
 */
MUST_CHECK enum status form_read(struct arena *a, struct elem x, struct form *out);

/* NULL when there is no such field. */
const struct form_field *form_field(const struct form *f, struct str var);

/* The first value; "no string" when there is no such field, or it has no value. */
struct str form_value(const struct form *f, struct str var);

/*
 * "1", "true", "0", "false", with white space around.
 *
 * E_NOT_FOUND  no such field, or without value
 * E_INVALID    another value
 */
MUST_CHECK enum status form_bool(const struct form *f, struct str var, bool *out);

/* A number up to max. E_NOT_FOUND as form_bool; E_INVALID, E_LIMIT as str_to_u64. */
MUST_CHECK enum status form_u64(
    const struct form *f, struct str var, uint64_t max, uint64_t *out);

#endif
