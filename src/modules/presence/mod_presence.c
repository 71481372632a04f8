/* SPDX-License-Identifier: MIT
 *
 * mod_presence: who is there (RFC 6121 section 4): broadcast, probes, directed presence, and
 * unavailable presence on every way out.
 *
 * Reacts   presence sent by a session; probes for the account; a contact who may see the
 *          account from now on, or may not any more; the end of a session
 * Keeps    nothing on disk. Of a session: its last presence (session.h) and whom it sent
 *          directed presence. Of an account: presence that lingers
 *
 * What would tell nobody anything is not sent:
 *
 *   a presence that says what the last one said; to the session that sent it only
 *   that a session was lost, while its client may be back (lingering.h): RFC 6121 section
 *   4.5.2 does not say how soon its contacts must know
 *   "unavailable" as the answer to a probe of a local user, who takes it for granted
 *   (section 4.3.2 leaves it to the server)
 *   the answer to a probe of a local user whose session the last broadcast has reached
 *   the probes of a session, when another asks for all that have just become available
 *   those of a session that watches some contacts only: mod_watch asks them
 *
 * What happened first is told by moments: every session that became available and every
 * broadcast has one, in an order on which all workers agree. A broadcast with a higher one than
 * a session of a contact was sent when that was available, so it has it.
 */
#include <stdatomic.h>

#include "base/limits.h"
#include "loop/worker.h"
#include "modules/list.h"
#include "modules/mod_blocking.h"
#include "modules/presence/lingering.h"
#include "modules/presence/presence.h"
#include "modules/roster/roster.h"
#include "router/deliver.h"
#include "xmpp/ns.h"

enum {
	PRESENCE_SENT,
	PRESENCE_PROBES,
	PRESENCE_PROBES_MERGED,
	PRESENCE_SAVED,
	PRESENCE_SAVED_BYTES,
};

struct presence_conf {
	msec_t linger_ms;
};

/* Whom the session told of its presence beside the subscribed contacts (section 4.6.3). */
struct directed {
	struct str *to; /* full or bare addresses, each allocated */
	uint32_t n;
};

/* Of a session. */
struct shown {
	struct directed directed;
	uint64_t since; /* the moment at which it became available */
	uint64_t told;  /* that of its last broadcast; 0: there was none */
	bool asks;      /* it is available, and its contacts are not probed yet */
};

static struct shown *
shown_of(struct session *s)
{
	return module_session_state(&mod_presence, s);
}

static struct directed *
directed_of(struct session *s)
{
	return &shown_of(s)->directed;
}

static _Atomic uint64_t moments;

static uint64_t
moment(void)
{
	return atomic_fetch_add(&moments, 1) + 1;
}

static struct lingerers *
lingerers_of(struct account *a)
{
	return module_account_state(&mod_presence, a);
}

/* --- sending -------------------------------------------------------------------------- */

static const struct passage by_subscription = { .by_subscription = true };

/* From a resource to somebody who may see it; a blocked contact sees nothing (XEP-0191). */
static void
tell_as(struct call *c, struct jid from, const struct stanza *presence, struct jid to,
    const struct passage *p)
{
	if (blocking_blocks(c->account, to))
		return;
	module_count(&mod_presence, PRESENCE_SENT, 1);
	call_send_with(c, stanza_readdress(presence, from, to), p);
}

static void
tell(struct call *c, struct jid from, const struct stanza *presence, struct jid contact)
{
	tell_as(c, from, presence, contact, &by_subscription);
}

static void
count_saved(uint64_t stanzas, const struct stanza *presence)
{
	module_count(&mod_presence, PRESENCE_SAVED, stanzas);
	module_count(&mod_presence, PRESENCE_SAVED_BYTES, stanzas * stanza_wire_max(presence));
}

/* To the account's own sessions, the sender's included (sections 4.2.2, 4.4.2, 4.5.2). */
static void
tell_own(struct call *c, struct jid from, const struct stanza *presence)
{
	AUTO(stanza) st = stanza_readdress(presence, from, c->account->jid);

	list_each (link, &c->account->sessions) {
		struct session *other = list_entry(link, struct session, in_account);

		if (other->presence && !other->ended)
			call_send_session(c, other, stanza_ref(st));
	}
}

