/* SPDX-License-Identifier: MIT
 *
 * The rooms at home on this worker: made, loaded when the first stanza needs one, let go when
 * nobody has been in it for a while.
 *
 *   absent     no place: nobody asked for it lately
 *   loading    a place without room; what comes waits, in order
 *   loaded     a place with its room, or (for a moment) with none: there is no such room
 *   suspended  a change is on its way to the disk; what comes waits, in order
 *
 * A room whose write failed ends for who is in it: who comes back finds what the store has.
 */
#include "base/limits.h"
#include "base/log.h"
#include "base/pack.h"
#include "loop/cause.h"
#include "modules/archive/id.h"
#include "modules/muc/subscribers.h"
#include "modules/muc/visit.h"
#include "router/dispatch.h"
#include "router/service.h"

struct waiter {
	struct list in_place;
	struct stanza *stanza;
	room_ready_fn *ready;
	struct room_visit *visit; /* instead of these two */
	struct cause *cause;      /* held, or NULL */
};

struct place {
	struct jid jid;
	struct room *room; /* NULL: being read, or there is none */
	bool loading;
	bool visited;               /* somebody has been in it since it was loaded */
	bool suspended;             /* a change is under way... */
	struct room_visit *visitor; /* of this one; or NULL */
	struct list waiting;        /* waiter.in_place */
	struct list in_idle;        /* of this worker; in no list while in use */
	msec_t idle_since_ms;
};

static _Thread_local struct {
	struct table places; /* by bare address */
	struct list idle;    /* place.in_idle, longest idle first */
	struct timer sweep;
} home;

static struct str
place_key(const void *value)
{
	return jid_full(((const struct place *)value)->jid);
}

static struct place *
place_of(struct jid j)
{
	return table_get(&home.places, jid_bare(j));
}

static struct place *
place_new(struct jid bare)
{
	struct str text = jid_bare(bare);
	struct place *p = mem_zalloc(sizeof(*p) + text.len);
	char *at = (char *)(p + 1);

	p->jid = jid_to_bare(bare);
	p->jid.text = str_place(&at, text).at;
	list_init(&p->waiting);
	list_init(&p->in_idle);
	table_put(&home.places, p);
	return p;
}

static void
drop_room(struct place *p)
{
	if (p->room)
		muc_count(MUC_ROOMS, -1);
	if (p->room)
		subscribers_free(p->room);
	room_free(&p->room);
	p->visited = false;
}

static void
place_free(struct place **at)
{
	struct place *p = TAKE(*at);

	assert(list_is_empty(&p->waiting) && !p->suspended && !p->loading);
	list_remove(&p->in_idle);
	table_remove(&home.places, place_key(p));
	drop_room(p);
	free(p);
}

/* --- being idle ----------------------------------------------------------------------- */

static struct place *
longest_idle(void)
{
	return list_is_empty(&home.idle) ? NULL
					 : list_entry(home.idle.next, struct place, in_idle);
}

static void
erase(struct place *p)
{
	struct store_batch *b = store_batch_new(account_store());

	p->room->destroyed = true;
	store_erase(b, jid_full(p->jid));
	room_list(p->room, b);
	subscribers_erase(p->room, b);
	store_commit(&b, NULL, NULL); /* a room that stays is found empty, and erased then */
	drop_room(p);
}

/* Goes with its last occupant. */
static bool
is_passing(const struct room *r)
{
	return r->locked || !r->conf->persistent;
}

static void
on_sweep(struct timer *t)
{
	struct place *p;

	while ((p = longest_idle()) && p->idle_since_ms + ROOM_IDLE_MS <= loop_now_ms()) {
		if (is_passing(p->room))
			erase(p);
		place_free(&p);
	}
	if (!list_is_empty(&home.idle))
		timer_set(t, ROOM_IDLE_MS);
}

