/* SPDX-License-Identifier: MIT
 *
 * The writer's thread: takes the batches that wait, writes them as one group, commits, and
 * only then lets their answers go. While a commit waits for the disk the next group gathers,
 * so the slower the disk, the larger the groups.
 *
 * Between groups, when nobody waits, it has the back end do its upkeep. What has to be written
 * and could not be is late (late.h): tried again before each group, so that it keeps its place.
 */
#include <errno.h>

#include "base/limits.h"
#include "storage/front.h"
#include "storage/late.h"

/* --- what comes next ------------------------------------------------------------------ */

enum next { NEXT_GROUP, NEXT_UPKEEP, NEXT_END };

/* Takes what waits, as far as it fits a group; the first batch always does. */
static void
take_group(struct store *s, struct chain *group)
{
	size_t bytes = 0, batches = 0;
	struct request *r;

	*group = (struct chain){ NULL };
	while ((r = s->batches.first) && batches < s->group_max &&
	       (batches == 0 || bytes + batch_of(r)->len <= STORE_GROUP_BYTES)) {
		batches++;
		bytes += batch_of(r)->len;
		chain_add(group, chain_take(&s->batches));
	}
	s->waiting_batches -= batches;
	s->waiting_bytes -= bytes;
	store_weigh(s);
}

/*
 * Waits for batches, for the time of the next upkeep (UPKEEP_NONE: there will be none), or
 * for the end, which comes when nothing waits any more.
 */
static enum next
wait_for_work(struct store *s, usec_t upkeep_due, struct chain *group)
{
	struct timespec due = { upkeep_due / 1000000, upkeep_due % 1000000 * 1000 };
	enum next next;
	int timed_out = 0;

	pthread_mutex_lock(&s->lock);
	while (!s->batches.first && !s->closing && timed_out != ETIMEDOUT) {
		s->writer_sleeps = true;
		if (upkeep_due == UPKEEP_NONE)
			pthread_cond_wait(&s->batches_came, &s->lock);
		else
			timed_out = pthread_cond_timedwait(&s->batches_came, &s->lock, &due);
	}
	s->writer_sleeps = false;
	if (s->batches.first) {
		take_group(s, group);
		next = NEXT_GROUP;
	} else {
		next = s->closing ? NEXT_END : NEXT_UPKEEP;
	}
	pthread_mutex_unlock(&s->lock);
	return next;
}

/* --- a group -------------------------------------------------------------------------- */

/* Failures of the batch alone stay in it; what is returned loses the whole group. */
static enum status
apply(struct store *s, struct store_batch *b)
{
	enum status st;

	if ((b->status = fault_due(s, FAULT_WRITE)) != OK)
		return OK;
	st = b->status = s->backend->calls->apply(s->backend, b);
	return st == E_EXISTS || st == E_LIMIT ? OK : st;
}

/* OK: each batch has its own status. Otherwise none was written. */
static enum status
write_group(struct store *s, const struct chain *group)
{
	enum status st;

	if ((st = s->backend->calls->begin(s->backend)) != OK)
		return st;
	for (struct request *r = group->first; r; r = r->next) {
		if ((st = apply(s, batch_of(r))) != OK) {
			s->backend->calls->abandon(s->backend);
			return st;
		}
	}
	return s->backend->calls->commit(s->backend);
}

static void
fail_all(const struct chain *group, enum status st)
{
	for (struct request *r = group->first; r; r = r->next)
		batch_of(r)->status = st;
}

/* --- afterwards ----------------------------------------------------------------------- */

static void
count_group(struct store *s, const struct chain *group, usec_t took_us)
{
	uint64_t written = 0, failed = 0, batches = 0;

	for (struct request *r = group->first; r; r = r->next) {
		enum status st = batch_of(r)->status;

		batches++;
		written += st == OK;
		failed += st != OK && st != E_EXISTS;
	}
	s->stats.groups++;
	s->stats.batches += written;
	s->stats.failed += failed;
	if (batches > s->stats.group_most)
		s->stats.group_most = batches;
	metric_observe(store_metrics.group_us, (uint64_t)took_us);
	metric_observe(store_metrics.group_batches, batches);
	metric_add(store_metrics.failed, (int64_t)failed);
	metric_add(store_metrics.waiting_batches, -(int64_t)batches);
}

/* Under the lock: reads that waited for batches up to s->settled may be done now. */
static bool
release_reads(struct store *s)
{
	struct chain waited = s->early;
	size_t n_before = s->n_ready;
	struct request *r;

	s->early.first = NULL;
	while ((r = chain_take(&waited))) {
		bool settled = r->number <= s->settled;

		s->n_ready += settled;
		chain_add(settled ? &s->ready : &s->early, r);
	}
	return s->n_ready > n_before;
}