static void
broadcast(struct call *c, struct jid from, const struct stanza *presence)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;

	while ((item = roster_next(c->account, &walk)))
		if (item->state & SUB_FROM)
			tell(c, from, presence, item->jid);
	tell_own(c, from, presence);
}

/* Whom the broadcast would have told. */
static void
save_broadcast(struct call *c, const struct stanza *presence)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;
	uint64_t n = 0;

	while ((item = roster_next(c->account, &walk)))
		n += item->state & SUB_FROM && !blocking_blocks(c->account, item->jid);
	count_saved(n, presence);
}

static struct stanza *
bare_presence(struct call *c, enum stanza_type type, struct jid from, struct jid to)
{
	struct stanza_head head = {
		.kind = STANZA_PRESENCE,
		.type = type,
		.from = from,
		.to = to,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_PRESENCE);
	return stanza_finish(&w, &head);
}

static enum verdict
on_contact_shown(struct call *c)
{
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->presence && !s->ended)
			tell(c, s->jid, s->presence, c->contact);
	}
	for (struct lingering *l = NULL; (l = lingering_next(lingerers_of(c->account), l));)
		tell(c, l->presence->from, l->presence, c->contact);
	return PASS;
}

/* Also to one who is blocked by now. */
static void
tell_hidden(struct call *c, struct jid from)
{
	call_send_with(
	    c, bare_presence(c, PRESENCE_UNAVAILABLE, from, c->contact), &by_subscription);
}

static enum verdict
on_contact_hidden(struct call *c)
{
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->presence)
			tell_hidden(c, s->jid);
	}
	for (struct lingering *l = NULL; (l = lingering_next(lingerers_of(c->account), l));)
		tell_hidden(c, l->presence->from);
	return PASS;
}

/* --- becoming and staying available --------------------------------------------------- */

/* Section 4.7.2.3: an integer of 8 bits, 0 when there is none. */
static bool
read_priority(struct call *c, int8_t *out)
{
	struct elem e = elem_child(stanza_root(c->stanza), NS_CLIENT, S("priority"));
	struct str text;
	bool negative;
	uint64_t n;

	*out = 0;
	if (!elem_exists(e))
		return true;
	text = str_trim(elem_text(e, c->arena));
	negative = str_starts(text, S("-"));
	if (negative || str_starts(text, S("+")))
		text = str_slice(text, 1, text.len);
	if (str_to_u64(text, negative ? 128 : 127, &n) != OK)
		return false;
	*out = (int8_t)(negative ? -(int)n : (int)n);
	return true;
}

static void
probe(struct call *c, struct jid from, struct jid contact, uint64_t since)
{
	if (blocking_blocks(c->account, contact))
		return;
	module_count(&mod_presence, PRESENCE_PROBES, 1);
	route_with(bare_presence(c, PRESENCE_PROBE, from, contact),
	    &(struct passage){ .asked = since });
}

void
presence_ask(struct call *c, struct jid contact)
{
	probe(c, c->session->jid, contact, 0);
}

/* Section 4.3.1: asks every contact whose presence the user is subscribed to. */
static void
probe_contacts(struct call *c, struct jid from, uint64_t since)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;

	while ((item = roster_next(c->account, &walk)))
		if (item->state & SUB_TO)
			probe(c, from, item->jid, since);
}

struct askers {
	unsigned n;
	bool all;       /* that are available */
	uint64_t since; /* when the last of them became so */
};

static struct askers
askers_of(struct account *a)
{
	struct askers askers = { .all = true };

	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);
		const struct shown *shown = shown_of(s);

		if (!s->presence || s->ended)
			continue;
		askers.n += shown->asks && !s->watches;
		askers.all &= shown->asks && !s->watches;
		if (shown->since > askers.since)
			askers.since = shown->since;
	}
	return askers;
}

/* One probe of the account for all of them, unless others would be told again. */
static void
probe_for_all(struct call *c)
{
	struct askers askers = askers_of(c->account);
	bool merged = askers.all && askers.n > 1;

	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);
		struct shown *shown = shown_of(s);

		if (shown->asks && s->presence && !s->ended && !s->watches && !merged)
			probe_contacts(c, s->jid, shown->since);
		shown->asks = false;
	}
	if (merged) {
		probe_contacts(c, c->account->jid, askers.since);
		module_count(&mod_presence, PRESENCE_PROBES_MERGED, askers.n - 1);
	}
}

