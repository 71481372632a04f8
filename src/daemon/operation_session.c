/* SPDX-License-Identifier: MIT
 *
 * Sessions: listed and ended. They live on the workers their accounts are at home on, so a
 * question travels to each of these in turn and collects what it finds.
 */
#include "daemon/operations.h"
#include "loop/worker.h"
#include "router/account.h"
#include "router/session.h"
#include "xmpp/date.h"

struct session_args {
	struct str address;
	struct str resource;
	uint32_t limit;
	struct str reason;
	struct str host;
};

/* In the call's arena. The worker that holds it is the only one to touch it. */
struct round_trip {
	struct operation_call *call;
	struct jid address; /* empty: sessions of all accounts */
	unsigned asker;     /* worker the call belongs to */
	unsigned worker;    /* whose turn it is */
	json_t *sessions;
	struct str host; /* empty: of all hosts */
	uint64_t total, accounts;
	uint32_t closed;
	bool cut; /* more were found than were asked for */
};

static void visit_here(const void *letter);

static void
travel(struct round_trip *t, unsigned to, letter_fn *open)
{
	worker_post(to, open, &t, sizeof(t));
}

/* The address, when there is one; false when the call was refused. */
static bool
take_address(struct operation_call *c, struct round_trip *t)
{
	const struct session_args *args = c->args;
	struct str resource;

	if (args->address.len == 0)
		return true;
	if (jid_parse(&c->arena, args->address, &t->address) != OK) {
		operation_refuse(
		    c, ERR_JID_MALFORMED, "\"%.*s\" is not an address", STR_ARG(args->address));
		return false;
	}
	if (args->resource.len == 0)
		return true;
	if (!jid_is_bare(t->address) ||
	    jid_prep_resource(&c->arena, args->resource, &resource) != OK) {
		operation_refuse(
		    c, ERR_JID_MALFORMED, "the resource is none, or there are two");
		return false;
	}
	t->address =
	    jid_join(&c->arena, jid_local(t->address), jid_domain(t->address), resource);
	return true;
}

/* Whether the session is one of those asked for: a full address names one. */
static bool
is_meant(const struct round_trip *t, const struct session *s)
{
	return jid_is_bare(t->address) || jid_eq(t->address, s->jid);
}

/* --- listing ------------------------------------------------------------------------------ */

static json_t *
describe(const struct session *s, struct arena *a)
{
	struct outlet *o = s->outlet;
	json_t *row = json_pack("{s:o, s:o, s:o, s:o, s:I, s:b}", "address",
	    operation_text(jid_full(s->jid)), "connection",
	    operation_text(o ? o->calls->describe(o, a) : S("")), "from",
	    operation_text(o ? o->calls->address(o) : S("")), "since",
	    operation_text(date_format(a, s->bound_us)), "idle_s",
	    (json_int_t)(session_idle_ms(s) / 1000), "available", s->presence != NULL);

	if (s->presence)
		json_object_set_new(row, "priority", json_integer(s->priority));
	return row;
}

static void
list_account(void *waiter, struct account *account)
{
	struct round_trip *t = waiter;
	const struct session_args *args = t->call->args;
	uint64_t before = t->total;
	struct arena a;

	if (t->host.len && !str_eq(jid_domain(account->jid), t->host))
		return;
	arena_init(&a, 1024);
	list_each (link, &account->sessions) {
		const struct session *s = list_entry(link, struct session, in_account);

		if (s->ended || !is_meant(t, s))
			continue;
		t->total++;
		if (json_array_size(t->sessions) == args->limit)
			t->cut = true;
		else
			json_array_append_new(t->sessions, describe(s, &a));
		arena_reset(&a);
	}
	arena_fini(&a);
	t->accounts += t->total > before;
}

static void
tell_list(const void *letter)
{
	struct round_trip *t = *(struct round_trip *const *)letter;

	operation_answer(
	    t->call, json_pack("{s:o, s:b, s:I, s:I}", "sessions", t->sessions, "cut", t->cut,
			 "total", (json_int_t)t->total, "accounts", (json_int_t)t->accounts));
}

static void
visit_here(const void *letter)
{
	struct round_trip *t = *(struct round_trip *const *)letter;

	accounts_each(list_account, t);
	t->worker++;
	if (t->worker < workers_count())
		travel(t, t->worker, visit_here);
	else
		travel(t, t->asker, tell_list);
}