/* Before any answer leaves: who gets one may read at once, and has not to wait again. Nor has
 * who asked before what is late is written. */
static void
settle(struct store *s, const struct chain *group, uint64_t last, usec_t took_us)
{
	bool released;

	pthread_mutex_lock(&s->lock);
	count_group(s, group, took_us);
	if (last > s->settled)
		s->settled = last;
	released = release_reads(s);
	pthread_mutex_unlock(&s->lock);
	if (released)
		pthread_cond_broadcast(&s->reads_came);
}

static void
answer_group(struct chain *group)
{
	struct answers answers = { 0 };
	struct request *r;

	while ((r = chain_take(group)))
		answers_add(&answers, r);
	answers_send(&answers);
}

/* --- the thread ----------------------------------------------------------------------- */

static usec_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * (usec_t)1000000 + t.tv_nsec / 1000;
}

struct writer {
	struct store *store;
	usec_t last_us; /* when the last group was finished */
	usec_t due_us;  /* of the next upkeep, or UPKEEP_NONE */
	bool groups_failing, upkeep_failing;
	struct late late;
};

/* Each batch has its status afterwards. */
static enum status
try_group(struct writer *w, struct chain *group)
{
	struct store *s = w->store;
	enum status st;

	if ((st = fault_due(s, FAULT_COMMIT)) == OK) {
		st = write_group(s, group);
		store_note(&w->groups_failing, "write", st, s->backend->trouble);
	}
	if (st != OK)
		fail_all(group, st);
	w->last_us = now_us();
	return st;
}

/* What is left of it when the late ones are taken out: there may be nothing. */
static void
finish_group(
    struct writer *w, struct chain *group, uint64_t last, usec_t took_us, enum status st)
{
	atomic_store(&w->store->failing, st != OK && w->late.n > 0);
	settle(w->store, group, last, took_us);
	answer_group(group);
}

static void
run_group(struct writer *w, struct chain *group)
{
	usec_t began_us = now_us();
	enum status st;
	uint64_t last;

	assert(group->last);
	last = group->last->number;
	if ((st = try_group(w, group)) == OK)
		w->late.others_written = true;
	late_keep(&w->late, group, false, w->last_us);
	finish_group(w, group, last, w->last_us - began_us, st);
}

/* False: some of those that were tried are late still. */
static bool
try_late(struct writer *w)
{
	struct late *l = &w->late;
	bool alone = l->others_written;
	usec_t began_us = now_us();
	struct chain group;
	enum status st;
	uint64_t last;
	size_t left;

	late_take(l, alone ? 1 : w->store->group_max, &group);
	last = group.last->number;
	left = l->n;
	st = try_group(w, &group);
	if (!alone && (st == OK || !late_is_over(l, began_us)))
		late_keep(l, &group, true, w->last_us);
	finish_group(w, &group, last, w->last_us - began_us, st);
	return l->n == left;
}

static void
run_late(struct writer *w)
{
	while (w->late.n > 0 && try_late(w))
		;
}

/* The end: what cannot be written now never is. */
static void
end_late(struct writer *w)
{
	struct chain group;

	run_late(w);
	while (w->late.n > 0) {
		uint64_t last;

		late_take(&w->late, w->late.n, &group);
		last = group.last->number;
		fail_all(&group, E_CLOSED);
		finish_group(w, &group, last, 0, E_CLOSED);
	}
}

static void
run_upkeep(struct writer *w, msec_t idle_ms)
{
	struct backend *b = w->store->backend;
	msec_t next_ms;
	enum status st = b->calls->upkeep(b, idle_ms, &next_ms);

	store_note(&w->upkeep_failing, "upkeep", st, b->trouble);
	w->due_us = next_ms == UPKEEP_NONE ? UPKEEP_NONE : now_us() + next_ms * 1000;
}

static usec_t
next_due(const struct writer *w)
{
	usec_t late_us = late_due(&w->late);

	if (w->due_us == UPKEEP_NONE || late_us < w->due_us)
		return late_us == LATE_NONE ? UPKEEP_NONE : late_us;
	return w->due_us;
}

void *
writer_run(void *store)
{
	struct writer w = { .store = store, .last_us = now_us() };
	struct store *s = store;
	struct chain group;
	enum next next;

	pthread_setname_np(pthread_self(), "store-writer");
	while ((next = wait_for_work(s, next_due(&w), &group)) != NEXT_END) {
		if (next == NEXT_GROUP || now_us() >= late_due(&w.late))
			run_late(&w);
		if (next == NEXT_GROUP) {
			run_group(&w, &group);
			run_upkeep(&w, 0);
		} else {
			run_upkeep(&w, (now_us() - w.last_us) / 1000 + 1);
		}
	}
	end_late(&w);

	pthread_mutex_lock(&s->lock);
	s->all_settled = true;
	pthread_cond_broadcast(&s->reads_came);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}