static void
probe_when_readable(void *waiter, struct account *a, enum status status)
{
	struct arena arena;
	struct call c = { .account = a, .arena = &arena };

	(void)waiter;
	(void)status;
	if (!a || !(c.host = host_find(jid_domain(a->jid))))
		return;
	arena_init(&arena, 4096);
	probe_for_all(&c);
	arena_fini(&arena);
}

static void
on_asking(const void *letter)
{
	const struct session_id *id = letter;
	struct session *s = session_find(*id);

	if (s && shown_of(s)->asks)
		account_with(s->account->jid, probe_when_readable, NULL);
}

/* When what has arrived by now was dealt with: other sessions of the account may come along,
 * when the network or the server is back. */
static void
ask_contacts(struct session *s)
{
	shown_of(s)->asks = true;
	worker_post(s->id.worker, on_asking, &s->id, sizeof(s->id));
}

/* The presence of the account's other sessions, which the new one is to know (4.2.2). */
static void
show_others(struct call *c)
{
	list_each (link, &c->account->sessions) {
		struct session *other = list_entry(link, struct session, in_account);

		if (other != c->session && other->presence && !other->ended)
			call_send_session(c, c->session,
			    stanza_readdress(other->presence, other->jid, c->session->jid));
	}
	for (struct lingering *l = NULL; (l = lingering_next(lingerers_of(c->account), l));)
		call_send_session(c, c->session,
		    stanza_readdress(l->presence, l->presence->from, c->session->jid));
}

/* Nothing in it differs, its language included. */
static bool
says_the_same(const struct stanza *a, const struct stanza *b)
{
	return str_eq(a->lang, b->lang) &&
	       str_eq(frozen_content(a->xml), frozen_content(b->xml));
}

/* Whether all who may see the resource have been told just this. */
static bool
is_known(struct call *c, const struct stanza *before)
{
	struct lingering *l = lingering_take(lingerers_of(c->account), c->session->jid);
	bool known = before && says_the_same(before, c->stanza);

	if (l && says_the_same(l->presence, c->stanza)) {
		save_broadcast(c, c->stanza); /* that it was gone */
		known = true;
	}
	lingering_free(&l);
	return known;
}

static enum verdict
on_available(struct call *c)
{
	struct session *s = c->session;
	bool first = !s->presence;
	bool was_reachable = s->presence && s->priority >= 0;
	bool known;
	int8_t priority;

	if (!read_priority(c, &priority))
		return refuse(c, ERR_BAD_REQUEST);
	s->priority = priority;
	known = is_known(c, s->presence);
	stanza_free(&s->presence);
	s->presence = stanza_readdress(c->stanza, s->jid, (struct jid){ 0 });
	s->available_us = loop_wall_us();
	if (first)
		shown_of(s)->since = moment();
	if (known) {
		save_broadcast(c, c->stanza);
		call_send_session(c, s, stanza_readdress(c->stanza, s->jid, c->account->jid));
	} else {
		shown_of(s)->told = moment();
		broadcast(c, s->jid, c->stanza);
	}
	if (first) {
		show_others(c);
		ask_contacts(s);
		session_raise(s, ON_SESSION_AVAILABLE, c->stanza);
	}
	if (!was_reachable && priority >= 0)
		session_raise(s, ON_SESSION_REACHABLE, c->stanza);
	return DONE;
}

/* --- going away ----------------------------------------------------------------------- */

static void
forget_one(struct directed *d, uint32_t i)
{
	free((void *)(uintptr_t)d->to[i].at); /* its own copy */
	d->to[i] = d->to[--d->n];
}

static void
forget_directed(struct directed *d)
{
	while (d->n)
		forget_one(d, 0);
	free(d->to);
	*d = (struct directed){ 0 };
}

static void
tell_directed(struct call *c)
{
	struct directed *d = directed_of(c->session);

	for (uint32_t i = 0; i < d->n; i++)
		tell_as(c, c->session->jid, c->stanza, jid_trusted(d->to[i]),
		    &(struct passage){ 0 });
	forget_directed(d);
}

