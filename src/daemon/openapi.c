/* SPDX-License-Identifier: MIT */
#include "daemon/openapi.h"

#include <ctype.h>

#include "daemon/operation_path.h"
#include "daemon/rest.h"

/* --- arguments ---------------------------------------------------------------------------- */

/* A bound of the table as a number; nothing where there is none. */
static void
set_bound(json_t *schema, const char *name, const char *bound)
{
	uint64_t n;

	if (bound && str_to_u64(str_from_c(bound), INT64_MAX, &n) == OK)
		json_object_set_new(schema, name, json_integer((json_int_t)n));
}

static json_t *
words_json(const char *words)
{
	struct str rest = str_from_c(words), word;
	json_t *list = json_array();

	while (str_split(&rest, ' ', &word))
		json_array_append_new(list, operation_text(word));
	return list;
}

static json_t *
text_schema(const struct option *o)
{
	json_t *schema = json_pack("{s:s}", "type", "string");

	set_bound(schema, "minLength", o->min);
	set_bound(schema, "maxLength", o->max); /* of bytes, so never more of characters */
	if (o->type == SECRET)
		json_object_set_new(schema, "format", json_string("password"));
	return schema;
}

/* One word may stand for it. */
static json_t *
number_schema(const struct option *o)
{
	json_t *schema = json_pack("{s:s}", "type", "integer");

	set_bound(schema, "minimum", o->min ? o->min : "0");
	set_bound(schema, "maximum", o->max);
	if (!o->words)
		return schema;
	return json_pack("{s:[o, {s:s}]}", "anyOf", schema, "const", o->words);
}

static json_t *
list_schema(const struct option *o)
{
	json_t *schema =
	    json_pack("{s:s, s:{s:s}}", "type", "array", "items", "type", "string");

	if (o->type == FLAGS)
		json_object_set_new(
		    json_object_get(schema, "items"), "enum", words_json(o->words));
	set_bound(schema, "minItems", o->min);
	set_bound(schema, "maxItems", o->max);
	return schema;
}

/* "1s to 10m", where JSON Schema has no word for it. */
static json_t *
unit_schema(const struct option *o, struct arena *a)
{
	return json_pack("{s:[s, s], s:o}", "type", "string", "integer", "description",
	    operation_text(option_range(o, a)));
}

static json_t *
option_schema(const struct option *o, struct arena *a)
{
	switch (o->type) {
	case BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case U32:
	case U64:
		return number_schema(o);
	case SIZE:
	case TIME:
		return unit_schema(o, a);
	case CHOICE:
		return json_pack("{s:s, s:o}", "type", "string", "enum", words_json(o->words));
	case STRINGS:
	case FLAGS:
		return list_schema(o);
	default:
		return text_schema(o);
	}
}

/* With what is used when nothing is said. */
static json_t *
argument_schema(const struct option *o, struct arena *a)
{
	json_t *schema = option_schema(o, a);

	if (o->preset && o->preset[0])
		json_object_set_new(
		    schema, "default", operation_argument(o, str_from_c(o->preset), a));
	return schema;
}

static json_t *
parameter(const struct operation *op, const struct option *o, struct arena *a)
{
	bool in_path = operation_has_in_path(op, o->name);
	json_t *p = json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", o->name, "in",
	    in_path ? "path" : "query", "required", in_path || !o->preset, "description",
	    o->doc, "schema", argument_schema(o, a));

	if (!in_path && option_takes_list(o)) {
		json_object_set_new(p, "style", json_string("form"));
		json_object_set_new(p, "explode", json_false());
	}
	return p;
}

static json_t *
parameters(const struct operation *op, struct arena *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < op->args.count; i++)
		if (operation_has_in_path(op, op->args.at[i].name) || !operation_has_body(op))
			json_array_append_new(list, parameter(op, &op->args.at[i], a));
	return list;
}

/* An object of what is not in the path; NULL when that is nothing. */
static json_t *
request_body(const struct operation *op, struct arena *a)
{
	json_t *properties = json_object(), *required = json_array(), *schema;

	for (size_t i = 0; i < op->args.count; i++) {
		const struct option *o = &op->args.at[i];
		json_t *property;

		if (!operation_has_body(op) || operation_has_in_path(op, o->name))
			continue;
		property = argument_schema(o, a);
		if (!json_object_get(property, "description"))
			json_object_set_new(property, "description", json_string(o->doc));
		json_object_set_new(properties, o->name, property);
		if (!o->preset)
			json_array_append_new(required, json_string(o->name));
	}
	if (json_object_size(properties) == 0) {
		json_decref(properties);
		json_decref(required);
		return NULL;
	}
	schema = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
	    "additionalProperties", 0);
	if (json_array_size(required))
		json_object_set(schema, "required", required);
	json_decref(required);
	return json_pack("{s:b, s:{s:{s:o}}}", "required",
	    json_object_get(schema, "required") != NULL, "content", "application/json",
	    "schema", schema);
}

/* --- answers ------------------------------------------------------------------------------ */

static json_t *answer_schema(struct answer_list fields);

