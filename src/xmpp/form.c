/* SPDX-License-Identifier: MIT */
#include "xmpp/form.h"

#include "base/limits.h"
#include "xmpp/ns.h"

static const char *const kinds[] = {
	[FORM_FORM] = "form",
	[FORM_SUBMIT] = "submit",
	[FORM_CANCEL] = "cancel",
	[FORM_RESULT] = "result",
};

static const char *const types[] = {
	[FIELD_TEXT_SINGLE] = "text-single",
	[FIELD_TEXT_MULTI] = "text-multi",
	[FIELD_TEXT_PRIVATE] = "text-private",
	[FIELD_BOOLEAN] = "boolean",
	[FIELD_JID_SINGLE] = "jid-single",
	[FIELD_JID_MULTI] = "jid-multi",
	[FIELD_LIST_SINGLE] = "list-single",
	[FIELD_LIST_MULTI] = "list-multi",
	[FIELD_HIDDEN] = "hidden",
	[FIELD_FIXED] = "fixed",
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0]),
	TYPES = sizeof(types) / sizeof(types[0]),
};

/* --- writing -------------------------------------------------------------------------- */

static void
leaf_unless_empty(struct xml_writer *w, struct str name, struct str text)
{
	if (text.len)
		xml_leaf(w, S(""), name, text);
}

static void
attr_unless_empty(struct xml_writer *w, struct str name, struct str value)
{
	if (value.len)
		xml_attr(w, name, value);
}

/* XEP-0122 sections 3.1 and 3.2.2. */
static void
write_validation(struct xml_writer *w, const struct form_field *f)
{
	xml_open(w, NS_FORM_VALIDATE, S("validate"));
	xml_attr(w, S("datatype"), f->datatype);
	if (f->min.len || f->max.len) {
		xml_open(w, S(""), S("range"));
		attr_unless_empty(w, S("min"), f->min);
		attr_unless_empty(w, S("max"), f->max);
		xml_close(w);
	}
	xml_close(w);
}

static void
write_field(struct xml_writer *w, const struct form_field *f)
{
	xml_open(w, S(""), S("field"));
	attr_unless_empty(w, S("var"), f->var);
	if (f->type != FIELD_TEXT_SINGLE)
		xml_attr(w, S("type"), str_from_c(types[f->type]));
	attr_unless_empty(w, S("label"), f->label);
	leaf_unless_empty(w, S("desc"), f->desc);
	if (f->datatype.len)
		write_validation(w, f);
	if (f->required)
		xml_empty(w, S(""), S("required"));
	for (size_t i = 0; i < f->count; i++)
		xml_leaf(w, S(""), S("value"), f->values[i]);
	for (size_t i = 0; i < f->option_count; i++) {
		xml_open(w, S(""), S("option"));
		attr_unless_empty(w, S("label"), f->options[i].label);
		xml_leaf(w, S(""), S("value"), f->options[i].value);
		xml_close(w);
	}
	xml_close(w);
}

/* What stands in front of the fields. */
static void
begin_form(struct xml_writer *w, const struct form *f)
{
	xml_open(w, NS_FORM, S("x"));
	xml_attr(w, S("type"), str_from_c(kinds[f->kind]));
	leaf_unless_empty(w, S("title"), f->title);
	leaf_unless_empty(w, S("instructions"), f->instructions);
	if (f->form_type.len)
		write_field(w, &(struct form_field){ .var = S("FORM_TYPE"),
				   .type = FIELD_HIDDEN,
				   FIELD_VALUE(f->form_type) });
}

void
form_write(struct xml_writer *w, const struct form *f)
{
	begin_form(w, f);
	for (size_t i = 0; i < f->count; i++)
		write_field(w, &f->fields[i]);
	xml_close(w);
}

void
form_table_begin(struct xml_writer *w, const struct form *f)
{
	begin_form(w, f);
	xml_open(w, S(""), S("reported"));
	for (size_t i = 0; i < f->count; i++)
		write_field(w, &f->fields[i]);
	xml_close(w);
}

void
form_row(struct xml_writer *w, const struct form_field *fields, size_t count)
{
	xml_open(w, S(""), S("item"));
	for (size_t i = 0; i < count; i++)
		write_field(w, &fields[i]);
	xml_close(w);
}

void
form_table_end(struct xml_writer *w)
{
	xml_close(w);
}

/* --- reading -------------------------------------------------------------------------- */

/* The position of the word, or `count`. */
static size_t
find_word(const char *const *words, size_t count, struct str word)
{
	size_t i = 0;

	while (i < count && !str_eq(str_from_c(words[i]), word))
		i++;
	return i;
}

