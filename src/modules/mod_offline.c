/* SPDX-License-Identifier: MIT
 *
 * mod_offline: keeps messages for who is not there, and delivers them when he comes.
 *
 * Source   XEP-0160 1.0.1; delay stamps of XEP-0203 2.0
 * Reacts   a message to the account that no session can take now; a session that becomes
 *          reachable, and that has sent what it was given
 * Keeps    "offline": a log, the stanza with its delay stamp
 *
 * A message is bounced when the store is full or refuses it, never dropped. What a session is
 * given is removed when the client has it (session_tell_sent), and only then the session gets
 * more: who is cut off in between gets it again rather than never.
 */
#include "base/limits.h"
#include "loop/cause.h"
#include "modules/list.h"
#include "router/deliver.h"
#include "xmpp/delay.h"
#include "xmpp/message_kind.h"
#include "xmpp/ns.h"

#define LOG_OFFLINE S("offline")

enum { OFFLINE_STORED, OFFLINE_DELIVERED, OFFLINE_REFUSED };

struct offline_conf {
	uint32_t max_messages;
	uint64_t max_bytes;
};

/* What waits for the account, counted when it is first needed. */
struct offline {
	bool counted;
	uint32_t n;
	uint64_t bytes;
	uint64_t last_id;
	struct uncounted *counting; /* the first that waits for it; NULL while nobody counts */
};

/* A session that is being given what is kept. What comes meanwhile queues behind. */
struct handing {
	bool active;
	bool added;     /* something was kept since the last page was asked for */
	bool more;      /* behind what was given */
	uint32_t n;     /* given, and not removed yet */
	uint64_t bytes; /* of these */
	uint64_t id;    /* the last that was given */
};

static struct offline *
offline_of(struct account *a)
{
	return module_account_state(&mod_offline, a);
}

static struct handing *
handing_of(struct session *s)
{
	return module_session_state(&mod_offline, s);
}

/* What the session that is being given something has in hand, NULL when there is none. */
static struct handing *
handing_now(struct account *a)
{
	list_each (link, &a->sessions) {
		struct handing *h = handing_of(list_entry(link, struct session, in_account));

		if (h->active)
			return h;
	}
	return NULL;
}

/* --- what is kept --------------------------------------------------------------------- */

/* The stanza with the moment at which it came. */
static struct str
stamped(struct call *c)
{
	usec_t came_us = c->late_us ? c->late_us : loop_wall_us();
	AUTO(stanza)
	st = delay_stamp(c->stanza, jid_domain(c->account->jid), came_us, c->arena);

	return stanza_text(st, c->arena);
}

/* Time-ordered, and unique also when the clock steps back: last_id is the log's. */
static uint64_t
next_id(struct offline *o)
{
	uint64_t now = (uint64_t)loop_wall_us();

	o->last_id = now > o->last_id ? now : o->last_id + 1;
	return o->last_id;
}

static enum verdict
keep(struct call *c)
{
	const struct offline_conf *conf = c->conf;
	struct offline *o = offline_of(c->account);
	struct handing *h = handing_now(c->account);
	struct str text = stamped(c);
	struct store_batch *b;

	if (o->n >= conf->max_messages || o->bytes + text.len > conf->max_bytes) {
		module_count(&mod_offline, OFFLINE_REFUSED, 1);
		return refuse(c, ERR_SERVICE_UNAVAILABLE); /* XEP-0160 section 3 */
	}
	call_hold(c);
	b = store_batch_new(account_store());
	store_append(b, jid_full(c->account->jid), LOG_OFFLINE, next_id(o), text);
	o->n++;
	o->bytes += text.len;
	if (h)
		h->added = true;
	module_count(&mod_offline, OFFLINE_STORED, 1);
	call_commit(c, &b);
	return DONE;
}

/* --- counting ------------------------------------------------------------------------- */

/* A message that waits until the account's log has been counted. What comes behind it waits
 * as well, or it would be kept before it: with the account, or here when it is handed over by
 * a session that ends. */
