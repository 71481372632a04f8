/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/recent.h"

/* The recent entries of one log, and those that left and may still be needed. */
struct tail {
	int64_t shelf;
	struct recent_entry *at; /* by id, then seq */
	size_t n, room;
};

/* --- tails ---------------------------------------------------------------------------- */

static struct str
shelf_key(const int64_t *shelf)
{
	return str_of((const char *)shelf, sizeof(*shelf));
}

static struct str
tail_key(const void *tail)
{
	return shelf_key(&((const struct tail *)tail)->shelf);
}

static struct tail *
tail_find(const struct recent *r, int64_t shelf)
{
	return table_get(&r->tails, shelf_key(&shelf));
}

static void
tail_free(struct tail **at)
{
	struct tail *t = TAKE(*at);

	if (!t)
		return;
	free(t->at);
	free(t);
}

/* Index of the first entry that is not before the position. */
static size_t
lower_bound(const struct tail *t, uint64_t id, int64_t seq)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct recent_entry *e = &t->at[middle];

		if (e->id < id || (e->id == id && e->seq < seq))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The entry must be there. */
static struct recent_entry *
tail_at(const struct tail *t, uint64_t id, int64_t seq)
{
	size_t i = lower_bound(t, id, seq);

	assert(i < t->n && t->at[i].id == id && t->at[i].seq == seq);
	return &t->at[i];
}

static void
tail_insert(struct tail *t, const struct recent_entry *e)
{
	size_t i = t->n;

	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : 1;
		t->at = mem_resize(t->at, t->room * sizeof(*t->at));
	}
	/* Ids grow, so it most often goes to the end. */
	if (t->n > 0 && t->at[t->n - 1].id >= e->id) {
		i = lower_bound(t, e->id, e->seq);
		memmove(&t->at[i + 1], &t->at[i], (t->n - i) * sizeof(*t->at));
	}
	t->at[i] = *e;
	t->n++;
}

static void
tail_remove(struct tail *t, const struct recent_entry *e)
{
	size_t i = (size_t)(e - t->at);

	memmove(&t->at[i], &t->at[i + 1], (t->n - i - 1) * sizeof(*t->at));
	t->n--;
}

/* Under the lock. */
static void
forget_if_empty(struct recent *r, struct tail *t)
{
	if (t->n > 0)
		return;
	table_remove(&r->tails, tail_key(t));
	tail_free(&t);
}

/* --- life ----------------------------------------------------------------------------- */

void
recent_init(struct recent *r)
{
	*r = (struct recent){ .transaction = 1 };
	table_init(&r->tails, tail_key);
	pthread_mutex_init(&r->lock, NULL);
}

void
recent_fini(struct recent *r)
{
	struct table_walk walk = { 0 };
	struct tail *t;

	while ((t = table_next(&r->tails, &walk))) {
		table_remove(&r->tails, tail_key(t));
		tail_free(&t);
	}
	table_fini(&r->tails);
	pthread_mutex_destroy(&r->lock);
	free(r->changes);
	free(r->leaving.at);
	free(r->next.at);
}

/* --- changes -------------------------------------------------------------------------- */

static void
note(struct recent *r, int64_t shelf, uint64_t id, int64_t seq, bool added)
{
	if (r->n_changes == r->room) {
		r->room = r->room ? 2 * r->room : 64;
		r->changes = mem_resize(r->changes, r->room * sizeof(*r->changes));
	}
	r->changes[r->n_changes++] = (struct recent_change){ shelf, id, seq, added };
}

void
recent_add(struct recent *r, int64_t shelf, uint64_t id, int64_t seq, uint64_t tag)
{
	struct tail *t;

	pthread_mutex_lock(&r->lock);
	if (!(t = tail_find(r, shelf))) {
		t = mem_zalloc(sizeof(*t));
		t->shelf = shelf;
		table_put(&r->tails, t);
	}
	tail_insert(t, &(struct recent_entry){ id, seq, tag });
	pthread_mutex_unlock(&r->lock);
	r->count++;
	note(r, shelf, id, seq, true);
}

void
recent_leave(struct recent *r, int64_t shelf, const struct recent_entry *e)
{
	struct recent_entry *own = tail_at(tail_find(r, shelf), e->id, e->seq);

	assert(!own->left);
	own->left = r->transaction;
	r->count--;
	note(r, shelf, e->id, e->seq, false);
}

static void
undo(struct recent *r, const struct recent_change *c)
{
	struct tail *t = tail_find(r, c->shelf);
	struct recent_entry *e = tail_at(t, c->id, c->seq);

	if (!c->added) {
		e->left = 0;
		r->count++;
		return;
	}
	/* No reader has seen its row, so none can miss it. */
	pthread_mutex_lock(&r->lock);
	tail_remove(t, e);
	forget_if_empty(r, t);
	pthread_mutex_unlock(&r->lock);
	r->count--;
}

void
recent_undo(struct recent *r, size_t mark)
{
	while (r->n_changes > mark)
		undo(r, &r->changes[--r->n_changes]);
}

/* --- leaving -------------------------------------------------------------------------- */

static void
shelves_add(struct recent_shelves *s, int64_t shelf)
{
	if (s->n > 0 && s->at[s->n - 1] == shelf)
		return;
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->at = mem_resize(s->at, s->room * sizeof(*s->at));
	}
	s->at[s->n++] = shelf;
}

void
recent_committed(struct recent *r)
{
	for (size_t i = 0; i < r->n_changes; i++)
		if (!r->changes[i].added)
			shelves_add(&r->next, r->changes[i].shelf);
	r->n_changes = 0;
	if (++r->transaction == 0)
		r->transaction = 1;
}

