/* SPDX-License-Identifier: MIT */
#include "router/session.h"

#include "base/limits.h"
#include "base/metrics.h"
#include "base/random.h"
#include "loop/cause.h"
#include "loop/worker.h"
#include "router/account.h"
#include "router/deliver.h"
#include "router/dispatch.h"
#include "router/host.h"
#include "router/managed.h"
#include "router/route.h"
#include "router/state.h"
#include "xmpp/ns.h"

/* The sessions of this worker by slot. A slot's generation grows with each use, so that an
 * id of a session that has ended finds nothing. */
struct slot {
	struct session *session;
	uint64_t generation;
	uint32_t next_free;
};

enum { NO_SLOT = UINT32_MAX };

static _Thread_local struct {
	struct slot *at;
	uint32_t n, free;
} slots;

static int open_sessions; /* a gauge */

void
sessions_register_metrics(void)
{
	static const struct metric open = { "sessions", GAUGE, "sessions",
		"Resources of accounts that are bound." };

	open_sessions = metric_register(&open);
}

void
sessions_worker_init(void)
{
	slots.free = NO_SLOT;
}

void
sessions_worker_fini(void)
{
	free(slots.at);
	slots.at = NULL;
	slots.n = 0;
	slots.free = NO_SLOT;
	managed_worker_fini();
}

static struct session_id
take_slot(struct session *s)
{
	uint32_t i = slots.free;

	if (i == NO_SLOT) {
		uint32_t n = slots.n ? slots.n * 2 : 64;

		slots.at = mem_resize(slots.at, n * sizeof(*slots.at));
		for (uint32_t k = slots.n; k < n; k++)
			slots.at[k] = (struct slot){ .next_free = k + 1 < n ? k + 1 : NO_SLOT };
		i = slots.n;
		slots.n = n;
	}
	slots.free = slots.at[i].next_free;
	slots.at[i].session = s;
	slots.at[i].generation++;
	return (struct session_id){ (uint32_t)worker_self(), i, slots.at[i].generation };
}

static void
give_slot(struct session_id id)
{
	slots.at[id.slot].session = NULL;
	slots.at[id.slot].next_free = slots.free;
	slots.free = id.slot;
}

struct session *
session_find(struct session_id id)
{
	assert(id.worker == (uint32_t)worker_self());
	if (id.slot >= slots.n || slots.at[id.slot].generation != id.generation)
		return NULL;
	return slots.at[id.slot].session;
}

/* --- delivering ----------------------------------------------------------------------- */

void
session_deliver(struct session *s, const struct stanza *st)
{
	if (!s->sieve || !s->sieve(s, st))
		session_deliver_now(s, st, loop_wall_us());
}

/* at_us: as in ledger.h. */
static void
give(struct session *s, const struct stanza *st, usec_t at_us)
{
	if (s->managed)
		managed_sent(s->managed, st, at_us);
	if (s->outlet)
		s->outlet->calls->deliver(s->outlet, st);
}

void
session_deliver_now(struct session *s, const struct stanza *st, usec_t came_us)
{
	give(s, st, came_us);
}

void
session_leave_behind(struct session *s, const struct stanza *st, usec_t came_us)
{
	assert(s->closing && !s->outlet);
	if (!s->managed)
		managed_begin(s, &(struct managed_terms){ 0 });
	ledger_add(&s->managed->ledger, st, came_us);
}

void
session_deliver_kept(struct session *s, const struct stanza *st)
{
	give(s, st, 0);
}

void
session_tell_sent(struct session *s)
{
	if (s->managed) {
		s->managed->telling = true;
		s->managed->tell_at = s->managed->ledger.sent;
	}
	if (s->outlet)
		s->outlet->calls->tell_sent(s->outlet);
}

msec_t
session_idle_ms(const struct session *s)
{
	return loop_now_ms() - s->heard_ms;
}

/* --- making --------------------------------------------------------------------------- */