struct uncounted {
	struct account *account; /* suspended by the first */
	struct uncounted *next;
	struct stanza *stanza;
	usec_t late_us;
	struct cause *cause; /* held, or NULL */
};

static void
go_on(struct uncounted *u, enum status s)
{
	struct cause *was = cause_swap(u->cause);

	/* By all rules: somebody may have come meanwhile. */
	if (s == OK)
		route_again(u->account, TAKE(u->stanza), u->late_us);
	else
		route_bounce(u->stanza, ERR_RESOURCE_CONSTRAINT);
	cause_swap(was);
	cause_drop(&u->cause);
	stanza_free(&u->stanza);
	free(u);
}

static void
finish_count(struct uncounted *first, enum status s)
{
	struct account *a = first->account;
	struct offline *o = offline_of(a);

	if (o->counting == first)
		o->counting = NULL;
	for (struct uncounted *u = first, *next; u; u = next) {
		next = u->next;
		go_on(u, s);
	}
	account_resume(a);
}

/* The newest entry: what is kept from now on comes behind it, whatever the clock says. */
static void
on_newest(void *waiter, const struct store_rows *rows)
{
	struct uncounted *u = waiter;
	struct offline *o = offline_of(u->account);

	if (rows->status == OK) {
		if (rows->n && rows->row[0].id > o->last_id)
			o->last_id = rows->row[0].id;
		o->counted = true;
	}
	finish_count(u, rows->status);
}

static void
on_count(void *waiter, const struct store_rows *rows)
{
	struct uncounted *u = waiter;
	struct offline *o = offline_of(u->account);
	struct store_query q = {
		.what = STORE_LOG,
		.owner = jid_full(u->account->jid),
		.kinds = { LOG_OFFLINE },
		.n_kinds = 1,
		.backwards = true,
		.limit = 1,
	};

	if (rows->status != OK) {
		finish_count(u, rows->status);
		return;
	}
	o->n = (uint32_t)rows->count;
	o->bytes = rows->bytes;
	store_read(account_store(), &q, on_newest, u);
}

static enum verdict
count_first(struct call *c)
{
	struct store_query q = {
		.what = STORE_COUNT,
		.owner = jid_full(c->account->jid),
		.kinds = { LOG_OFFLINE },
		.n_kinds = 1,
	};
	struct offline *o = offline_of(c->account);
	struct uncounted *u = mem_alloc(sizeof(*u)), *last = o->counting;

	*u = (struct uncounted){ .account = c->account,
		.stanza = stanza_ref(c->stanza),
		.late_us = c->late_us,
		.cause = cause_take() };
	if (last) {
		while (last->next)
			last = last->next;
		last->next = u;
		return DONE;
	}
	o->counting = u;
	account_suspend(c->account);
	store_read(account_store(), &q, on_count, u);
	return DONE;
}

static enum verdict
on_message(struct call *c)
{
	if (c->stanza->type == MESSAGE_ERROR || c->stanza->type == MESSAGE_GROUPCHAT ||
	    c->stanza->type == MESSAGE_HEADLINE)
		return PASS;
	if (!jid_is_bare(c->stanza->to) &&
	    (c->stanza->type != MESSAGE_CHAT ||
		deliver_session(c->account, jid_resource(c->stanza->to))))
		return PASS;
	if (deliver_reachable(c->account, c->stanza) > 0 && !handing_now(c->account))
		return PASS;
	if (!message_kind_is_kept(message_kind(c->stanza)))
		return DONE;
	return offline_of(c->account)->counted ? keep(c) : count_first(c);
}

/* --- delivery ------------------------------------------------------------------------- */

/* As many as may be on their way at a time, one at least. */
static void
give(struct session *s, const struct store_rows *rows)
{
	struct handing *h = handing_of(s);
	struct arena arena;
	size_t i;

	arena_init(&arena, 4096);
	for (i = 0;
	     i < rows->n && (i == 0 || h->bytes + rows->row[i].value.len <= OFFLINE_AT_ONCE);
	     i++) {
		struct stanza *st = NULL;

		if (stanza_from_text(rows->row[i].value, &arena, &st) == OK)
			session_deliver_kept(s, st);
		stanza_free(&st);
		arena_reset(&arena);
		h->n++;
		h->bytes += rows->row[i].value.len;
		h->id = rows->row[i].id;
	}
	arena_fini(&arena);
	h->more = i < rows->n || rows->n == OFFLINE_PAGE;
	session_tell_sent(s);
}