/* Those who are told by the broadcast are not told again (section 4.6.3). */
static void
forget_subscribed(struct call *c)
{
	struct directed *d = directed_of(c->session);

	for (uint32_t i = 0; i < d->n;) {
		if (roster_allows(c->account, jid_trusted(d->to[i])))
			forget_one(d, i);
		else
			i++;
	}
}

/* --- lingering ------------------------------------------------------------------------ */

/* The contacts learn that the resource has gone, now that it is certain. */
static void
tell_gone(struct call *c, struct jid from)
{
	AUTO(stanza) gone = bare_presence(c, PRESENCE_UNAVAILABLE, from, (struct jid){ 0 });

	broadcast(c, from, gone);
}

/* The client did not come back. It may have when the account was read again meanwhile. */
static void
over(struct lingering *l)
{
	struct account *a = l->account;
	const struct session *s = deliver_session(a, jid_resource(l->presence->from));
	struct arena arena;
	struct call c = {
		.host = host_find(jid_domain(a->jid)),
		.account = a,
		.arena = &arena,
	};

	arena_init(&arena, 1024);
	lingering_take(lingerers_of(a), l->presence->from);
	if (c.host && !(s && s->presence))
		tell_gone(&c, l->presence->from);
	lingering_free(&l);
	arena_fini(&arena);
}

/* Whether the contacts of a session that is gone need not know yet. */
static bool
lingers(struct call *c)
{
	const struct presence_conf *conf = c->conf;
	const struct session *s = c->session;

	return s->lost && conf->linger_ms > 0 &&
	       lingering_start(
		   lingerers_of(c->account), c->account, s->presence, conf->linger_ms, over);
}

/* The resource is there again, and says itself that it is not available. */
static void
end_lingering(struct call *c)
{
	struct lingering *l = lingering_take(lingerers_of(c->account), c->session->jid);

	if (l)
		broadcast(c, c->session->jid, c->stanza);
	lingering_free(&l);
}

static enum verdict
on_deleted(struct call *c)
{
	struct lingering *l;

	while ((l = lingering_next(lingerers_of(c->account), NULL))) {
		lingering_take(lingerers_of(c->account), l->presence->from);
		tell_gone(c, l->presence->from);
		lingering_free(&l);
	}
	return PASS;
}

static void
account_fini(void *state, struct account *a)
{
	(void)a;
	lingerers_fini(state);
}

/* Section 4.5.2: to the contacts, and to whoever had been told directly (4.6.3). */
static enum verdict
on_unavailable(struct call *c)
{
	if (!lingers(c))
		broadcast(c, c->session->jid, c->stanza);
	forget_subscribed(c);
	tell_directed(c);
	if (c->account->n_sessions == 1)
		c->account->left_us = loop_wall_us();
	return PASS;
}

/* A session that was never available may still have sent directed presence. */
static enum verdict
on_closed(struct call *c)
{
	struct directed *d = directed_of(c->session);

	if (d->n == 0)
		return PASS;
	for (uint32_t i = 0; i < d->n; i++)
		call_send(c, bare_presence(c, PRESENCE_UNAVAILABLE, c->session->jid,
				 jid_trusted(d->to[i])));
	return PASS;
}

static void
session_fini(void *state, struct session *s)
{
	struct shown *shown = state;

	(void)s;
	forget_directed(&shown->directed);
}

static enum verdict
on_sent_unavailable(struct call *c)
{
	struct session *s = c->session;

	if (!s->presence) { /* who was told directly did not hear of it by a broadcast */
		end_lingering(c);
		tell_directed(c);
		return DONE;
	}
	session_raise(s, ON_SESSION_UNAVAILABLE, c->stanza);
	stanza_free(&s->presence);
	return DONE;
}

/* --- directed presence (section 4.6) -------------------------------------------------- */

static enum verdict
on_directed(struct call *c)
{
	struct directed *d = directed_of(c->session);
	struct str to = jid_full(c->stanza->to);
	uint32_t i = 0;

	while (i < d->n && !str_eq(d->to[i], to))
		i++;
	if (c->stanza->type == PRESENCE_UNAVAILABLE) {
		if (i < d->n)
			forget_one(d, i);
		return PASS;
	}
	if (i < d->n)
		return PASS;
	if (d->n == DIRECTED_PRESENCE_MAX)
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	d->to = mem_resize(d->to, (d->n + 1) * sizeof(*d->to));
	d->to[d->n++] = str_of(memcpy(mem_alloc(to.len), to.at, to.len), to.len);
	return PASS;
}

