/* SPDX-License-Identifier: MIT */
#include "daemon/rest.h"

#include "base/limits.h"
#include "daemon/access.h"
#include "daemon/openapi.h"
#include "daemon/operation_path.h"
#include "daemon/setup.h"

/* --- answering ---------------------------------------------------------------------------- */

static void
answer(struct http_exchange *x, unsigned status, const json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);
	bool problem = status >= 400;

	http_add_header(x, S("Cache-Control"), S("no-store"));
	if (status == 429)
		http_add_header(x, S("Retry-After"), S("60"));
	http_answer(x, status, problem ? S("application/problem+json") : S("application/json"),
	    str_from_c(text));
	free(text);
}

static void
refuse(struct http_exchange *x, unsigned status, enum stanza_error condition, struct str detail)
{
	json_t *problem = problem_document(status, stanza_error_name(condition), detail);

	answer(x, status, problem);
	json_decref(problem);
}

/* RFC 6750 section 3: what would have been needed. */
static void
refuse_access(struct http_exchange *x, enum access verdict)
{
	switch (verdict) {
	case ACCESS_MISSING:
		http_add_header(x, S("WWW-Authenticate"), S("Bearer realm=\"jaseur\""));
		refuse(x, 401, ERR_NOT_AUTHORIZED, S("a token is needed"));
		break;
	case ACCESS_WRONG:
		http_add_header(x, S("WWW-Authenticate"),
		    S("Bearer realm=\"jaseur\", error=\"invalid_token\""));
		refuse(x, 401, ERR_NOT_AUTHORIZED, S("the token is not valid"));
		break;
	case ACCESS_TOO_FAST:
		refuse(x, 429, ERR_POLICY_VIOLATION, S("too many requests with this token"));
		break;
	default:
		refuse(x, 429, ERR_POLICY_VIOLATION,
		    S("too many wrong tokens came from this address"));
	}
}

static void
on_answered(void *asker, unsigned status, const json_t *body)
{
	answer(asker, status, body);
}

/* --- the request -------------------------------------------------------------------------- */

static bool
is_json(const struct http_exchange *x)
{
	struct str type = http_header(x, S("content-type"));

	return str_eq_nocase(
	    str_trim(str_slice(type, 0, str_find(type, ';'))), S("application/json"));
}

/* The members of the body into the arguments. 0, or the status to refuse with. */
static unsigned
read_body(
    const struct http_exchange *x, const struct operation *op, json_t *args, struct str *reason)
{
	json_error_t fault;
	json_t *body, *value;
	const char *name;
	unsigned status = 0;

	if (x->body.len == 0)
		return 0;
	*reason = S("this takes no body");
	if (!operation_has_body(op))
		return 400;
	*reason = S("the body must be application/json");
	if (!is_json(x))
		return 415;
	body = json_loadb(x->body.at, x->body.len, JSON_REJECT_DUPLICATES, &fault);
	if (!json_is_object(body)) {
		*reason = body ? S("the body must be an object")
			       : str_format(x->arena, "not JSON: line %d, column %d",
				     fault.line, fault.column);
		json_decref(body);
		return 400;
	}
	json_object_foreach(body, name, value)
	{
		if (json_object_get(args, name)) {
			*reason = str_format(
			    x->arena, "an argument of the path or query is also in the body");
			status = 400;
			break;
		}
		json_object_set(args, name, value);
	}
	json_decref(body);
	return status;
}

/* Secrets do not belong into addresses, which are logged and remembered everywhere. */
static bool
has_secret(const struct operation *op, const json_t *args)
{
	for (size_t i = 0; i < op->args.count; i++)
		if (op->args.at[i].type == SECRET && json_object_get(args, op->args.at[i].name))
			return true;
	return false;
}

static void
ask(struct http_exchange *x, const struct operation *op, json_t *args,
    const struct operation_actor *actor)
{
	struct str reason;
	unsigned status;

	if (operation_read_query(op, x->query, args, x->arena, &reason) != OK)
		refuse(x, 400, ERR_BAD_REQUEST, reason);
	else if (has_secret(op, args))
		refuse(x, 400, ERR_BAD_REQUEST, S("a secret belongs into the body"));
	else if ((status = read_body(x, op, args, &reason)))
		refuse(x, status, ERR_BAD_REQUEST, reason);
	else
		operation_ask(op, args, actor, on_answered, x);
}

/* What follows once it is known who asks. */
static void
serve(struct http_exchange *x, const struct operation_actor *actor)
{
	json_t *args = json_object();
	struct str path = str_slice(x->path, strlen(REST_PATH), x->path.len), methods;
	struct str method = http_method_name(x->method == HTTP_HEAD ? HTTP_GET : x->method);
	const struct operation *op = operation_at(method, path, args, x->arena, &methods);

	if (op) {
		ask(x, op, args, actor);
	} else if (methods.at) {
		http_add_header(x, S("Allow"), methods);
		refuse(x, 405, ERR_NOT_ALLOWED, S("there is no such operation here"));
	} else {
		refuse(x, 404, ERR_ITEM_NOT_FOUND, S("there is no such operation"));
	}
	json_decref(args);
}

static void
on_judged(void *waiter, enum access verdict, const struct operation_actor *actor)
{
	struct http_exchange *x = waiter;

	if (verdict == ACCESS_GRANTED)
		serve(x, actor);
	else
		refuse_access(x, verdict);
}

/* --- routes ------------------------------------------------------------------------------- */

static void
run(struct http_exchange *x)
{
	struct operation_actor local = { .address = S("local"), .scopes = SCOPE_ADMIN };

	if (x->local) {
		local.who = str_format(x->arena, "uid %u", (unsigned)x->uid);
		serve(x, &local);
	} else if (!setup_api()->enabled) {
		http_refuse(x, 404, (struct str){ 0 });
	} else {
		access_judge(http_header(x, S("authorization")), x->address, on_judged, x);
	}
}

/* No secret: it is in the documents, too. */
static void
describe(struct http_exchange *x)
{
	json_t *document;

	if (!x->local && !setup_api()->enabled) {
		http_refuse(x, 404, (struct str){ 0 });
		return;
	}
	document = openapi_document();
	answer(x, 200, document);
	json_decref(document);
}

static const struct http_route routes[] = {
	{
	    .path = S(REST_PATH "/openapi.json"),
	    .methods = HTTP_GET,
	    .run = describe,
	},
	{
	    .path = S(REST_PATH "/"),
	    .methods = HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_DELETE,
	    .body_max = OPERATION_REQUEST_MAX,
	    .run = run,
	},
};

const struct http_routes rest_routes = TABLE(routes);
