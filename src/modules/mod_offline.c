/* SPDX-License-Identifier: MIT
 *
 * mod_offline: keeps messages for who is not there, and delivers them when he comes.
 *
 * Source   XEP-0160 1.0.1; delay stamps of XEP-0203 2.0
 * Reacts   a message to the account that no session can take now; a session that becomes
 *          reachable, and that has sent what it was given
 * Keeps    "offline": a log, the stanza with its delay stamp; or, of a message that is in the
 *          account's archive, its id there: 8 bytes
 *
 * A message is bounced when the store is full or refuses it, never dropped; one that is in the
 * archive waits there when there is no more room here. What comes while a session is given
 * what was kept goes to the others that it is for, and is kept for that one. What a session is
 * given is removed when the client has it (session_tell_sent), and only then the session gets
 * more: who is cut off in between gets it again rather than never. Who has read his archive
 * first does not get from here what he has got from there (XEP-0313 section 5.1.1;
 * docs/decisions/0062).
 */
#include "modules/mod_offline.h"

#include "base/limits.h"
#include "base/pack.h"
#include "loop/cause.h"
#include "modules/archive/id.h"
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
	bool added;          /* something was kept since the last page was asked for */
	bool more;           /* behind what was given */
	uint32_t n;          /* given, and not removed yet */
	uint64_t bytes;      /* of these, altogether */
	uint64_t kept_bytes; /* of these, in the log */
	uint64_t id;         /* the last that was given */
	uint64_t seen_first, seen_last; /* ids that the session has got from the archive */
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

/* The session that is being given what is kept, NULL when there is none. */
static struct session *
handing_now(struct account *a)
{
	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (handing_of(s)->active)
			return s;
	}
	return NULL;
}

/* --- what is kept --------------------------------------------------------------------- */

/* The stanza with the moment at which it came. */
static struct str
stamped(struct call *c)
{
	usec_t late_us = c->passage.late_us, came_us = late_us ? late_us : loop_wall_us();
	AUTO(stanza)
	st = delay_stamp(c->stanza, jid_domain(c->account->jid), came_us, c->arena);

	return stanza_text(st, c->arena);
}

/* Of a message that the archive has. No stanza is as short. */
enum { REFERENCE_BYTES = 8 };

static struct str
reference(struct arena *a, uint64_t id)
{
	char *bytes = arena_alloc(a, REFERENCE_BYTES);

	pack_uint(bytes, id, REFERENCE_BYTES);
	return str_of(bytes, REFERENCE_BYTES);
}

/* 0: the entry is the message itself. */
static uint64_t
referred(struct str value)
{
	struct unpack u = { value };

	return value.len == REFERENCE_BYTES ? unpack_uint(&u, REFERENCE_BYTES) : 0;
}

/* Time-ordered, and unique also when the clock steps back: last_id is the log's. */
static uint64_t
next_id(struct offline *o)
{
	uint64_t now = (uint64_t)loop_wall_us();

	o->last_id = now > o->last_id ? now : o->last_id + 1;
	return o->last_id;
}

static bool
has_room(const struct call *c, struct str text)
{
	const struct offline_conf *conf = c->conf;
	const struct offline *o = offline_of(c->account);

	return o->n < conf->max_messages && o->bytes + text.len <= conf->max_bytes;
}

static void
append(struct call *c, struct store_batch *b, struct str text)
{
	struct offline *o = offline_of(c->account);
	struct session *handing = handing_now(c->account);

	store_append(b, jid_full(c->account->jid), LOG_OFFLINE, next_id(o), text);
	o->n++;
	o->bytes += text.len;
	if (handing)
		handing_of(handing)->added = true;
	module_count(&mod_offline, OFFLINE_STORED, 1);
}

static struct str
what_to_keep(struct call *c)
{
	uint64_t archived = c->passage.archived;

	return archived ? reference(c->arena, archived) : stamped(c);
}

