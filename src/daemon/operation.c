/* SPDX-License-Identifier: MIT */
#include "daemon/operation.h"

#include "base/limits.h"
#include "base/nearest.h"
#include "daemon/audit.h"
#include "xmpp/jid.h"

json_t *
operation_text(struct str s)
{
	json_t *text = json_stringn(s.at ? s.at : "", s.len);

	return text ? text : json_string("");
}

struct str
operation_text_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return str_of(json_string_value(value), json_string_length(value));
}

bool
operation_has_in_path(const struct operation *op, const char *name)
{
	struct str rest = str_from_c(op->path), segment;

	while (str_split(&rest, '/', &segment)) {
		size_t from = str_starts(segment, S("{+")) ? 2 : 1;

		if (str_starts(segment, S("{")) &&
		    str_eq(str_slice(segment, from, segment.len - from - 1), str_from_c(name)))
			return true;
	}
	return false;
}

/* --- answering ---------------------------------------------------------------------------- */

static void
tell(struct operation_call *c)
{
	operation_answered_fn *answered = c->answered;
	void *asker = c->asker;
	unsigned status = c->status;
	json_t *body = c->body;

	arena_fini(&c->arena);
	free(c);
	answered(asker, status, body);
	json_decref(body);
}

static void
on_recorded(void *waiter)
{
	tell(waiter);
}

static void
end(struct operation_call *c, unsigned status, json_t *body)
{
	assert(body);
	c->status = status;
	c->body = body;
	if (!c->given.at) {
		tell(c);
		return;
	}
	audit_record(
	    &(struct audit_entry){
		.operation = str_from_c(c->operation->name),
		.who = c->actor.who,
		.address = c->actor.address,
		.arguments = c->given,
		.status = status,
	    },
	    on_recorded, c);
}

void
operation_answer(struct operation_call *c, json_t *body)
{
	end(c, c->operation->status ? c->operation->status : 200, body);
}

void
operation_refuse(struct operation_call *c, enum stanza_error condition, const char *format, ...)
{
	enum { TEXT_MAX = 1024 };
	char text[TEXT_MAX];
	va_list args;
	unsigned status = problem_status(condition);

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	end(c, status,
	    problem_document(status, stanza_error_name(condition), str_from_c(text)));
}

