/* SPDX-License-Identifier: MIT
 *
 * Portals: a token with which one of their people logs in, once (modules/mod_login.h).
 */
#include "daemon/operations.h"
#include "modules/mod_login.h"
#include "xmpp/date.h"

struct login_args {
	struct str address;
	msec_t lifetime_ms;
};

static void
on_made(void *waiter, enum status s, struct str token, usec_t expires_us)
{
	struct operation_call *c = waiter;
	const struct jid *address = c->state;

	switch (s) {
	case OK:
		operation_answer(
		    c, json_pack("{s:o, s:o, s:o}", "address",
			   operation_text(jid_full(*address)), "token", operation_text(token),
			   "expires", operation_text(date_format(&c->arena, expires_us))));
		break;
	case E_NOT_FOUND:
		operation_refuse(c, ERR_ITEM_NOT_FOUND, "there is no account %.*s",
		    STR_ARG(jid_full(*address)));
		break;
	case E_DENIED:
		operation_refuse(c, ERR_NOT_ALLOWED, "the account is disabled");
		break;
	case E_UNSUPPORTED:
		operation_refuse(c, ERR_NOT_ALLOWED, "the module login is not enabled at %.*s",
		    STR_ARG(jid_domain(*address)));
		break;
	default:
		operation_refuse_store(c, s);
	}
}

static void
login_add(struct operation_call *c)
{
	const struct login_args *args = c->args;
	struct jid *address = arena_alloc(&c->arena, sizeof(*address));

	c->state = address;
	if (operation_account(c, args->address, address))
		login_token_make(*address, args->lifetime_ms, on_made, c);
}

const struct operation operation_login_add = {
	.name = "login.add",
	.doc = "Makes a token with which one account can log in, once and soon, without its "
	       "password.",
	.method = "POST",
	.path = "/login-tokens",
	.scope = SCOPE_PORTAL_LOGIN,
	.subjects = "address",
	.only_running = true,
	.args_size = sizeof(struct login_args),
	.args = LIST(struct option,
	    { "address", STRING, FIELD(login_args, address), NULL, "1", ADDRESS_MAX_TEXT,
		"The account; made when it does not exist and `modules.login.create` says "
		"so." },
	    { "lifetime", TIME, FIELD(login_args, lifetime_ms), "auto", "1s", "10m",
		"How long the token is valid; auto, and at most: `modules.login.lifetime`.",
		.words = "auto" }),
	.status = 201,
	.answer = LIST(struct answer_field, { "address", A_TEXT, "The account." },
	    { "token", A_TEXT, "The token, which is shown nowhere else." },
	    { "expires", A_TEXT, "When (XEP-0082)." }),
	.run = login_add,
};
