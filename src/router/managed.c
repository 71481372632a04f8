/* SPDX-License-Identifier: MIT */
#include "router/managed.h"

#include "base/log.h"
#include "base/random.h"
#include "base/siphash.h"
#include "loop/cause.h"
#include "router/account.h"
#include "router/leaving.h"
#include "router/route.h"
#include "xmpp/message_kind.h"

/* --- what was received ---------------------------------------------------------------- */

/* A stanza of the client and what comes of it, wherever that happens. */
struct received {
	struct debt debt; /* first: the ledger frees it */
	struct cause cause;
	struct session_id from;
};

static void
pay(struct received *r)
{
	struct session *s = session_find(r->from);

	if (!s)
		free(r);
	else if (ledger_pay(&s->managed->ledger, &r->debt) && s->outlet)
		s->outlet->calls->handled(s->outlet);
}

static void
on_paid(const void *letter)
{
	pay(*(struct received *const *)letter);
}

static void
on_over(struct cause *c)
{
	struct received *r = list_entry(c, struct received, cause);

	if (worker_self() == (int)r->from.worker)
		pay(r);
	else
		worker_post(r->from.worker, on_paid, &r, sizeof(r));
}

struct cause *
managed_received(struct managed *m)
{
	struct received *r = mem_alloc(sizeof(*r));

	r->from = m->session->id;
	cause_init(&r->cause, on_over);
	ledger_owe(&m->ledger, &r->debt);
	return &r->cause;
}

/* --- what is sent --------------------------------------------------------------------- */

void
managed_sent(struct managed *m, const struct stanza *st, usec_t at_us)
{
	/* One may be larger than what may wait: it has to get through some time. */
	bool full = m->ledger.n >= m->terms.max_stanzas || m->ledger.bytes > m->terms.max_bytes;

	ledger_add(&m->ledger, st, at_us);
	if (full)
		session_end(m->session, STREAM_RESOURCE_CONSTRAINT,
		    S("Too much was not acknowledged."));
}

void
managed_acknowledge(struct managed *m, uint32_t h)
{
	ledger_acknowledge(&m->ledger, h);
	if (!m->telling || (int32_t)(h - m->tell_at) < 0)
		return;
	m->telling = false;
	session_raise(m->session, ON_SESSION_SENT, NULL);
}

/* --- sessions that have ended ------------------------------------------------------------ */

/* XEP-0198 section 5: a client that comes back too late learns what had been handled. */
struct ended {
	uint64_t account; /* hash of its address */
	uint32_t handled;
	char id[MANAGED_ID_CHARS];
};

static _Thread_local struct {
	struct ended *at; /* a ring of MANAGED_REMEMBERED, made with the first */
	size_t next;
} past;

static void
remember(const struct session *s)
{
	const struct managed *m = s->managed;
	struct ended *e;

	if (!m->terms.keep_ms)
		return;
	if (!past.at)
		past.at = mem_zalloc(MANAGED_REMEMBERED * sizeof(*past.at));
	e = &past.at[past.next];
	past.next = (past.next + 1) % MANAGED_REMEMBERED;
	e->account = siphash_str(jid_bare(s->jid));
	e->handled = ledger_handled(&m->ledger);
	memcpy(e->id, m->id, sizeof(e->id));
}

bool
managed_remembers(struct jid bare, struct str id, uint32_t *handled)
{
	uint64_t account = siphash_str(jid_bare(bare));

	for (size_t i = 0; past.at && i < MANAGED_REMEMBERED; i++) {
		const struct ended *e = &past.at[i];

		if (e->account != account ||
		    !str_eq_secret(str_of(e->id, MANAGED_ID_CHARS), id))
			continue;
		*handled = e->handled;
		return true;
	}
	return false;
}

void
managed_worker_fini(void)
{
	free(past.at);
	past.at = NULL;
	past.next = 0;
}

/* --- the life of a session --------------------------------------------------------------- */

static void
on_due(struct timer *t)
{
	struct managed *m = list_entry(t, struct managed, timer);
	struct session *s = m->session;

	if (s->outlet) {
		s->outlet->calls->overdue(s->outlet);
		return;
	}
	log_info("session.given_up", LOG_ACCOUNT("jid", jid_full(s->jid)));
	session_close(&s);
}

void
managed_begin(struct session *s, const struct managed_terms *terms)
{
	struct managed *m = mem_zalloc(sizeof(*m));
	struct arena a;

	assert(!s->managed);
	m->session = s;
	m->terms = *terms;
	ledger_init(&m->ledger);
	timer_init(&m->timer, on_due);
	if (terms->keep_ms) {
		arena_init(&a, 64);
		memcpy(m->id, random_token(&a, MANAGED_ID_BYTES).at, MANAGED_ID_CHARS);
		arena_fini(&a);
	}
	s->managed = m;
}