void
operation_refuse_store(struct operation_call *c, enum status s)
{
	if (s == E_FULL)
		operation_refuse(c, ERR_RESOURCE_CONSTRAINT, "the disk is full");
	else if (s == E_LIMIT)
		operation_refuse(c, ERR_RESOURCE_CONSTRAINT, "the server is busy with others");
	else
		operation_refuse(c, ERR_INTERNAL_SERVER_ERROR,
		    "the store failed (%s); the log says more", status_name(s));
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

/* Whether JSON's own type is right: "5" is no number, 5 no text. Times and sizes are text or
 * number; what stands in a path or a query has been given its type already. */
static bool
is_of_type(const struct option *o, const json_t *value)
{
	switch (o->type) {
	case BOOL:
		return json_is_boolean(value);
	case U32:
	case U64:
		return json_is_integer(value) || (o->words && json_is_string(value));
	case SIZE:
	case TIME:
		return json_is_integer(value) || json_is_string(value);
	default:
		return json_is_string(value);
	}
}

static const char *
expected(const struct option *o)
{
	switch (o->type) {
	case BOOL:
		return "true or false";
	case U32:
	case U64:
		return "a number";
	case SIZE:
	case TIME:
		return "text or a number";
	case STRINGS:
	case FLAGS:
		return "a list of texts";
	default:
		return "text";
	}
}

/* The value, or the items of an array; false when one of them has the wrong type. */
static bool
value_texts(const struct option *o, const json_t *value, struct arena *a, struct str_list *out)
{
	bool is_list = option_takes_list(o);
	size_t n = is_list ? json_array_size(value) : 1;
	struct str *texts = arena_alloc(a, n * sizeof(*texts));

	if (is_list != json_is_array(value))
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = is_list ? json_array_get(value, i) : value;

		if (!is_of_type(o, item))
			return false;
		texts[i] = value_text(item, a);
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

	if (!value_texts(o, value, a, &texts)) {
		*reason = str_format(a, "\"%s\" must be %s", o->name, expected(o));
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

/* What was given, but for what is secret or private. */
static struct str
given_arguments(const struct operation *op, json_t *args, struct arena *a)
{
	json_t *shown = json_object();
	const char *name;
	json_t *value;
	char *text;
	struct str copy;

	json_object_foreach(args, name, value)
	{
		const struct option *o = option_find(op->args, str_from_c(name));

		if (o && o->type != SECRET && o->type != PROSE)
			json_object_set(shown, name, value);
	}
	text = json_dumps(shown, JSON_COMPACT);
	copy = str_copy(a, str_from_c(text));
	free(text);
	json_decref(shown);
	return copy;
}

/* --- who may ------------------------------------------------------------------------------ */

static bool
has_host(const struct operation_actor *actor, struct str text, struct arena *a)
{
	struct jid j;

	if (jid_parse(a, text, &j) != OK)
		return false;
	for (size_t i = 0; i < actor->hosts.count; i++)
		if (str_eq(actor->hosts.at[i], jid_domain(j)))
			return true;
	return false;
}

/* Whoever is bound to some hosts names one of them, and none of the others. */
static bool
may_touch(struct operation_call *c)
{
	struct str rest = str_from_c(c->operation->subjects), name;
	bool any = false;

	if (c->actor.hosts.count == 0)
		return true;
	while (str_split(&rest, ' ', &name)) {
		const struct option *o = option_find(c->operation->args, name);
		struct str text;

		assert(o && o->type == STRING);
		text = *(const struct str *)((const char *)c->args + o->offset);
		if (text.len == 0)
			continue;
		if (!has_host(&c->actor, text, &c->arena))
			return false;
		any = true;
	}
	return any;
}

static struct operation_actor
copy_actor(const struct operation_actor *actor, struct arena *a)
{
	struct str *hosts = arena_alloc(a, actor->hosts.count * sizeof(*hosts));

	for (size_t i = 0; i < actor->hosts.count; i++)
		hosts[i] = str_copy(a, actor->hosts.at[i]);
	return (struct operation_actor){
		.who = str_copy(a, actor->who),
		.address = str_copy(a, actor->address),
		.scopes = actor->scopes,
		.hosts = { hosts, actor->hosts.count },
	};
}

/* --- asking ------------------------------------------------------------------------------- */

static void
run(struct operation_call *c, json_t *args)
{
	const struct operation *op = c->operation;
	void *conf = arena_zalloc(&c->arena, op->args_size + 1);
	struct str reason;

	if (strcmp(op->method, "GET") != 0)
		c->given = given_arguments(op, args, &c->arena);
	if (op->scope && !(c->actor.scopes & ((uint32_t)op->scope | SCOPE_ADMIN))) {
		operation_refuse(c, ERR_FORBIDDEN, "the token has not the scope for this");
		return;
	}
	option_preset(op->args, conf, &c->arena);
	c->args = conf;
	if (read_arguments(op, args, conf, &c->arena, &reason) != OK)
		operation_refuse(c, ERR_BAD_REQUEST, "%.*s", STR_ARG(reason));
	else if (!may_touch(c))
		operation_refuse(c, ERR_FORBIDDEN, "the token is for other hosts");
	else
		op->run(c);
}

void
operation_ask(const struct operation *op, json_t *args, const struct operation_actor *actor,
    operation_answered_fn *answered, void *asker)
{
	struct operation_call *c = mem_zalloc(sizeof(*c));

	arena_init_wiped(&c->arena, 4096);
	c->operation = op;
	c->actor = copy_actor(actor, &c->arena);
	c->answered = answered;
	c->asker = asker;
	run(c, args);
}
