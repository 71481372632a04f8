/* SPDX-License-Identifier: MIT */
#include "router/route.h"

#include "loop/worker.h"
#include "router/account.h"
#include "router/deliver.h"
#include "router/dispatch.h"
#include "router/host.h"
#include "router/session.h"

void
route_bounce(const struct stanza *st, enum stanza_error condition)
{
	struct arena a;

	if (st->kind == STANZA_PRESENCE || !stanza_may_be_answered(st))
		return;
	arena_init(&a, 1024);
	route(stanza_error_answer(st, condition, (struct str){ 0 }, (struct str){ 0 }, &a));
	arena_fini(&a);
}

void
route_result(const struct stanza *request, struct str content)
{
	struct stanza_head head = {
		.kind = STANZA_IQ,
		.type = IQ_RESULT,
		.to = request->from,
		.from = request->to,
		.id = request->id,
	};
	struct xml_writer w;
	struct arena a;

	arena_init(&a, 1024);
	stanza_begin(&w, &a, STANZA_IQ);
	if (content.len)
		xml_raw(&w, content);
	route(stanza_finish(&w, &head));
	arena_fini(&a);
}

/* Runs the hooks of one pass from a phase on, then the rules of `otherwise` unless one of them
 * was DONE. */
static void
pass(struct call *c, enum target at, enum phase from, void (*otherwise)(struct call *c))
{
	struct arena a;

	arena_init(&a, 4096);
	c->arena = &a;
	if (dispatch_stanza(c, at, from) == PASS)
		otherwise(c);
	assert(!c->after); /* every call_hold is followed by call_commit */
	stanza_free(&c->stanza);
	arena_fini(&a);
}

/* --- to a host of ours ---------------------------------------------------------------- */

/* RFC 6120 section 10.5.1: a host is no account; what no module serves is unavailable. */
static void
server_unserved(struct call *c)
{
	route_bounce(c->stanza, ERR_SERVICE_UNAVAILABLE);
}

static void
to_server(const struct host *host, struct session *own, struct stanza *st)
{
	struct call c = {
		.host = host,
		.account = own ? own->account : NULL,
		.session = own,
		.stanza = st,
	};

	pass(&c, SERVER, POLICY, server_unserved);
}

/* --- to an account -------------------------------------------------------------------- */

static void
to_account(
    struct account *a, struct session *own, struct stanza *st, enum phase from, usec_t late_us)
{
	struct call c = {
		.host = host_find(jid_domain(a->jid)),
		.account = a,
		.session = own,
		.stanza = st,
		.late_us = late_us,
	};

	if (!c.host) { /* taken out of the configuration meanwhile */
		route_bounce(st, ERR_ITEM_NOT_FOUND);
		stanza_free(&st);
		return;
	}
	pass(&c, jid_is_bare(st->to) ? ACCOUNT : CLIENT, from, deliver_by_rules);
}

/* RFC 6121 section 8.5.1: an unknown account looks like an unavailable one. */
static void
at_account(void *waiter, struct account *a, enum status s)
{
	struct stanza *st = waiter;

	if (a) {
		to_account(a, NULL, st, POLICY, 0);
		return;
	}
	route_bounce(st, s == E_NOT_FOUND ? ERR_SERVICE_UNAVAILABLE : ERR_RESOURCE_CONSTRAINT);
	stanza_free(&st);
}

static void
at_home(const void *letter)
{
	struct stanza *const *st = letter;

	account_with(jid_to_bare((*st)->to), at_account, *st);
}

void
route(struct stanza *st)
{
	const struct host *host = host_find(jid_domain(st->to));

	if (!host) {
		route_bounce(st, ERR_REMOTE_SERVER_NOT_FOUND);
		stanza_free(&st);
	} else if (!st->to.local) {
		to_server(host, NULL, st);
	} else {
		worker_post(account_home(st->to), at_home, &st, sizeof(st));
	}
}

void
route_again(struct account *a, struct stanza *st, usec_t late_us)
{
	struct session *own =
	    jid_eq_bare(st->from, a->jid) ? deliver_session(a, jid_resource(st->from)) : NULL;

	to_account(a, own, st, HANDLE, late_us);
}

void
route_own(struct session *s, struct stanza *st)
{
	const struct host *host;

	if (jid_is_bare(st->to) && jid_eq(st->to, s->account->jid))
		to_account(s->account, s, st, POLICY, 0);
	else if (!st->to.local && (host = host_find(jid_domain(st->to))))
		to_server(host, s, st);
	else
		route(st);
}
