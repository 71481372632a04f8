/* SPDX-License-Identifier: MIT
 *
 * How long, and how many, messages of one account are kept. The work is mod_archive's.
 */
#include "daemon/operations.h"
#include "modules/archive/retention.h"

struct retention_args {
	struct str address;
	struct retention retention;
};

#define ADDRESS_OPTION                                                                         \
	{                                                                                      \
		"address", STRING, FIELD(retention_args, address), NULL, "1",                  \
		    ADDRESS_MAX_TEXT, "Address of the account, such as juliet@example.org."    \
	}

/* As the configuration has them for a host, but that both must be given. */
#define MAX_AGE_OPTION                                                                         \
	{                                                                                      \
		"max_age", TIME, FIELD(retention_args, retention.max_age_ms), NULL, "1h",      \
		    "36500d", "Messages that are older are erased.", "forever"                 \
	}
#define MAX_MESSAGES_OPTION                                                                    \
	{                                                                                      \
		"max_messages", U32, FIELD(retention_args, retention.max_messages), NULL, "1", \
		    "4294967295", "When there are more, the oldest are erased.", "unlimited"   \
	}

/* The address into c->state; NULL when refused. */
static const struct jid *
begin(struct operation_call *c)
{
	const struct retention_args *args = c->args;
	struct jid *address = arena_alloc(&c->arena, sizeof(*address));

	c->state = address;
	return operation_account(c, args->address, address) ? address : NULL;
}

static void
refuse_status(struct operation_call *c, enum status s)
{
	const struct jid *address = c->state;

	if (s == E_NOT_FOUND)
		operation_refuse(c, ERR_ITEM_NOT_FOUND,
		    "there is no account %.*s, or its host keeps no archives",
		    STR_ARG(jid_full(*address)));
	else
		operation_refuse_store(c, s);
}

/* --- showing ------------------------------------------------------------------------------ */

static void
on_read(void *waiter, enum status s, const struct retention *r, bool own)
{
	static const struct option limits[] = { MAX_AGE_OPTION, MAX_MESSAGES_OPTION };
	struct operation_call *c = waiter;
	struct retention_args shown = { .retention = *r };
	const struct jid *address = c->state;

	if (s == OK)
		operation_answer(
		    c, json_pack("{s:o, s:b, s:o, s:o}", "address",
			   operation_text(jid_full(*address)), "own", own, limits[0].name,
			   operation_text(option_print(&limits[0], &shown, &c->arena)),
			   limits[1].name,
			   operation_text(option_print(&limits[1], &shown, &c->arena))));
	else
		refuse_status(c, s);
}

static void
retention_show(struct operation_call *c)
{
	const struct jid *address = begin(c);

	if (address)
		retention_read(*address, on_read, c);
}

/* --- changing ----------------------------------------------------------------------------- */

static void
on_set(void *waiter, enum status s)
{
	struct operation_call *c = waiter;
	const struct jid *address = c->state;

	if (s == OK)
		retention_read(*address, on_read, c);
	else
		refuse_status(c, s);
}

static void
set(struct operation_call *c)
{
	const struct retention_args *args = c->args;
	const struct jid *address = begin(c);

	if (address)
		retention_set(*address, &args->retention, on_set, c);
}

static void
clear(struct operation_call *c)
{
	const struct jid *address = begin(c);

	if (address)
		retention_set(*address, NULL, on_set, c);
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct answer_field fields[] = {
	{ "address", A_TEXT, "The account, normalised." },
	{ "own", A_TRUTH, "Whether it was said for the account; else it is as on its host." },
	{ "max_age", A_TEXT, "Messages that are older are erased; or \"forever\"." },
	{ "max_messages", A_TEXT, "How many are kept at most; or \"unlimited\"." },
};

const struct operation operation_retention_show = {
	.name = "retention.show",
	.doc = "Shows for how long an account's archive keeps messages, and how many.",
	.method = "GET",
	.path = "/users/{address}/retention",
	.scope = SCOPE_USERS_READ,
	.subjects = "address",
	.args_size = sizeof(struct retention_args),
	.args = LIST(struct option, ADDRESS_OPTION),
	.answer = TABLE(fields),
	.run = retention_show,
};

const struct operation operation_retention_set = {
	.name = "retention.set",
	.doc = "Says for how long an account's archive keeps messages, and how many, whatever "
	       "holds for its host. What is too much is erased at once.",
	.method = "PUT",
	.path = "/users/{address}/retention",
	.scope = SCOPE_USERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct retention_args),
	.args = LIST(struct option, ADDRESS_OPTION, MAX_AGE_OPTION, MAX_MESSAGES_OPTION),
	.answer = TABLE(fields),
	.run = set,
};

const struct operation operation_retention_clear = {
	.name = "retention.clear",
	.doc = "Lets an account's archive keep what its host's archives keep.",
	.method = "DELETE",
	.path = "/users/{address}/retention",
	.scope = SCOPE_USERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct retention_args),
	.args = LIST(struct option, ADDRESS_OPTION),
	.answer = TABLE(fields),
	.run = clear,
};