static struct session *
session_new(struct account *a, struct str resource, struct outlet *outlet)
{
	struct str bare = jid_full(a->jid);
	size_t head = sizeof(struct session) + state_session_bytes();
	struct session *s = mem_zalloc(head + bare.len + 1 + resource.len);
	char *text = (char *)s + head;

	memcpy(text, bare.at, bare.len);
	text[bare.len] = '/';
	memcpy(text + bare.len + 1, resource.at, resource.len);
	s->jid = a->jid;
	s->jid.text = text;
	s->jid.resource = (uint16_t)resource.len;
	s->account = a;
	s->outlet = outlet;
	s->bound_us = loop_wall_us();
	s->heard_ms = loop_now_ms();
	s->id = take_slot(s);
	list_append(&a->sessions, &s->in_account);
	a->n_sessions++;
	metric_add(open_sessions, 1);
	account_hold(a);
	return s;
}

void
session_raise(struct session *s, enum event on, struct stanza *st)
{
	struct arena arena;
	struct call c = {
		.host = host_find(jid_domain(s->jid)),
		.account = s->account,
		.session = s,
		.stanza = st,
		.arena = &arena,
	};

	if (!c.host)
		return;
	arena_init(&arena, 4096);
	dispatch_event(&c, on);
	assert(!c.after);
	arena_fini(&arena);
}

/* --- closing -------------------------------------------------------------------------- */

static struct stanza *
unavailable_from(struct session *s, struct arena *a)
{
	struct stanza_head head = {
		.kind = STANZA_PRESENCE,
		.type = PRESENCE_UNAVAILABLE,
		.from = s->jid,
	};
	struct xml_writer w;

	stanza_begin(&w, a, STANZA_PRESENCE);
	return stanza_finish(&w, &head);
}

static void
session_free(struct session *s)
{
	state_session_fini(s);
	give_slot(s->id);
	free(s);
}

static void
finish_close(struct session *s)
{
	struct account *a = s->account;
	struct arena arena;

	s->closing = true;
	if (s->presence) {
		AUTO(stanza) gone = NULL;

		arena_init(&arena, 1024);
		gone = unavailable_from(s, &arena);
		arena_fini(&arena);
		session_raise(s, ON_SESSION_UNAVAILABLE, gone);
		stanza_free(&s->presence);
	}
	session_raise(s, ON_SESSION_CLOSED, NULL);
	s->ended = true;
	list_remove(&s->in_account);
	a->n_sessions--;
	metric_add(open_sessions, -1);
	if (s->managed)
		managed_hand_over(s);
	session_free(s);
	account_release(a);
}

void
session_forget(struct session *s)
{
	list_remove(&s->in_account);
	s->account->n_sessions--;
	stanza_free(&s->presence);
	metric_add(open_sessions, -1);
	if (s->managed)
		managed_forget(s);
	account_release(s->account);
	session_free(s);
}

static void
when_readable(void *waiter, struct account *a, enum status status)
{
	struct session_id *id = waiter;
	struct session *s = session_find(*id);

	(void)a;
	(void)status;
	free(id);
	if (s)
		finish_close(s);
}

/* When its turn has come, so that what came before is still the session's. */
static void
close_in_order(struct session *s)
{
	struct session_id *id = mem_alloc(sizeof(*id));

	*id = s->id;
	account_with(s->account->jid, when_readable, id);
}

static void
begin_end(struct session *s)
{
	s->outlet = NULL;
	s->closing = true;
	s->ended = !s->managed;
}

static void
close_ended(const void *letter)
{
	const struct session_id *id = letter;
	struct session *s = session_find(*id);

	if (s)
		close_in_order(s);
}

void
session_end(struct session *s, enum stream_error why, struct str text)
{
	struct outlet *o = s->outlet;

	if (s->closing)
		return;
	begin_end(s);
	if (o)
		o->calls->end(o, why, text);
	worker_post(s->id.worker, close_ended, &s->id, sizeof(s->id));
}

void
session_end_now(struct session *s, enum stream_error why, struct str text)
{
	session_end(s, why, text);
	finish_close(s);
}

void
session_cut(struct session *s, enum stream_error why, struct str text)
{
	struct outlet *o = s->outlet;

	if (session_detach(s))
		o->calls->end(o, why, text);
	else
		session_end(s, why, text);
}

void
session_close(struct session **s)
{
	struct session *gone = TAKE(*s);

	if (!gone || gone->closing)
		return;
	begin_end(gone);
	close_in_order(gone);
}