struct str
managed_id(const struct managed *m)
{
	return m->terms.keep_ms ? str_of(m->id, MANAGED_ID_CHARS) : (struct str){ 0 };
}

/* What is on its way to a client that is gone: nobody has seen it. */
static void
raise_missed(struct session *s)
{
	const struct ledger *l = &s->managed->ledger;

	for (uint32_t i = 0; i < l->n; i++)
		session_raise(s, ON_SESSION_MISSED, ledger_at(l, i)->stanza);
}

bool
session_detach(struct session *s)
{
	struct managed *m = s->managed;

	if (!m || !m->terms.keep_ms || s->closing)
		return false;
	s->outlet = NULL;
	m->detached_ms = loop_now_ms();
	timer_set(&m->timer, m->terms.keep_ms);
	log_info("session.detached", LOG_ACCOUNT("jid", jid_full(s->jid)));
	raise_missed(s);
	return true;
}

struct session *
managed_find(const struct account *a, struct str id)
{
	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->managed && s->managed->terms.keep_ms && !s->closing &&
		    str_eq_secret(managed_id(s->managed), id))
			return s;
	}
	return NULL;
}

struct session *
managed_longest_detached(const struct account *a)
{
	struct session *longest = NULL;

	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->managed && !s->outlet && !s->closing &&
		    (!longest || s->managed->detached_ms < longest->managed->detached_ms))
			longest = s;
	}
	return longest;
}

void
managed_take_over(struct managed *m, struct outlet *o)
{
	struct session *s = m->session;
	struct outlet *was = TAKE(s->outlet);

	if (was)
		was->calls->end(
		    was, STREAM_CONFLICT, S("The session goes on with another connection."));
	timer_stop(&m->timer);
	leaving_forget(m);
	s->outlet = o;
	m->greeting = true;
	m->answering = m->answered = m->answers_more = false;
	session_raise(s, ON_SESSION_RESUMED, NULL);
}

/* --- handing over ----------------------------------------------------------------------- */

/* Whether another of the account's sessions got the message when this one did. */
static bool
has_gone_elsewhere(const struct session *s, const struct unacknowledged *u)
{
	bool copied = message_kind_is_copied(message_kind(u->stanza), false);

	list_each (link, &s->account->sessions) {
		const struct session *other = list_entry(link, struct session, in_account);

		if (copied && other->wants_copies && other->outlet &&
		    other->bound_us <= u->at_us)
			return true;
		/* To the bare address: to all of the highest priority. */
		if (jid_is_bare(u->stanza->to) && other->presence &&
		    other->available_us <= u->at_us && other->priority >= s->priority)
			return true;
	}
	return false;
}

/* A carbon: the account has the message itself. */
static bool
is_copy(const struct session *s, const struct stanza *st)
{
	return jid_eq(st->from, s->account->jid) && message_kind(st).parts & PART_WRAPPED;
}

/* What could not be given to the client goes to whoever is there, or waits (RFC 6121 section
 * 8.5.2; XEP-0198 section 4), with the moment at which it came. */
static void
hand_over_message(struct session *s, const struct unacknowledged *u, bool may_wait)
{
	struct account *a = s->account;

	switch (u->stanza->type) {
	case MESSAGE_NORMAL:
	case MESSAGE_CHAT:
		if (!may_wait)
			route_bounce(u->stanza, ERR_SERVICE_UNAVAILABLE);
		else if (!is_copy(s, u->stanza) && !has_gone_elsewhere(s, u))
			route_again(a, stanza_readdress(u->stanza, u->stanza->from, a->jid),
			    &(struct passage){ .late_us = u->at_us });
		break;
	case MESSAGE_GROUPCHAT:
		route_bounce(u->stanza, ERR_SERVICE_UNAVAILABLE);
		break;
	default: /* headlines and errors vanish */
		break;
	}
}

static void
hand_over_one(struct session *s, const struct unacknowledged *u, bool may_wait)
{
	const struct stanza *st = u->stanza;

	if (!u->at_us) /* it is kept elsewhere */
		return;
	if (st->kind == STANZA_MESSAGE)
		hand_over_message(s, u, may_wait);
	/* What the account itself asked, such as to take note of a roster item, nobody has to
	 * answer. */
	else if (st->kind == STANZA_IQ && st->from.local && !jid_eq(st->from, s->account->jid))
		route_bounce(st, ERR_SERVICE_UNAVAILABLE);
}

void
managed_hand_over(struct session *s)
{
	struct managed *m = s->managed;
	uint32_t n = m->ledger.n;
	bool may_wait = s->account->ready && !s->account->erased;

	remember(s);
	for (uint32_t i = 0; i < n; i++)
		hand_over_one(s, ledger_at(&m->ledger, i), may_wait);
	managed_forget(s);
}

void
managed_forget(struct session *s)
{
	struct managed *m = TAKE(s->managed);

	timer_stop(&m->timer);
	leaving_forget(m);
	ledger_fini(&m->ledger);
	free(m);
}