static bool
is_in_use(const struct place *p)
{
	return p->loading || p->suspended || !list_is_empty(&p->waiting) ||
	       (p->room && table_count(&p->room->seats) > 0);
}

/* Nobody is using it for now: what is not to stay goes. p is gone, or idle. */
static void
settle(struct place *p)
{
	struct room *r = p->room;

	p->visited |= r && table_count(&r->seats) > 0;
	if (is_in_use(p))
		return;
	/* One that a crash has left has a moment for who was in it, whoever else asks first. */
	if (r && p->visited && is_passing(r))
		erase(p);
	if (!p->room) {
		place_free(&p);
		return;
	}
	list_remove(&p->in_idle);
	p->idle_since_ms = loop_now_ms();
	list_append(&home.idle, &p->in_idle);
	if (!timer_is_set(&home.sweep))
		timer_set(&home.sweep, ROOM_IDLE_MS);
}

/* --- running -------------------------------------------------------------------------- */

/* Everything of a room is done in such a call. */
static struct call
call_for(const struct service *s, struct stanza *st, struct arena *a)
{
	return (struct call){
		.arena = a,
		.host = s->host,
		.service = s,
		.module = s->module,
		.conf = s->conf,
		.stanza = st,
		.payload = st && st->kind == STANZA_IQ ? stanza_payload(st) : ELEM_NONE,
	};
}

static void
end_call(struct call *c)
{
	assert(!c->after);
	call_write_rows(c);
	stanza_free(&c->stanza);
	arena_fini(c->arena);
}

static void
run_call(const struct service *s, struct stanza *st, room_ready_fn *ready, struct room *r)
{
	struct arena a;
	struct call c = call_for(s, st, &a);

	arena_init(&a, 4096);
	ready(&c, r);
	end_call(&c);
}

static void
go_back(const void *letter)
{
	struct room_visit *v = *(struct room_visit *const *)letter;

	v->back(v, v->status);
}

static void
end_visit(struct room_visit *v, enum status s)
{
	v->status = s;
	worker_post(v->asker, go_back, &v, sizeof(v));
}

/* If it changes something it is over when that is on disk. */
static void
run_visit(const struct service *s, struct room_visit *v, struct place *p)
{
	struct arena a;
	struct call c = call_for(s, NULL, &a);

	arena_init(&a, 4096);
	v->visit(&c, p->room, v);
	end_call(&c);
	if (p->suspended)
		p->visitor = v;
	else
		end_visit(v, OK);
}

static void load(struct place *p);

static bool
is_at_hand(const struct place *p)
{
	return p->room && !p->suspended && list_is_empty(&p->waiting);
}

static void
waiter_free(struct waiter *w)
{
	list_remove(&w->in_place);
	stanza_free(&w->stanza);
	cause_drop(&w->cause);
	free(w);
}

static void
drop_waiters(struct place *p)
{
	list_each (link, &p->waiting) {
		struct waiter *w = list_entry(link, struct waiter, in_place);

		if (w->visit)
			end_visit(w->visit, E_NOT_FOUND);
		waiter_free(w);
	}
}