static void
end_detached(void *waiter, struct account *a)
{
	(void)waiter;
	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (!s->outlet)
			session_end(s, STREAM_SYSTEM_SHUTDOWN, (struct str){ 0 });
	}
}

static void
on_end_detached(const void *letter)
{
	(void)letter;
	accounts_each(end_detached, NULL);
}

void
sessions_end_detached(void)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, on_end_detached, "", 1);
}

void
session_lose(struct session **s)
{
	if (*s && session_detach(*s)) {
		*s = NULL;
		return;
	}
	if (*s)
		(*s)->lost = true;
	session_close(s);
}

/* --- binding -------------------------------------------------------------------------- */

/* A resource nobody can guess (RFC 6120 section 7.6). */
static struct str
make_resource(struct arena *a)
{
	return random_token(a, RESOURCE_BYTES);
}

enum status
session_bind(const struct bind_request *request, struct session **out)
{
	struct account *a = request->account;
	struct str resource = request->resource;
	struct session *older = deliver_session(a, resource);
	struct arena arena;

	assert(a->ready);
	if (older && request->conflict == BIND_REFUSE)
		return E_EXISTS;
	if (older && request->conflict == BIND_REPLACE) {
		/* Its unavailable presence must not follow the newer one's first. */
		older->lost = true;
		session_end_now(
		    older, STREAM_CONFLICT, S("The resource was bound by another connection."));
	}
	/* Who cannot resume and always takes a new name must not lock himself out. */
	if (a->n_sessions >= ACCOUNT_SESSIONS_MAX && (older = managed_longest_detached(a)))
		session_end_now(older, STREAM_RESOURCE_CONSTRAINT, (struct str){ 0 });
	if (a->n_sessions >= ACCOUNT_SESSIONS_MAX)
		return E_LIMIT;
	arena_init(&arena, 256);
	if (str_is_empty(resource) || (older && request->conflict == BIND_RENAME))
		resource = make_resource(&arena);
	*out = session_new(a, resource, request->outlet);
	arena_fini(&arena);
	session_raise(*out, ON_SESSION_BOUND, NULL);
	return OK;
}

/* --- sending -------------------------------------------------------------------------- */

struct pending_send {
	struct session_id from;
	struct stanza *stanza;
};

static void
send_now(struct session *s, struct stanza *st)
{
	struct arena arena;
	struct call c = {
		.host = host_find(jid_domain(s->jid)),
		.account = s->account,
		.session = s,
		.stanza = st,
		.arena = &arena,
	};

	arena_init(&arena, 4096);
	if (!c.host) {
		session_end(s, STREAM_HOST_GONE, (struct str){ 0 });
	} else if (dispatch_stanza(&c, SENT, POLICY) == PASS && !jid_is_empty(c.stanza->to)) {
		assert(!c.after);
		call_write_rows(&c);
		route_own(s, TAKE(c.stanza), c.passage.archived);
	}
	assert(!c.after); /* every call_hold is followed by call_commit */
	call_write_rows(&c);
	stanza_free(&c.stanza);
	arena_fini(&arena);
}

static void
send_when_readable(void *waiter, struct account *a, enum status status)
{
	struct pending_send *p = waiter;
	struct session *s = a && status == OK ? session_find(p->from) : NULL;

	/* Also of one that has left meanwhile: it said so before. */
	if (s)
		send_now(s, TAKE(p->stanza));
	stanza_free(&p->stanza);
	free(p);
}

static void
send_in_order(struct session *s, struct stanza *st)
{
	struct pending_send *p;

	if (s->account->ready && list_is_empty(&s->account->waiting)) {
		send_now(s, st);
		return;
	}
	p = mem_alloc(sizeof(*p));
	*p = (struct pending_send){ s->id, st };
	account_with(s->account->jid, send_when_readable, p);
}

void
session_send(struct session *s, struct stanza *st)
{
	struct cause *cause, *was;

	if (!s->managed) {
		send_in_order(s, st);
		return;
	}
	cause = managed_received(s->managed);
	was = cause_swap(cause);
	send_in_order(s, st);
	cause_swap(was);
	cause_drop(&cause);
}

void
session_sent_in_vain(struct session *s)
{
	struct cause *cause = s->managed ? managed_received(s->managed) : NULL;

	cause_drop(&cause);
}