/* True when every reader that was within a transaction when `leaving` began has ended it. */
static bool
readers_moved_on(const struct recent *r)
{
	for (unsigned i = 0; i < r->n_readers; i++)
		if (r->turns[i] % 2 == 1 && atomic_load(&r->readers[i].turns) == r->turns[i])
			return false;
	return true;
}

/* Numbers of transactions begin anew some day; those that are compared are close together. */
static bool
is_later(uint32_t transaction, uint32_t than)
{
	return (int32_t)(transaction - than) > 0;
}

static void
let_go(struct recent *r, int64_t shelf)
{
	struct tail *t = tail_find(r, shelf);
	size_t kept = 0;

	if (!t)
		return;
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < t->n; i++)
		if (!t->at[i].left || is_later(t->at[i].left, r->leaving_up_to))
			t->at[kept++] = t->at[i];
	t->n = kept;
	forget_if_empty(r, t);
	pthread_mutex_unlock(&r->lock);
}

static void
let_leaving_go(struct recent *r)
{
	for (size_t i = 0; i < r->leaving.n; i++)
		let_go(r, r->leaving.at[i]);
	r->leaving.n = 0;
}

/* From now on it is counted who might still need what has left so far. */
static void
begin_leaving(struct recent *r)
{
	struct recent_shelves empty = r->leaving;

	r->leaving = r->next;
	r->next = empty;
	r->leaving_up_to = r->transaction - 1;

	/* Adding nothing, because that orders what load does not: a reader that enters after
	 * this sees every commit before this. */
	for (unsigned i = 0; i < r->n_readers; i++)
		r->turns[i] = atomic_fetch_add(&r->readers[i].turns, 0);
}

void
recent_tidy(struct recent *r)
{
	assert(r->n_changes == 0);
	if (r->leaving.n > 0 && readers_moved_on(r))
		let_leaving_go(r);
	if (r->leaving.n > 0 || r->next.n == 0)
		return;
	begin_leaving(r);
	if (readers_moved_on(r))
		let_leaving_go(r);
}

/* --- the writer's questions ----------------------------------------------------------- */

static struct recent_walk
entries_between(const struct tail *t, uint64_t first, uint64_t last)
{
	struct recent_walk w = { NULL, NULL };

	if (!t || first > last)
		return w;
	w.at = t->at + lower_bound(t, first, INT64_MIN);
	w.end = last == UINT64_MAX ? t->at + t->n : t->at + lower_bound(t, last + 1, INT64_MIN);
	return w;
}

struct recent_walk
recent_entries(const struct recent *r, int64_t shelf, uint64_t first, uint64_t last)
{
	return entries_between(tail_find(r, shelf), first, last);
}

const struct recent_entry *
recent_next(struct recent_walk *w)
{
	while (w->at < w->end && w->at->left)
		w->at++;
	return w->at < w->end ? w->at++ : NULL;
}

bool
recent_has(const struct recent *r, int64_t shelf, uint64_t id)
{
	struct recent_walk w = recent_entries(r, shelf, id, id);

	return recent_next(&w) != NULL;
}

bool
recent_last(const struct recent *r, int64_t shelf, uint64_t *id)
{
	const struct tail *t = tail_find(r, shelf);

	if (t)
		*id = t->at[t->n - 1].id;
	return t != NULL;
}

static int
shelf_order(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t *
recent_all_shelves(const struct recent *r, size_t *n)
{
	int64_t *shelves = mem_alloc(table_count(&r->tails) * sizeof(*shelves));
	struct table_walk walk = { 0 };
	const struct tail *t;

	*n = 0;
	while ((t = table_next(&r->tails, &walk)))
		shelves[(*n)++] = t->shelf;
	qsort(shelves, *n, sizeof(*shelves), shelf_order);
	return shelves;
}

/* --- readers -------------------------------------------------------------------------- */

void
recent_reader_enter(struct recent *r, unsigned reader)
{
	atomic_fetch_add(&r->readers[reader].turns, 1);
}

void
recent_reader_leave(struct recent *r, unsigned reader)
{
	atomic_fetch_add(&r->readers[reader].turns, 1);
}

/* Without `left`, which is the writer's alone. */
static struct recent_entry
copy(const struct recent_entry *e)
{
	return (struct recent_entry){ e->id, e->seq, e->tag };
}

size_t
recent_copy(struct recent *r, int64_t shelf, struct recent_position from, bool backwards,
    struct recent_entry *out, size_t n)
{
	const struct tail *t;
	size_t i, copied = 0;

	pthread_mutex_lock(&r->lock);
	if ((t = tail_find(r, shelf))) {
		i = lower_bound(t, from.id, from.seq);
		if (backwards) {
			while (i > 0 && copied < n)
				out[copied++] = copy(&t->at[--i]);
		} else {
			i += i < t->n && t->at[i].id == from.id && t->at[i].seq == from.seq;
			while (i < t->n && copied < n)
				out[copied++] = copy(&t->at[i++]);
		}
	}
	pthread_mutex_unlock(&r->lock);
	return copied;
}

size_t
recent_count(struct recent *r, int64_t shelf, uint64_t first, uint64_t last)
{
	struct recent_walk w;

	pthread_mutex_lock(&r->lock);
	w = entries_between(tail_find(r, shelf), first, last);
	pthread_mutex_unlock(&r->lock);
	return (size_t)(w.end - w.at);
}