static void
visit_home(const void *letter)
{
	struct round_trip *t = *(struct round_trip *const *)letter;
	struct account *account = account_loaded(jid_to_bare(t->address));

	if (account)
		list_account(t, account);
	travel(t, t->asker, tell_list);
}

static void
session_list(struct operation_call *c)
{
	const struct session_args *args = c->args;
	struct round_trip *t = arena_zalloc(&c->arena, sizeof(*t));

	t->call = c;
	t->asker = (unsigned)worker_self();
	if (!take_address(c, t) || (args->host.len && !operation_host(c, args->host, &t->host)))
		return;
	t->sessions = json_array();
	if (jid_is_empty(t->address))
		travel(t, 0, visit_here);
	else
		travel(t, account_home(t->address), visit_home);
}

/* --- closing ------------------------------------------------------------------------------ */

static void
tell_closed(const void *letter)
{
	struct round_trip *t = *(struct round_trip *const *)letter;

	if (t->closed)
		operation_answer(t->call, json_pack("{s:i}", "closed", (int)t->closed));
	else
		operation_refuse(t->call, ERR_ITEM_NOT_FOUND, "%.*s has no session",
		    STR_ARG(jid_full(t->address)));
}

static void
close_at_home(const void *letter)
{
	struct round_trip *t = *(struct round_trip *const *)letter;
	const struct session_args *args = t->call->args;
	struct account *account = account_loaded(jid_to_bare(t->address));

	if (account)
		list_each (link, &account->sessions) {
			struct session *s = list_entry(link, struct session, in_account);

			if (s->ended || !is_meant(t, s))
				continue;
			session_end(s, STREAM_POLICY_VIOLATION, args->reason);
			t->closed++;
		}
	travel(t, t->asker, tell_closed);
}

static void
session_close_operation(struct operation_call *c)
{
	struct round_trip *t = arena_zalloc(&c->arena, sizeof(*t));

	t->call = c;
	t->asker = (unsigned)worker_self();
	if (take_address(c, t))
		travel(t, account_home(t->address), close_at_home);
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct answer_field session_fields[] = {
	{ "address", A_TEXT, "Full address." },
	{ "connection", A_TEXT, "What it comes over: \"tcp TLSv1.3 ...\"." },
	{ "from", A_TEXT, "Address of the client." },
	{ "since", A_TEXT, "When it was bound (XEP-0082)." },
	{ "idle_s", A_NUMBER, "Seconds since the client last said something." },
	{ "available", A_TRUTH, "Whether it has sent presence." },
	{ "priority", A_NUMBER, "Of that presence.", true },
};

const struct operation operation_session_list = {
	.name = "session.list",
	.doc = "Lists the sessions of one account, of one host, or of all.",
	.method = "GET",
	.path = "/sessions",
	.scope = SCOPE_SESSIONS_READ,
	.subjects = "address host",
	.args_size = sizeof(struct session_args),
	.args = LIST(struct option,
	    { "address", STRING, FIELD(session_args, address), "", NULL, ADDRESS_MAX_TEXT,
		"Only of this account, or this one session." },
	    { "host", STRING, FIELD(session_args, host), "", NULL, "1023",
		"Only of this host." },
	    { "limit", U32, FIELD(session_args, limit), "1000", "1", "5000",
		"How many at most." }),
	.answer = LIST(struct answer_field,
	    { "sessions", A_ROWS, "The sessions.", .rows = TABLE(session_fields) },
	    { "cut", A_TRUTH, "Whether there are more than were asked for." },
	    { "total", A_NUMBER, "How many there are." },
	    { "accounts", A_NUMBER, "How many accounts have them." }),
	.run = session_list,
};

const struct operation operation_session_close = {
	.name = "session.close",
	.doc = "Ends a session, or all sessions of an account.",
	.method = "DELETE",
	.path = "/sessions/{+address}",
	.scope = SCOPE_SESSIONS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct session_args),
	.args = LIST(struct option,
	    { "address", STRING, FIELD(session_args, address), NULL, "1", ADDRESS_MAX_TEXT,
		"The session's address, or the account's for all of them." },
	    { "reason", STRING, FIELD(session_args, reason),
		"The session was ended by the administrator.", NULL, "500",
		"What the client is told." },
	    { "resource", STRING, FIELD(session_args, resource), "", NULL, "1023",
		"Of the session, for those that a path cannot have (RFC 3986 section 3.3)." }),
	.answer = LIST(struct answer_field, { "closed", A_NUMBER, "How many." }),
	.run = session_close_operation,
};