static enum verdict
keep(struct call *c)
{
	struct str text = what_to_keep(c);
	struct store_batch *b;

	if (!has_room(c, text)) {
		if (c->passage.archived)
			return DONE; /* it waits there */
		module_count(&mod_offline, OFFLINE_REFUSED, 1);
		return refuse(c, ERR_SERVICE_UNAVAILABLE); /* XEP-0160 section 3 */
	}
	call_hold(c);
	b = call_take_rows(c);
	append(c, b, text);
	call_commit(c, &b);
	return DONE;
}

/* One of those that it is for is being given what was kept before, and gets this one behind it;
 * the others have it now, so it is not refused any more. */
static enum verdict
keep_for_one(struct call *c)
{
	struct str text = what_to_keep(c);

	if (has_room(c, text))
		append(c, call_rows(c), text);
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
	struct passage passage;
	struct cause *cause; /* held, or NULL */
};

static void
go_on(struct uncounted *u, enum status s)
{
	struct cause *was = cause_swap(u->cause);

	/* By all rules: somebody may have come meanwhile. */
	if (s == OK)
		route_again(u->account, TAKE(u->stanza), &u->passage);
	else
		route_bounce(u->stanza, ERR_RESOURCE_CONSTRAINT);
	cause_swap(was);
	cause_drop(&u->cause);
	store_batch_free(&u->passage.rows);
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
		.passage = c->passage,
		.cause = cause_take() };
	c->passage = (struct passage){ 0 };
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
	bool reachable = deliver_reachable(c->account, c->stanza) > 0;
	struct session *handing;

	if (c->stanza->type == MESSAGE_ERROR || c->stanza->type == MESSAGE_GROUPCHAT ||
	    c->stanza->type == MESSAGE_HEADLINE)
		return PASS;
	if (!jid_is_bare(c->stanza->to) &&
	    (c->stanza->type != MESSAGE_CHAT ||
		deliver_session(c->account, jid_resource(c->stanza->to))))
		return PASS;
	handing = handing_now(c->account);
	if (reachable && !(handing && deliver_goes_to(c->account, handing, c->stanza)))
		return PASS;
	/* Who is being given what waited may have this one at once, or nobody ever does. */
	if (!message_kind_is_kept(message_kind(c->stanza)))
		return reachable ? PASS : DONE;
	if (!offline_of(c->account)->counted)
		return count_first(c);
	return reachable && deliver_to_others(c, handing) > 0 ? keep_for_one(c) : keep(c);
}

/* --- delivery ------------------------------------------------------------------------- */

void
offline_seen(struct session *s, uint64_t first, uint64_t last)
{
	struct handing *h = handing_of(s);

	if (first <= h->seen_last + 1 && last + 1 >= h->seen_first && h->seen_last) {
		h->seen_first = first < h->seen_first ? first : h->seen_first;
		h->seen_last = last > h->seen_last ? last : h->seen_last;
		return;
	}
	h->seen_first = first;
	h->seen_last = last;
}

/* What is read at a time: from the log, and what the log leaves to the archive. */
struct page {
	struct session_id session;
	bool more; /* behind it in the log */
	size_t n;
	struct arena arena;
	struct waiting {
		uint64_t id;       /* in the log */
		uint64_t archived; /* in the archive; 0: the text was in the log */
		struct str text;   /* none while it is in the archive */
	} at[OFFLINE_PAGE];
};

static void
page_free(struct page **at)
{
	struct page *p = TAKE(*at);

	arena_fini(&p->arena);
	free(p);
}

/* What the archive adds to a message that it gives out later: when it came, and under which
 * id it is kept. */
static struct stanza *
with_facts(struct session *s, const struct stanza *st, uint64_t id, struct arena *a)
{
	AUTO(stanza)
	stamped = delay_stamp(st, jid_domain(s->jid), archive_id_moment(id), a);
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_STANZA_ID, S("stanza-id"));
	xml_attr(&w, S("by"), jid_bare(s->jid));
	xml_attr(&w, S("id"), archive_id_show(a, jid_to_bare(s->jid), id));
	xml_close(&w);
	return stanza_with(stamped, xml_written(&w), a);
}