static enum verdict
on_sent(struct call *c)
{
	enum stanza_type type = c->stanza->type;

	if (type != PRESENCE_AVAILABLE && type != PRESENCE_UNAVAILABLE)
		return PASS;
	if (!jid_is_empty(c->stanza->to))
		return on_directed(c);
	return type == PRESENCE_AVAILABLE ? on_available(c) : on_sent_unavailable(c);
}

/* --- probes (section 4.3.2) ----------------------------------------------------------- */

/* Who is at home here takes it for granted; another server may have missed the end. */
static void
tell_absent(struct call *c, struct jid prober)
{
	AUTO(stanza) absent = bare_presence(c, PRESENCE_UNAVAILABLE, c->account->jid, prober);

	if (host_find(jid_domain(prober)))
		count_saved(1, absent);
	else
		call_send(c, TAKE(absent));
}

/* The last broadcast of the session found those that ask available. */
static bool
has_been_told(struct call *c, struct session *s)
{
	return c->passage.asked && shown_of(s)->told > c->passage.asked;
}

static enum verdict
on_received(struct call *c)
{
	struct jid prober = c->stanza->from;
	bool any = false;

	if (c->stanza->type != PRESENCE_PROBE)
		return PASS;
	if (!roster_allows(c->account, prober)) {
		call_send(c, bare_presence(c, PRESENCE_UNSUBSCRIBED, c->account->jid, prober));
		return DONE;
	}
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (!s->presence || s->ended)
			continue;
		if (has_been_told(c, s))
			count_saved(1, s->presence);
		else
			tell(c, s->jid, s->presence, prober);
		any = true;
	}
	for (struct lingering *l = NULL; (l = lingering_next(lingerers_of(c->account), l));) {
		tell(c, l->presence->from, l->presence, prober);
		any = true;
	}
	if (!any)
		tell_absent(c, prober);
	return DONE;
}

static const struct hook hooks[] = {
	{ .on = ON_PRESENCE, .at = SENT, .in = HANDLE, .run = on_sent },
	{ .on = ON_PRESENCE, .at = ACCOUNT | CLIENT, .in = HANDLE, .run = on_received },
	{ .on = ON_CONTACT_SHOWN, .in = HANDLE, .run = on_contact_shown },
	{ .on = ON_CONTACT_HIDDEN, .in = HANDLE, .run = on_contact_hidden },
	{ .on = ON_SESSION_UNAVAILABLE, .in = HANDLE, .run = on_unavailable },
	{ .on = ON_SESSION_CLOSED, .in = HANDLE, .run = on_closed },
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_deleted },
};

const struct module mod_presence = {
	.name = "presence",
	.doc = "Presence: broadcast to contacts, probes, directed presence.",
	.specs = LIST(struct spec, { RFC, 6121, "", "section 4" }),
	.needs = LIST(const char *const, "roster", "blocking"),
	.metrics = LIST(struct metric,
	    [PRESENCE_SENT] = { "presence_sent", COUNTER, "stanzas",
		"Presence sent to contacts of local accounts." },
	    [PRESENCE_PROBES] = { "presence_probes", COUNTER, "stanzas",
		"Probes sent for local accounts." },
	    [PRESENCE_PROBES_MERGED] = { "presence_probes_merged", COUNTER, "sessions",
		"Sessions for which another one of their account asked along." },
	    [PRESENCE_SAVED] = { "presence_saved", COUNTER, "stanzas",
		"Presence that was not sent because it would have told nobody anything." },
	    [PRESENCE_SAVED_BYTES] = { "presence_saved_bytes", COUNTER, "bytes",
		"What that would have been on the wire, at most." }),
	.conf_size = sizeof(struct presence_conf),
	.options = LIST(struct option,
	    { "linger", TIME, FIELD(presence_conf, linger_ms), "10s", "0s", "60s",
		"How long contacts are not told that a client's connection has failed; if it "
		"is back in that time they hear nothing of it. 0: they hear of it at once." }),
	.account_bytes = sizeof(struct lingerers),
	.account_fini = account_fini,
	.leave_worker = lingering_leave_worker,
	.session_bytes = sizeof(struct shown),
	.session_fini = session_fini,
	.hooks = TABLE(hooks),
};