/* *left: how many more values the whole form may have. */
static enum status
read_values(struct arena *a, struct elem field, size_t *left, struct form_field *out)
{
	struct str *values;
	size_t count = 0;

	for (struct elem v = elem_child(field, NS_FORM, S("value")); elem_exists(v);
	     v = elem_next_like(v))
		count++;
	if (count > *left)
		return E_LIMIT;
	*left -= count;
	values = arena_alloc(a, count * sizeof(*values));
	count = 0;
	for (struct elem v = elem_child(field, NS_FORM, S("value")); elem_exists(v);
	     v = elem_next_like(v)) {
		values[count] = elem_text(v, a);
		if (!values[count].at)
			values[count] = S("");
		count++;
	}
	out->values = values;
	out->count = count;
	return OK;
}

static enum status
read_field(struct arena *a, struct elem field, size_t *left, struct form_field *out)
{
	size_t type = find_word(types, TYPES, elem_attr_or_none(field, S("type"), a));

	*out = (struct form_field){
		.var = elem_attr_or_none(field, S("var"), a),
		.type = type < TYPES ? (enum field_type)type : FIELD_TEXT_SINGLE,
		.required = elem_exists(elem_child(field, NS_FORM, S("required"))),
	};
	if (out->var.len == 0 && out->type != FIELD_FIXED)
		return E_INVALID;
	return read_values(a, field, left, out);
}

static bool
has_duplicate(const struct form_field *fields, size_t count, struct str var)
{
	for (size_t i = 0; var.len && i < count; i++)
		if (str_eq(fields[i].var, var))
			return true;
	return false;
}

static bool
tells_form_type(enum form_kind kind, const struct form_field *f)
{
	return str_eq(f->var, S("FORM_TYPE")) && f->count == 1 &&
	       (kind == FORM_SUBMIT || kind == FORM_CANCEL || f->type == FIELD_HIDDEN);
}

static enum status
read_fields(struct arena *a, struct elem x, struct form *f)
{
	size_t room = 0, values_left = FORM_VALUES_MAX;
	struct form_field *fields;
	enum status s;

	for (struct elem e = elem_child(x, NS_FORM, S("field")); elem_exists(e);
	     e = elem_next_like(e))
		if (++room > FORM_FIELDS_MAX)
			return E_LIMIT;
	f->fields = fields = arena_alloc(a, room * sizeof(*fields));
	for (struct elem e = elem_child(x, NS_FORM, S("field")); elem_exists(e);
	     e = elem_next_like(e)) {
		struct form_field *field = &fields[f->count];

		if ((s = read_field(a, e, &values_left, field)) != OK)
			return s;
		if (has_duplicate(fields, f->count, field->var) ||
		    (f->form_type.at && str_eq(field->var, S("FORM_TYPE"))))
			return E_INVALID;
		if (tells_form_type(f->kind, field))
			f->form_type = field->values[0];
		else
			f->count++;
	}
	return OK;
}

enum status
form_read(struct arena *a, struct elem x, struct form *out)
{
	struct form f = { 0 };
	enum status s;
	size_t kind;

	if (!elem_exists(x) || !elem_is(x, NS_FORM, S("x")))
		return E_INVALID;
	kind = find_word(kinds, KINDS, elem_attr_or_none(x, S("type"), a));
	if (kind == KINDS)
		return E_INVALID;
	f.kind = (enum form_kind)kind;
	f.is_table = elem_exists(elem_child(x, NS_FORM, S("reported"))) ||
		     elem_exists(elem_child(x, NS_FORM, S("item")));
	if ((s = read_fields(a, x, &f)) != OK)
		return s;
	*out = f;
	return OK;
}

const struct form_field *
form_field(const struct form *f, struct str var)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_eq(f->fields[i].var, var))
			return &f->fields[i];
	return NULL;
}

struct str
form_value(const struct form *f, struct str var)
{
	const struct form_field *field = form_field(f, var);

	return field && field->count ? field->values[0] : (struct str){ 0 };
}

enum status
form_bool(const struct form *f, struct str var, bool *out)
{
	struct str value = str_trim(form_value(f, var));

	if (!value.at)
		return E_NOT_FOUND;
	if (str_eq(value, S("1")) || str_eq(value, S("true")))
		*out = true;
	else if (str_eq(value, S("0")) || str_eq(value, S("false")))
		*out = false;
	else
		return E_INVALID;
	return OK;
}

enum status
form_u64(const struct form *f, struct str var, uint64_t max, uint64_t *out)
{
	struct str value = str_trim(form_value(f, var));

	return value.at ? str_to_u64(value, max, out) : E_NOT_FOUND;
}
