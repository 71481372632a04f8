/* SPDX-License-Identifier: MIT
 *
 * Web sites that want to know whether a visitor is who he says (modules/mod_confirm.h). The
 * answer comes when the person has answered, or the time is over.
 */
#include "base/limits.h"
#include "daemon/operations.h"
#include "modules/mod_confirm.h"
#include "router/host.h"

struct confirm_args {
	struct str address;
	struct str code;
	struct str http_method;
	struct str url;
	struct str text;
	msec_t wait_ms;
};

static void
on_answered(void *waiter, enum status s, enum confirm_verdict v, struct jid by)
{
	static const struct str words[] = { S("confirmed"), S("denied"), S("expired") };
	struct operation_call *c = waiter;
	const struct confirm_args *args = c->args;
	json_t *body;

	switch (s) {
	case OK:
		body = json_pack("{s:o, s:o}", "address", operation_text(args->address),
		    "answer", operation_text(words[v]));
		if (!jid_is_empty(by))
			json_object_set_new(body, "client", operation_text(jid_full(by)));
		operation_answer(c, body);
		break;
	case E_NOT_FOUND:
	case E_CLOSED: /* whether an account exists is no business of web sites */
		operation_refuse(
		    c, ERR_ITEM_NOT_FOUND, "%.*s cannot be asked now", STR_ARG(args->address));
		break;
	case E_LIMIT:
		operation_refuse(
		    c, ERR_POLICY_VIOLATION, "%.*s is asked too often", STR_ARG(args->address));
		break;
	case E_UNSUPPORTED:
		operation_refuse(c, ERR_NOT_ALLOWED, "the module confirm is not enabled there");
		break;
	default:
		operation_refuse_store(c, s);
	}
}

/* Letters, as all methods are (RFC 9110 section 9.1 would have more). */
static bool
is_method(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < 'A' || s.at[i] > 'Z')
			return false;
	return s.len > 0;
}

static void
confirm_ask_operation(struct operation_call *c)
{
	const struct confirm_args *args = c->args;
	struct confirm_request r = {
		.code = args->code,
		.method = args->http_method,
		.url = args->url,
		.text = args->text,
		.wait_ms = args->wait_ms,
	};

	if (jid_parse(&c->arena, args->address, &r.account) != OK ||
	    jid_local(r.account).len == 0 || !host_find(jid_domain(r.account))) {
		operation_refuse(c, ERR_JID_MALFORMED,
		    "\"%.*s\" is not the address of an account here", STR_ARG(args->address));
		return;
	}
	if (!is_method(args->http_method) ||
	    !(str_starts(args->url, S("https://")) || str_starts(args->url, S("http://")))) {
		operation_refuse(c, ERR_NOT_ACCEPTABLE,
		    "a method such as GET and a URL of http or https are needed");
		return;
	}
	confirm_ask(&r, on_answered, c);
}

const struct operation operation_confirm_ask = {
	.name = "confirm.ask",
	.doc =
	    "Asks a person, by chat, whether a request to a web site is his, and waits for the "
	    "answer.",
	.method = "POST",
	.path = "/confirmations",
	.scope = SCOPE_CONFIRM_ASK,
	.subjects = "address",
	.only_running = true,
	.args_size = sizeof(struct confirm_args),
	.args = LIST(struct option,
	    { "address", STRING, FIELD(confirm_args, address), NULL, "1", ADDRESS_MAX_TEXT,
		"Whom to ask; with a resource: that client of his." },
	    { "code", STRING, FIELD(confirm_args, code), NULL, "1", "64",
		"What the site shows to its visitor, for comparison." },
	    { "url", STRING, FIELD(confirm_args, url), NULL, "8", "2048",
		"What was asked for." },
	    { "http_method", STRING, FIELD(confirm_args, http_method), "GET", "1", "16",
		"Method of the request." },
	    { "text", PROSE, FIELD(confirm_args, text), "", NULL, "1024",
		"What the person reads, who can reply OK or No; a sentence in English when "
		"nothing "
		"is said." },
	    { "wait", TIME, FIELD(confirm_args, wait_ms), "60s", "1s", "5m",
		"How long to wait." }),
	.answer = LIST(struct answer_field, { "address", A_TEXT, "Who was asked." },
	    { "answer", A_TEXT, "confirmed, denied, or expired when there was none." },
	    { "client", A_TEXT, "Full address of the client that answered.", true }),
	.run = confirm_ask_operation,
};