/* What has waited for the longest. */
static void
run_first_waiter(struct place *p, const struct service *s)
{
	struct waiter *w = list_entry(p->waiting.next, struct waiter, in_place);
	/* It is not the one before: that was taken out of the list.
	 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	struct cause *was = cause_swap(w->cause);

	list_remove(&w->in_place);
	if (w->visit && w->visit->status != OK)
		end_visit(w->visit, w->visit->status);
	else if (w->visit)
		run_visit(s, w->visit, p);
	else
		run_call(s, TAKE(w->stanza), w->ready, p->room);
	cause_swap(was);
	waiter_free(w);
}

/* One after the other; each may make the room, change it, or end it. */
static void
run_waiters(struct place *p)
{
	const struct service *s = service_find(jid_domain(p->jid));

	if (!s) /* taken out of the configuration meanwhile */
		drop_waiters(p);
	while (s && !list_is_empty(&p->waiting) && !p->suspended && !p->loading)
		run_first_waiter(p, s);
	settle(p);
}

/* Behind what waits already. */
static void
wait_for(struct jid bare, struct place *p, struct waiter wish)
{
	struct waiter *w = mem_alloc(sizeof(*w));

	*w = wish;
	w->cause = cause_take();
	if (!p) {
		p = place_new(bare);
		load(p);
	}
	list_remove(&p->in_idle);
	list_append(&p->waiting, &w->in_place);
}

enum verdict
rooms_with(struct call *c, room_ready_fn *ready)
{
	struct jid bare = jid_to_bare(c->stanza->to);
	struct place *p = place_of(bare);

	if (p && is_at_hand(p)) {
		list_remove(&p->in_idle);
		ready(c, p->room);
		settle(p);
		return DONE;
	}
	wait_for(bare, p, (struct waiter){ .stanza = stanza_ref(c->stanza), .ready = ready });
	return DONE;
}

static void
arrive(const void *letter)
{
	struct room_visit *v = *(struct room_visit *const *)letter;
	const struct service *s = service_find(jid_domain(v->room));
	struct place *p = place_of(v->room);

	if (!s || s->module != &mod_muc) {
		end_visit(v, E_NOT_FOUND);
	} else if (p && is_at_hand(p)) {
		list_remove(&p->in_idle);
		run_visit(s, v, p);
		settle(p);
	} else {
		wait_for(v->room, p, (struct waiter){ .visit = v });
	}
}

void
rooms_visit(struct room_visit *v)
{
	v->asker = (unsigned)worker_self();
	v->status = OK;
	worker_post(account_home(v->room), arrive, &v, sizeof(v));
}

bool
rooms_again(struct stanza *st, room_ready_fn *ready)
{
	const struct service *s = service_find(jid_domain(st->to));
	struct arena a;
	struct call c;

	if (!s)
		return false;
	arena_init(&a, 4096);
	c = call_for(s, stanza_ref(st), &a);
	rooms_with(&c, ready);
	end_call(&c);
	return true;
}

void
rooms_touch(struct jid bare)
{
	if (!place_of(bare))
		load(place_new(bare));
}

struct room *
rooms_make(struct jid bare)
{
	struct place *p = place_of(bare);

	assert(p && !p->room && !p->loading);
	p->room = room_new(bare);
	muc_count(MUC_ROOMS, 1);
	return p->room;
}

/* --- rows ----------------------------------------------------------------------------- */

/* moment when it was made (8 bytes), locked (1), salt, configuration */
void
room_save(struct room *r, struct store_batch *b)
{
	struct arena a;
	struct str conf;
	char *text, *at;

	arena_init(&a, 1024);
	conf = room_conf_pack(&a, r->conf);
	text = arena_alloc(&a, 8 + 1 + sizeof(r->salt) + conf.len);
	at = pack_uint(text, (uint64_t)r->made_us, 8);
	at = pack_uint(at, r->locked, 1);
	at = pack_bytes(at, str_of(r->salt, sizeof(r->salt)));
	at = pack_bytes(at, conf);
	store_put(b, jid_full(r->jid), KIND_ROOM, S(""), str_of(text, (size_t)(at - text)));
	room_list(r, b);
	arena_fini(&a);
}

enum status
room_row_read(struct str value, struct room_row *out)
{
	struct unpack u = { .rest = value };
	struct room_row row;

	row.made_us = (usec_t)unpack_uint(&u, 8);
	row.locked = unpack_uint(&u, 1) != 0;
	unpack_bytes(&u, row.salt, sizeof(row.salt));
	if (u.failed || room_conf_unpack(u.rest, &row.conf) != OK)
		return E_INVALID;
	*out = row;
	return OK;
}

static enum status
read_room(struct room *r, struct str value)
{
	struct room_row row;
	enum status s = room_row_read(value, &row);

	if (s != OK)
		return s;
	r->made_us = row.made_us;
	r->locked = row.locked;
	memcpy(r->salt, row.salt, sizeof(r->salt));
	room_configure(r, &row.conf);
	return OK;
}

bool
room_row_is_passing(struct str value)
{
	struct room *r = room_new(jid_trusted(S("any@room")));
	bool passing = read_room(r, value) == OK && is_passing(r);

	room_free(&r);
	return passing;
}

/* moment when it was set (8 bytes), the message */
void
room_save_subject(struct room *r, struct store_batch *b)
{
	struct arena a;
	struct str text;
	char *value, *at;

	arena_init(&a, 1024);
	text = stanza_text(r->subject, &a);
	value = arena_alloc(&a, 8 + text.len);
	at = pack_bytes(pack_uint(value, (uint64_t)r->subject_us, 8), text);
	store_put(
	    b, jid_full(r->jid), KIND_SUBJECT, S(""), str_of(value, (size_t)(at - value)));
	arena_fini(&a);
}

static void
read_subject(struct room *r, struct str value)
{
	struct unpack u = { .rest = value };
	struct stanza *subject;
	struct arena a;

	arena_init(&a, 1024);
	r->subject_us = (usec_t)unpack_uint(&u, 8);
	if (stanza_from_text(u.rest, &a, &subject) == OK)
		r->subject = subject;
	arena_fini(&a);
}

/* --- loading -------------------------------------------------------------------------- */

static void
loaded(struct place *p)
{
	p->loading = false;
	run_waiters(p);
}

/* Could not be read: whoever waits is told, and the next tries again. */
static void
refuse_waiter(struct call *c, struct room *r)
{
	(void)r;
	refuse(c, ERR_RESOURCE_CONSTRAINT);
}

static void
fail_loading(struct place *p)
{
	list_each (link, &p->waiting) {
		struct waiter *w = list_entry(link, struct waiter, in_place);

		w->ready = refuse_waiter;
		if (w->visit)
			w->visit->status = E_IO;
	}
	loaded(p);
}

/* The rows of a page, newest first. */
static void
on_history(void *waiter, const struct store_rows *rows)
{
	struct place *p = waiter;
	struct room *r = p->room;
	struct arena a;

	arena_init(&a, 4096);
	for (size_t i = rows->n; rows->status == OK && i-- > 0;) {
		AUTO(stanza) past = NULL;

		if (room_archived_stanza(r, rows->row[i].value, &a, &past) == OK)
			history_add(&r->history, past, archive_id_moment(rows->row[i].id),
			    r->conf->history);
		arena_reset(&a);
	}
	arena_fini(&a);
	loaded(p);
}

static void
load_history(struct place *p)
{
	struct store_query q = {
		.what = STORE_ARCHIVE,
		.owner = jid_full(p->jid),
		.backwards = true,
		.limit = p->room->conf->history,
	};

	if (q.limit && p->room->conf->archived)
		store_read(account_store(), &q, on_history, p);
	else
		loaded(p);
}

static enum status
read_rows(struct room *r, const struct store_rows *rows)
{
	enum status s = E_NOT_FOUND;

	for (size_t i = 0; i < rows->n; i++) {
		const struct store_row *row = &rows->row[i];

		if (str_eq(row->kind, KIND_ROOM))
			s = read_room(r, row->value);
		else if (str_eq(row->kind, KIND_SUBJECT))
			read_subject(r, row->value);
		else if (str_eq(row->kind, KIND_SUBSCRIBER))
			subscribers_load(r, row->item, row->value);
		else if (str_eq(row->kind, KIND_ROOM_AVATAR))
			room_set_avatar(r, &row->value);
		else if (str_eq(row->kind, KIND_HATS))
			hats_load(r->hats = hats_new(), row->value);
		else
			affiliations_load(r->affiliations, row->item, row->value);
	}
	return s;
}

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	struct place *p = waiter;
	struct room *r;
	enum status s = rows->status;

	if (s == OK && rows->n > 0) {
		r = room_new(p->jid);
		if ((s = read_rows(r, rows)) == OK) {
			p->room = r;
			muc_count(MUC_ROOMS, 1);
			load_history(p);
			return;
		}
		subscribers_free(r);
		room_free(&r);
	}
	if (s == OK || s == E_NOT_FOUND) {
		loaded(p);
		return;
	}
	log_warn("muc.unreadable", LOG_STR("room", jid_full(p->jid)), LOG_STATUS("status", s));
	fail_loading(p);
}

