/* SPDX-License-Identifier: MIT */
#include "daemon/operation_path.h"

bool
operation_has_body(const struct operation *op)
{
	return strcmp(op->method, "POST") == 0 || strcmp(op->method, "PUT") == 0;
}

/* --- paths -------------------------------------------------------------------------------- */

/* "{address}", or "{+address}" for the rest of the path (RFC 6570 section 3.2.3). */
static bool
is_variable(struct str segment, struct str *name, bool *takes_rest)
{
	if (!str_starts(segment, S("{")))
		return false;
	*takes_rest = str_starts(segment, S("{+"));
	*name = str_slice(segment, *takes_rest ? 2 : 1, segment.len);
	name->len--; /* the brace at the end */
	return true;
}

static struct str
take_all(struct str *rest)
{
	struct str all = *rest;

	*rest = (struct str){ 0 };
	return all;
}

/* Matches segment by segment; into args, unless that is NULL, what stands for variables. */
static bool
matches(const struct operation *op, struct str path, json_t *args)
{
	struct str template = str_from_c(op->path), expected, actual, name;
	bool takes_rest;

	while (str_split(&template, '/', &expected)) {
		if (!path.at)
			return false;
		if (!is_variable(expected, &name, &takes_rest)) {
			if (!str_split(&path, '/', &actual) || !str_eq(expected, actual))
				return false;
			continue;
		}
		if (takes_rest)
			actual = take_all(&path);
		else
			str_split(&path, '/', &actual);
		if (actual.len == 0)
			return false;
		if (args)
			json_object_setn_new(args, name.at, name.len, operation_text(actual));
	}
	return !path.at;
}

const struct operation *
operation_at(
    struct str method, struct str path, json_t *args, struct arena *a, struct str *methods)
{
	const struct operation *found = NULL;

	*methods = (struct str){ 0 };
	for (size_t i = 0; i < operations_all.count; i++) {
		const struct operation *op = operations_all.at[i];

		if (!matches(op, path, NULL))
			continue;
		*methods = methods->at
			       ? str_format(a, "%.*s, %s", STR_ARG(*methods), op->method)
			       : str_from_c(op->method);
		if (str_eq(str_from_c(op->method), method)) {
			assert(!found); /* no two operations share a path */
			found = op;
		}
	}
	if (found)
		matches(found, path, args);
	return found;
}

/* --- arguments as text -------------------------------------------------------------------- */

json_t *
operation_argument(const struct option *o, struct str text, struct arena *a)
{
	struct str_list pieces;
	uint64_t n;
	json_t *list;

	switch (o->type) {
	case BOOL:
		if (str_eq(text, S("yes")) || str_eq(text, S("true")))
			return json_true();
		if (str_eq(text, S("no")) || str_eq(text, S("false")))
			return json_false();
		return operation_text(text);
	case U32:
	case U64:
		if (str_to_u64(text, INT64_MAX, &n) == OK)
			return json_integer((json_int_t)n);
		return operation_text(text);
	case STRINGS:
	case FLAGS:
		pieces = option_pieces(o, text, a);
		list = json_array();
		for (size_t i = 0; i < pieces.count; i++)
			json_array_append_new(list, operation_text(pieces.at[i]));
		return list;
	default:
		return operation_text(text);
	}
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF", *at = strchr(digits, c);

	return c && at ? (int)((at - digits) % 16) : -1;
}

/* As forms write it: "+" is a space. */
static enum status
decode(struct arena *a, struct str in, struct str *out)
{
	char *copy = arena_alloc(a, in.len);
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++, n++) {
		int high, low;

		copy[n] = in.at[i];
		if (in.at[i] == '+')
			copy[n] = ' ';
		if (in.at[i] != '%')
			continue;
		if (i + 2 >= in.len || (high = hex_digit(in.at[i + 1])) < 0 ||
		    (low = hex_digit(in.at[i + 2])) < 0)
			return E_INVALID;
		copy[n] = (char)(unsigned char)(high * 16 + low);
		i += 2;
	}
	*out = str_of(copy, n);
	return str_is_utf8(*out) ? OK : E_INVALID;
}

static enum status
add_parameter(const struct operation *op, struct str name, struct str value, json_t *args,
    struct arena *a, struct str *reason)
{
	const struct option *o = option_find(op->args, name);
	json_t *given;

	if (!o) {
		*reason = str_format(a, "%s has an argument that it does not know", op->name);
		return E_INVALID;
	}
	given = json_object_get(args, o->name);
	if (given && option_takes_list(o) && json_is_array(given)) {
		json_t *more = operation_argument(o, value, a);

		json_array_extend(given, more);
		json_decref(more);
		return OK;
	}
	if (given) {
		*reason = str_format(a, "\"%s\" is there twice", o->name);
		return E_INVALID;
	}
	json_object_set_new(args, o->name, operation_argument(o, value, a));
	return OK;
}

enum status
operation_read_query(const struct operation *op, struct str query, json_t *args,
    struct arena *a, struct str *reason)
{
	struct str pair;
	enum status s;

	while (str_split(&query, '&', &pair)) {
		size_t equals = str_find(pair, '=');
		struct str name, value;

		if (pair.len == 0)
			continue;
		if (decode(a, str_slice(pair, 0, equals), &name) != OK ||
		    decode(a, str_slice(pair, equals + 1, pair.len), &value) != OK) {
			*reason = S("the query is not encoded as it must be");
			return E_INVALID;
		}
		if ((s = add_parameter(op, name, value, args, a, reason)) != OK)
			return s;
	}
	return OK;
}

/* --- back --------------------------------------------------------------------------------- */

/* Unreserved characters as they are (RFC 3986 section 2.3), and those of `also`. */
static struct str
encode(struct arena *a, struct str text, const char *also)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(a, text.len * 3);
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || (c && strchr("-._~", c)) ||
			     (c && strchr(also, c));

		if (plain) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '%';
		out[n++] = digits[c >> 4];
		out[n++] = digits[c & 15];
	}
	return str_of(out, n);
}

/* A value as a query has it; items of a list one after the other, with commas. */
static struct str
text_of(const json_t *value, struct arena *a)
{
	struct str text = S("");

	if (json_is_string(value))
		return str_of(json_string_value(value), json_string_length(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? S("yes") : S("no");
	if (json_is_integer(value))
		return str_format(a, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	for (size_t i = 0; i < json_array_size(value); i++)
		text = str_format(a, "%.*s%s%.*s", STR_ARG(text), i ? "," : "",
		    STR_ARG(text_of(json_array_get(value, i), a)));
	return text;
}

struct str
operation_target(const struct operation *op, const json_t *args, struct arena *a)
{
	struct str template = str_from_c(op->path), segment, name, target = S("");
	const char *separator = "?", *key;
	json_t *value;
	bool takes_rest;

	str_split(&template, '/', &segment); /* in front of the first slash */
	while (str_split(&template, '/', &segment)) {
		if (is_variable(segment, &name, &takes_rest)) {
			value = json_object_getn(args, name.at, name.len);
			segment = encode(a, text_of(value, a), takes_rest ? "@/" : "@");
		}
		target = str_format(a, "%.*s/%.*s", STR_ARG(target), STR_ARG(segment));
	}
	if (operation_has_body(op))
		return target;
	json_object_foreach((json_t *)(uintptr_t)args, key, value)
	{
		if (operation_has_in_path(op, key))
			continue;
		target = str_format(a, "%.*s%s%s=%.*s", STR_ARG(target), separator, key,
		    STR_ARG(encode(a, text_of(value, a), "")));
		separator = "&";
	}
	return target;
}
