/* SPDX-License-Identifier: MIT */
#include "router/route.h"

#include "loop/worker.h"
#include "router/account.h"
#include "router/component.h"
#include "router/deliver.h"
#include "router/dispatch.h"
#include "router/host.h"
#include "router/module.h"
#include "router/service.h"
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
	call_write_rows(c);
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

/* --- to a service of a host ------------------------------------------------------------ */

static void
into_service(struct call *c)
{
	c->module = c->service->module;
	c->conf = c->service->conf;
	if (c->service->type->arrive(c) == PASS)
		route_bounce(c->stanza, ERR_SERVICE_UNAVAILABLE);
}

static void
to_service(const struct service *s, struct stanza *st)
{
	struct call c = { .host = s->host, .service = s, .stanza = st };
	bool is_domain = !st->to.local && jid_is_bare(st->to);

	pass(&c, is_domain && !s->type->is_foreign ? SERVICE : NOWHERE, POLICY, into_service);
}

static void
at_service(const void *letter)
{
	struct stanza *st = *(struct stanza *const *)letter;
	const struct service *s = service_find(jid_domain(st->to));

	if (s) {
		to_service(s, st);
	} else { /* taken out of the configuration meanwhile */
		route_bounce(st, ERR_ITEM_NOT_FOUND);
		stanza_free(&st);
	}
}

static void
send_to_service(const struct service *s, struct stanza *st)
{
	unsigned home = s->type->home ? s->type->home(s, st->to) : account_home(st->to);

	worker_post(home, at_service, &st, sizeof(st));
}

/* --- to an account -------------------------------------------------------------------- */

static void
to_account(struct account *a, struct session *own, struct stanza *st, enum phase from,
    struct passage p)
{
	struct call c = {
		.host = host_find(jid_domain(a->jid)),
		.account = a,
		.session = own,
		.stanza = st,
		.passage = p,
	};

	if (!c.host) { /* taken out of the configuration meanwhile */
		route_bounce(st, ERR_ITEM_NOT_FOUND);
		stanza_free(&st);
		store_batch_free(&p.rows);
		return;
	}
	pass(&c, jid_is_bare(st->to) ? ACCOUNT : CLIENT, from, deliver_by_rules);
}

/* A stanza on its way to another home. */
struct parcel {
	struct stanza *stanza;
	struct passage passage;
};

/* RFC 6121 section 8.5.1: an unknown account looks like an unavailable one. */
static void
at_account(void *waiter, struct account *a, enum status s)
{
	struct parcel *p = waiter;

	if (a) {
		to_account(a, NULL, TAKE(p->stanza), POLICY, p->passage);
	} else {
		route_bounce(p->stanza,
		    s == E_NOT_FOUND ? ERR_SERVICE_UNAVAILABLE : ERR_RESOURCE_CONSTRAINT);
		stanza_free(&p->stanza);
	}
	free(p);
}

static void
at_home(const void *letter)
{
	const struct parcel *p = letter;
	struct account *a = account_at_once(p->stanza->to);
	struct parcel *waiting;

	if (a) {
		account_hold(a);
		to_account(a, NULL, p->stanza, POLICY, p->passage);
		account_release(a);
		return;
	}
	waiting = mem_alloc(sizeof(*waiting));
	*waiting = *p;
	account_with(jid_to_bare(p->stanza->to), at_account, waiting);
}

static void
send(struct parcel p)
{
	const struct host *host = host_find(jid_domain(p.stanza->to));
	const struct service *service;
	const struct component_conf *component;

	if (!host && (service = service_find(jid_domain(p.stanza->to)))) {
		send_to_service(service, p.stanza);
	} else if (!host && (component = hosts_component(jid_domain(p.stanza->to)))) {
		component_route(component, p.stanza);
	} else if (!host) {
		route_bounce(p.stanza, ERR_REMOTE_SERVER_NOT_FOUND);
		stanza_free(&p.stanza);
	} else if (!p.stanza->to.local) {
		to_server(host, NULL, p.stanza);
	} else {
		worker_post(account_home(p.stanza->to), at_home, &p, sizeof(p));
	}
}

void
route(struct stanza *st)
{
	send((struct parcel){ st });
}

void
route_with(struct stanza *st, const struct passage *p)
{
	send((struct parcel){ st, *p });
}

void
route_again(struct account *a, struct stanza *st, struct passage *p)
{
	struct session *own =
	    jid_eq_bare(st->from, a->jid) ? deliver_session(a, jid_resource(st->from)) : NULL;
	struct passage mine = *p;

	*p = (struct passage){ 0 };
	to_account(a, own, st, HANDLE, mine);
}

void
route_own(struct session *s, struct stanza *st, uint64_t archived)
{
	struct passage p = { .origin = archived };
	const struct host *host;

	if (jid_is_bare(st->to) && jid_eq(st->to, s->account->jid))
		to_account(s->account, s, st, POLICY, p);
	else if (!st->to.local && (host = host_find(jid_domain(st->to))))
		to_server(host, s, st);
	else
		send((struct parcel){ st, p });
}