static void
load(struct place *p)
{
	struct store_query q = {
		.what = STORE_KINDS,
		.owner = jid_full(p->jid),
		.kinds = { KIND_ROOM, KIND_SUBJECT, KIND_AFFILIATION, KIND_SUBSCRIBER,
		    KIND_ROOM_AVATAR, KIND_HATS },
		.n_kinds = 6,
	};

	p->loading = true;
	store_read(account_store(), &q, on_rows, p);
}

/* --- changes -------------------------------------------------------------------------- */

/* The write failed: what is in memory never was. */
static void
end_room(struct call *c, struct room *r)
{
	room_dismiss(c, r, &(struct notice){ .codes = { 333 } });
}

/* The service is none any more: there is nobody in whose name they could be told. */
static void
forget_occupants(struct room *r)
{
	struct table_walk walk = { 0 };
	struct occupant *o;

	while ((o = table_next(&r->occupants, &walk))) {
		while (!list_is_empty(&o->seats)) {
			struct seat *s = occupant_seat(o);

			occupant_drop_seat(&s);
		}
		room_drop_occupant(&o);
		muc_count(MUC_OCCUPANTS, -1);
	}
}

static void
committed(void *waiter, enum status status)
{
	struct place *p = waiter;
	const struct service *s = service_find(jid_domain(p->jid));
	struct room_visit *v = TAKE(p->visitor);

	p->suspended = false;
	if (status != OK && s)
		run_call(s, NULL, end_room, p->room);
	if (status != OK && !s)
		forget_occupants(p->room);
	if (status != OK || p->room->destroyed)
		drop_room(p);
	if (v)
		end_visit(v, status);
	if (status != OK && !list_is_empty(&p->waiting))
		load(p);
	run_waiters(p);
}