static void
give_one(struct session *s, const struct waiting *one, struct arena *a)
{
	AUTO(stanza) st = NULL;

	if (!one->text.len || stanza_from_text(one->text, a, &st) != OK)
		return;
	if (one->archived) {
		AUTO(stanza) whole = with_facts(s, st, one->archived, a);

		session_deliver_kept(s, whole);
	} else {
		session_deliver_kept(s, st);
	}
}

/* As many as may be on their way at a time, one at least. */
static void
give(struct session *s, const struct page *p)
{
	struct handing *h = handing_of(s);
	struct arena arena;
	size_t i;

	arena_init(&arena, 4096);
	for (i = 0; i < p->n && (i == 0 || h->bytes + p->at[i].text.len <= OFFLINE_AT_ONCE);
	     i++) {
		give_one(s, &p->at[i], &arena);
		arena_reset(&arena);
		h->n++;
		h->bytes += p->at[i].text.len;
		h->kept_bytes += p->at[i].archived ? REFERENCE_BYTES : p->at[i].text.len;
		h->id = p->at[i].id;
	}
	arena_fini(&arena);
	h->more = i < p->n || p->more;
	session_tell_sent(s);
}

/* Those that have gone from the archive meanwhile are not given. */
static void
on_archived(void *waiter, const struct store_rows *rows)
{
	struct page *p = waiter;
	struct session *s = session_find(p->session);

	for (size_t i = 0, k = 0; rows->status == OK && i < p->n && k < rows->n; i++)
		if (p->at[i].archived && p->at[i].archived == rows->row[k].id)
			p->at[i].text = str_copy(&p->arena, rows->row[k++].value);
	if (s && !s->ended && rows->status == OK)
		give(s, p);
	else if (s && !s->ended)
		handing_of(s)->active = false;
	page_free(&p);
}

/* False: nothing of the page is in the archive and wanted. Takes the page over else. */
static bool
ask_archive(struct session *s, struct page *p)
{
	const struct handing *h = handing_of(s);
	uint64_t ids[OFFLINE_PAGE];
	struct store_query q = {
		.what = STORE_MESSAGES,
		.owner = jid_bare(s->jid),
		.ids = ids,
	};

	for (size_t i = 0; i < p->n; i++)
		if (p->at[i].archived &&
		    (p->at[i].archived < h->seen_first || p->at[i].archived > h->seen_last))
			ids[q.n_ids++] = p->at[i].archived;
	if (q.n_ids == 0)
		return false;
	store_read(account_store(), &q, on_archived, p);
	return true;
}

static struct page *
page_new(struct session *s, const struct store_rows *rows)
{
	struct page *p = mem_alloc(sizeof(*p));

	p->session = s->id;
	p->more = rows->n == OFFLINE_PAGE;
	p->n = rows->n;
	arena_init(&p->arena, 4096);
	for (size_t i = 0; i < rows->n; i++) {
		struct waiting *one = &p->at[i];

		*one = (struct waiting){ rows->row[i].id, referred(rows->row[i].value) };
		if (!one->archived)
			one->text = str_copy(&p->arena, rows->row[i].value);
	}
	return p;
}

static void read_next(struct session *s);

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	struct session_id *id = waiter;
	struct session *s = session_find(*id);
	struct page *p;

	free(id);
	if (!s || s->ended)
		return;
	if (rows->status == OK && rows->n > 0) {
		p = page_new(s, rows);
		if (ask_archive(s, p))
			return;
		give(s, p);
		page_free(&p);
	} else if (rows->status == OK && handing_of(s)->added) {
		read_next(s);
	} else {
		handing_of(s)->active = false;
	}
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
	struct handing *h = handing_of(c->session);

	if (handing_now(c->account) || (o->counted && o->n == 0))
		return PASS;
	*h = (struct handing){
		.active = true, .seen_first = h->seen_first, .seen_last = h->seen_last
	};
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
	o->bytes -= o->bytes < h->kept_bytes ? o->bytes : h->kept_bytes;
	h->n = 0;
	h->bytes = h->kept_bytes = 0;
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
