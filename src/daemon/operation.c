/* SPDX-License-Identifier: MIT */
#include "daemon/operation.h"

#include "base/limits.h"
#include "base/nearest.h"

json_t *
operation_text(struct str s)
{
	json_t *text = json_stringn(s.at ? s.at : "", s.len);

	return text ? text : json_string("");
}

/* --- answering ---------------------------------------------------------------------------- */

static void
end(struct operation_call *c, json_t *answer)
{
	operation_answered_fn *answered = c->answered;
	void *asker = c->asker;

	arena_fini(&c->arena);
	free(c);
	assert(answer);
	answered(asker, answer);
	json_decref(answer);
}

void
operation_answer(struct operation_call *c, json_t *result)
{
	end(c, json_pack("{s:b, s:o}", "ok", 1, "result", result));
}

void
operation_refuse(struct operation_call *c, enum stanza_error condition, const char *format, ...)
{
	enum { TEXT_MAX = 1024 };
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	end(c, json_pack("{s:b, s:{s:o, s:o}}", "ok", 0, "error", "condition",
		   operation_text(stanza_error_name(condition)), "text",
		   operation_text(str_from_c(text))));
}

/* --- arguments ---------------------------------------------------------------------------- */

/* A JSON value as a person would have written it; "no string" when it is none. */
static struct str
value_text(const json_t *value, struct arena *a)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return str_of(json_string_value(value), json_string_length(value));
	case JSON_INTEGER:
		return str_format(a, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	case JSON_TRUE:
		return S("yes");
	case JSON_FALSE:
		return S("no");
	default:
		return (struct str){ 0 };
	}
}

/* The value, or the items of an array; false when one of them is no plain value. */
static bool
value_texts(const json_t *value, struct arena *a, struct str_list *out)
{
	size_t n = json_is_array(value) ? json_array_size(value) : 1;
	struct str *texts = arena_alloc(a, n * sizeof(*texts));

	for (size_t i = 0; i < n; i++) {
		texts[i] =
		    value_text(json_is_array(value) ? json_array_get(value, i) : value, a);
		if (!texts[i].at)
			return false;
	}
	*out = (struct str_list){ texts, n };
	return true;
}

static enum status
read_argument(const struct option *o, const json_t *value, void *conf, struct arena *a,
    struct str *reason)
{
	struct option_fault f;
	struct str_list texts;

	if (!value_texts(value, a, &texts)) {
		*reason =
		    str_format(a, "\"%s\" must be text, a number or a truth value", o->name);
		return E_INVALID;
	}
	if (option_set(o, texts.at, texts.count, conf, a, &f) != OK) {
		*reason = str_format(a, "\"%s\": %.*s", o->name, STR_ARG(f.reason));
		return E_INVALID;
	}
	return OK;
}

static enum status
unknown_argument(
    const struct operation *op, const char *name, struct arena *a, struct str *reason)
{
	struct nearest near = nearest_to(str_from_c(name));

	for (size_t i = 0; i < op->args.count; i++)
		nearest_offer(&near, str_from_c(op->args.at[i].name));
	*reason =
	    near.best.len
		? str_format(a, "unknown argument; did you mean \"%.*s\"?", STR_ARG(near.best))
		: str_format(a, "%s has an argument that it does not know", op->name);
	return E_INVALID;
}

/* The arguments into conf, which holds the defaults. */
static enum status
read_arguments(
    const struct operation *op, json_t *args, void *conf, struct arena *a, struct str *reason)
{
	const char *name;
	json_t *value;
	enum status s;

	json_object_foreach(args, name, value)
	{
		const struct option *o = option_find(op->args, str_from_c(name));

		s = o ? read_argument(o, value, conf, a, reason)
		      : unknown_argument(op, name, a, reason);
		if (s != OK)
			return s;
	}
	for (size_t i = 0; i < op->args.count; i++) {
		const struct option *o = &op->args.at[i];

		if (!o->preset && !json_object_get(args, o->name)) {
			*reason = str_format(a, "\"%s\" is missing", o->name);
			return E_INVALID;
		}
	}
	return OK;
}

/* --- asking ------------------------------------------------------------------------------- */

static const struct operation *
find(const char *name)
{
	for (size_t i = 0; name && i < operations_all.count; i++)
		if (strcmp(operations_all.at[i]->name, name) == 0)
			return operations_all.at[i];
	return NULL;
}

static void
run(struct operation_call *c, json_t *request, const char *fault)
{
	json_t *args = json_object_get(request, "args");
	struct str reason;
	void *conf;

	if (!request) {
		operation_refuse(c, ERR_BAD_REQUEST, "not JSON: %s", fault);
		return;
	}
	c->operation = find(json_string_value(json_object_get(request, "op")));
	if (!c->operation) {
		operation_refuse(c, ERR_FEATURE_NOT_IMPLEMENTED, "there is no such operation");
		return;
	}
	if (args && !json_is_object(args)) {
		operation_refuse(c, ERR_BAD_REQUEST, "\"args\" must be an object");
		return;
	}
	conf = arena_zalloc(&c->arena, c->operation->args_size + 1);
	option_preset(c->operation->args, conf, &c->arena);
	if (read_arguments(c->operation, args, conf, &c->arena, &reason) != OK) {
		operation_refuse(c, ERR_BAD_REQUEST, "%.*s", STR_ARG(reason));
		return;
	}
	c->args = conf;
	c->operation->run(c);
}

void
operation_ask(struct str text, operation_answered_fn *answered, void *asker)
{
	struct operation_call *c = mem_zalloc(sizeof(*c));
	json_error_t fault = { .text = "too long" };
	json_t *request = NULL;

	arena_init_wiped(&c->arena, 4096);
	c->answered = answered;
	c->asker = asker;
	if (text.len <= OPERATION_REQUEST_MAX)
		request = json_loadb(
		    text.at ? text.at : "", text.len, JSON_REJECT_DUPLICATES, &fault);
	run(c, request, fault.text);
	json_decref(request);
}