struct store_batch *
room_change(struct call *c, struct room *r)
{
	struct place *p = place_of(r->jid);

	assert(p && p->room == r && !p->suspended);
	p->suspended = true;
	c->done = committed;
	c->waiter = p;
	call_hold(c);
	return store_batch_new(account_store());
}

void
room_commit(struct call *c, struct room *r, struct store_batch **b)
{
	(void)r;
	call_commit(c, b);
	c->done = NULL;
	c->waiter = NULL;
}

void
room_destroy(struct call *c, struct room *r, struct store_batch *b, const struct notice *n)
{
	room_dismiss(c, r, n);
	r->destroyed = true;
	store_erase(b, jid_full(r->jid));
	room_list(r, b);
	subscribers_erase(r, b);
}

/* --- life of the worker --------------------------------------------------------------- */

void
rooms_worker_init(void)
{
	table_init(&home.places, place_key);
	list_init(&home.idle);
	room_moderation_worker_init();
	room_search_worker_init();
	timer_init(&home.sweep, on_sweep);
}

static void
forget_waiters(struct place *p)
{
	drop_waiters(p);
	p->loading = false;
	p->suspended = false;
}

void
rooms_worker_fini(void)
{
	struct table_walk walk = { 0 };
	struct place *p;

	timer_stop(&home.sweep);
	while ((p = table_next(&home.places, &walk))) {
		if (p->room)
			forget_occupants(p->room);
		forget_waiters(p);
		place_free(&p);
	}
	table_fini(&home.places);
	room_moderation_worker_fini();
	room_search_worker_fini();
}