static void read_next(struct session *s);

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	struct session_id *id = waiter;
	struct session *s = session_find(*id);

	free(id);
	if (!s || s->ended)
		return;
	if (rows->status == OK && rows->n > 0)
		give(s, rows);
	else if (rows->status == OK && handing_of(s)->added)
		read_next(s);
	else
		handing_of(s)->active = false;
}

static void
read_next(struct session *s)
{
	struct handing *h = handing_of(s);
	struct session_id *id = mem_alloc(sizeof(*id));
	struct store_query q = {
		.what = STORE_LOG,
		.owner = jid_bare(s->jid),
		.kinds = { LOG_OFFLINE },
		.n_kinds = 1,
		.after = h->id,
		.limit = OFFLINE_PAGE,
	};

	*id = s->id;
	h->added = false;
	store_read(account_store(), &q, on_rows, id);
}

static enum verdict
on_reachable(struct call *c)
{
	struct offline *o = offline_of(c->account);

	if (handing_now(c->account) || (o->counted && o->n == 0))
		return PASS;
	*handing_of(c->session) = (struct handing){ .active = true };
	read_next(c->session);
	return PASS;
}

/* The client has it: removed here, and then the next. */
static enum verdict
on_sent(struct call *c)
{
	struct offline *o = offline_of(c->account);
	struct handing *h = handing_of(c->session);
	struct store_batch *b;

	if (!h->active || h->n == 0)
		return PASS;
	b = store_batch_new(account_store());
	store_trim(b, jid_full(c->account->jid), LOG_OFFLINE, h->id);
	store_commit(&b, NULL, NULL); /* if that fails, it comes once more */
	module_count(&mod_offline, OFFLINE_DELIVERED, h->n);
	o->n -= o->n < h->n ? o->n : h->n;
	o->bytes -= o->bytes < h->bytes ? o->bytes : h->bytes;
	h->n = 0;
	h->bytes = 0;
	if (h->more || h->added)
		read_next(c->session);
	else
		h->active = false;
	return PASS;
}

static const struct feature features[] = {
	{ NS_OFFLINE, SERVER },
};

static const struct hook hooks[] = {
	{ .on = ON_MESSAGE, .at = ACCOUNT | CLIENT, .in = HANDLE, .run = on_message },
	{ .on = ON_SESSION_REACHABLE, .in = HANDLE, .run = on_reachable },
	{ .on = ON_SESSION_SENT, .in = HANDLE, .run = on_sent },
};

const struct module mod_offline = {
	.name = "offline",
	.doc = "Keeps messages for accounts that are not there.",
	.specs = LIST(
	    struct spec, { XEP, 160, "1.0.1", "complete" }, { XEP, 203, "2.0", "complete" }),
	.features = TABLE(features),
	.conf_size = sizeof(struct offline_conf),
	.options = LIST(struct option,
	    { "max_messages", U32, FIELD(offline_conf, max_messages), "1000", "0", "1000000",
		"Messages kept for one account; more are refused." },
	    { "max_bytes", SIZE, FIELD(offline_conf, max_bytes), "10MiB", "0", "1GiB",
		"Bytes kept for one account." }),
	.metrics = LIST(struct metric,
	    [OFFLINE_STORED] = { "offline_stored", COUNTER, "messages", "Messages kept." },
	    [OFFLINE_DELIVERED] = { "offline_delivered", COUNTER, "messages",
		"Kept messages that were delivered." },
	    [OFFLINE_REFUSED] = { "offline_refused", COUNTER, "messages",
		"Messages refused because the account's space was full." }),
	.session_bytes = sizeof(struct handing),
	.account_bytes = sizeof(struct offline),
	.hooks = TABLE(hooks),
};