static json_t *
field_schema(const struct answer_field *f)
{
	switch (f->type) {
	case A_TEXT:
		return json_pack("{s:s}", "type", "string");
	case A_NUMBER:
		return json_pack("{s:s}", "type", "integer");
	case A_TRUTH:
		return json_pack("{s:s}", "type", "boolean");
	case A_TEXTS:
		return json_pack("{s:s, s:{s:s}}", "type", "array", "items", "type", "string");
	case A_ROWS:
		return json_pack(
		    "{s:s, s:o}", "type", "array", "items", answer_schema(f->rows));
	case A_OBJECT:
		return json_pack("{s:s}", "type", "object");
	case A_ANY:
		break;
	}
	return json_object();
}

static json_t *
answer_schema(struct answer_list fields)
{
	json_t *properties = json_object(), *required = json_array();

	for (size_t i = 0; i < fields.count; i++) {
		const struct answer_field *f = &fields.at[i];
		json_t *property = field_schema(f);

		json_object_set_new(property, "description", json_string(f->doc));
		json_object_set_new(properties, f->name, property);
		if (!f->maybe)
			json_array_append_new(required, json_string(f->name));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
	    "required", required, "additionalProperties", 0);
}

static json_t *
responses(const struct operation *op)
{
	char status[8];
	json_t *all = json_object();

	snprintf(status, sizeof(status), "%u", op->status ? op->status : 200);
	json_object_set_new(all, status,
	    json_pack("{s:s, s:{s:{s:o}}}", "description", "It is done.", "content",
		"application/json", "schema", answer_schema(op->answer)));
	json_object_set_new(
	    all, "default", json_pack("{s:s}", "$ref", "#/components/responses/Problem"));
	return all;
}

/* --- the document ------------------------------------------------------------------------- */

/* The one word of SCOPE_WORDS. */
static json_t *
scope_json(enum scope scope)
{
	struct str rest = str_from_c(SCOPE_WORDS), word;
	unsigned bit = 0;

	while (str_split(&rest, ' ', &word) && !((unsigned)scope & 1U << bit))
		bit++;
	return operation_text(word);
}

static json_t *
operation_json(const struct operation *op, struct arena *a)
{
	struct str group =
	    str_slice(str_from_c(op->name), 0, str_find(str_from_c(op->name), '.'));
	json_t *o = json_pack("{s:s, s:s, s:[o], s:o, s:[{s:[o]}], s:o}", "operationId",
	    op->name, "summary", op->doc, "tags", operation_text(group), "parameters",
	    parameters(op, a), "security", "token", scope_json(op->scope), "responses",
	    responses(op));
	json_t *body = request_body(op, a);

	if (body)
		json_object_set_new(o, "requestBody", body);
	return o;
}

/* "/sessions/{+address}" without the plus. */
static const char *
path_name(const struct operation *op, struct arena *a)
{
	char *copy = str_to_c(a, str_from_c(op->path)), *plus = strstr(copy, "{+");

	if (plus)
		memmove(plus + 1, plus + 2, strlen(plus + 2) + 1);
	return copy;
}

static void
add_operation(json_t *paths, const struct operation *op, struct arena *a)
{
	const char *path = path_name(op, a);
	char method[8] = "";
	json_t *item = json_object_get(paths, path);

	for (size_t i = 0; op->method[i] && i + 1 < sizeof(method); i++)
		method[i] = (char)tolower((unsigned char)op->method[i]);
	if (!item) {
		item = json_object();
		json_object_set_new(paths, path, item);
	}
	json_object_set_new(item, method, operation_json(op, a));
}

static json_t *
components(void)
{
	json_t *problem = json_pack("{s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}, "
				    "s:[s, s, s]}",
	    "type", "object", "properties", "type", "type", "string", "title", "type", "string",
	    "status", "type", "integer", "condition", "type", "string", "detail", "type",
	    "string", "required", "type", "title", "status");

	return json_pack("{s:{s:{s:s, s:s}}, s:{s:o}, s:{s:{s:s, s:{s:{s:{s:s}}}}}}",
	    "securitySchemes", "token", "type", "http", "scheme", "bearer", "schemas",
	    "Problem", problem, "responses", "Problem", "description",
	    "It is not done, and why not (RFC 9457).", "content", "application/problem+json",
	    "schema", "$ref", "#/components/schemas/Problem");
}

json_t *
openapi_document(void)
{
	json_t *paths = json_object();
	struct arena a;

	arena_init(&a, 4096);
	for (size_t i = 0; i < operations_all.count; i++)
		add_operation(paths, operations_all.at[i], &a);
	arena_fini(&a);
	return json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:[{s:s}], s:o, s:o}",
	    "openapi", "3.1.0", "info", "title", "Jaseur", "version", JASEUR_VERSION,
	    "description",
	    "The administration of a Jaseur server. Tokens are made by `jaseur token add`.",
	    "license", "name", "MIT", "identifier", "MIT", "servers", "url", REST_PATH, "paths",
	    paths, "components", components());
}
