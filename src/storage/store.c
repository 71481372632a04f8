/* SPDX-License-Identifier: MIT */
#include "storage/store.h"

#include <signal.h>

#include "base/limits.h"
#include "base/log.h"
#include "storage/blobs.h"
#include "storage/front.h"

struct store_metrics store_metrics;

static void
register_metrics(void)
{
	static const struct metric group_us = { "store_group_us", HISTOGRAM, "microseconds",
		"Time that group commits took." };
	static const struct metric group_batches = { "store_group_batches", HISTOGRAM,
		"batches", "Batches in a group commit." };
	static const struct metric failed = { "store_failed", COUNTER, "batches",
		"Batches that could not be written." };
	static const struct metric reads = { "store_reads", COUNTER, "reads",
		"Reads that were answered." };
	static const struct metric waiting_batches = { "store_waiting_batches", GAUGE,
		"batches", "Batches that are waiting to be written." };
	static const struct metric waiting_reads = { "store_waiting_reads", GAUGE, "reads",
		"Reads that are waiting to be done." };

	store_metrics = (struct store_metrics){
		.group_us = metric_register(&group_us),
		.group_batches = metric_register(&group_batches),
		.failed = metric_register(&failed),
		.reads = metric_register(&reads),
		.waiting_batches = metric_register(&waiting_batches),
		.waiting_reads = metric_register(&waiting_reads),
	};
}

/* --- life ----------------------------------------------------------------------------- */

struct store *
store_ref(struct store *s)
{
	atomic_fetch_add_explicit(&s->users, 1, memory_order_relaxed);
	return s;
}

void
store_unref(struct store *s)
{
	if (atomic_fetch_sub_explicit(&s->users, 1, memory_order_acq_rel) > 1)
		return;
	blobs_close(&s->blobs);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->batches_came);
	pthread_cond_destroy(&s->reads_came);
	free(s);
}

static struct store *
store_new(const struct store_conf *conf)
{
	struct store *s = mem_zalloc(sizeof(*s));
	pthread_condattr_t attr;

	s->group_max = conf->group_max ? conf->group_max : 1;
	s->users = 1;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->batches_came, &attr);
	pthread_condattr_destroy(&attr);
	pthread_cond_init(&s->reads_came, NULL);
	return s;
}

/* Ends the threads, once they have done what was accepted, and what they use. */
static void
stop(struct store *s, bool writer)
{
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	s->all_settled = !writer;
	pthread_cond_signal(&s->batches_came);
	pthread_cond_broadcast(&s->reads_came);
	pthread_mutex_unlock(&s->lock);

	if (writer)
		pthread_join(s->writer, NULL);
	for (unsigned i = 0; i < s->n_readers; i++) {
		pthread_join(s->readers[i].thread, NULL);
		s->backend->calls->reader_close(&s->readers[i].backend);
	}
	s->backend->calls->close(&s->backend);
}

static enum status
start_reader(struct store *s, struct str *reason)
{
	struct reader *r = &s->readers[s->n_readers];
	enum status st;

	r->store = s;
	if ((st = s->backend->calls->reader_open(s->backend, &r->backend)) != OK) {
		*reason = S("cannot open another connection for reading");
		return st;
	}
	if (pthread_create(&r->thread, NULL, reader_run, r) != 0) {
		s->backend->calls->reader_close(&r->backend);
		*reason = S("cannot start another thread");
		return E_LIMIT;
	}
	s->n_readers++;
	return OK;
}

static enum status
start_threads(struct store *s, unsigned readers, struct str *reason)
{
	enum status st = OK;

	while (s->n_readers < readers && st == OK)
		st = start_reader(s, reason);
	if (st == OK && pthread_create(&s->writer, NULL, writer_run, s) != 0) {
		*reason = S("cannot start another thread");
		st = E_LIMIT;
	}
	if (st != OK)
		stop(s, false);
	return st;
}

enum status
store_open(
    const struct store_conf *conf, struct arena *a, struct str *reason, struct store **out)
{
	static const struct backend_calls *const backends[] = { &backend_memory,
		&backend_sqlite };
	const struct backend_calls *calls = NULL;
	struct store *s;
	sigset_t all, was;
	enum status st;

	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++)
		if (str_eq(conf->backend, str_from_c(backends[i]->name)))
			calls = backends[i];
	if (!calls) {
		*reason =
		    str_format(a, "there is no back end \"%.*s\"", STR_ARG(conf->backend));
		return E_UNSUPPORTED;
	}
	if (conf->readers < 1 || conf->readers > READERS_MAX) {
		*reason = str_format(a, "readers must be 1 to %d", READERS_MAX);
		return E_INVALID;
	}
	register_metrics();
	s = store_new(conf);
	if ((st = calls->open(conf, a, reason, &s->backend)) == OK) {
		s->archive_newest = s->backend->archive_newest;
		/* Signals are the main thread's. */
		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, &was);
		st = start_threads(s, conf->readers, reason);
		pthread_sigmask(SIG_SETMASK, &was, NULL);
		if (st == OK && (st = blobs_open(s, conf, a, reason, &s->blobs)) != OK)
			stop(s, true);
	}
	if (st != OK) {
		store_unref(s);
		return st;
	}
	*out = s;
	return OK;
}

void
store_stop(struct store *s)
{
	assert(!s->closing);
	stop(s, true);
}

void
store_close(struct store **at)
{
	struct store *s = TAKE(*at);

	if (!s)
		return;
	if (!s->closing)
		store_stop(s);
	store_unref(s);
}

/* --- back-pressure -------------------------------------------------------------------- */

void
store_weigh(struct store *s)
{
	size_t part = s->congests ? 2 : 1; /* once over a mark, it has to fall to half of it */
	bool over = s->waiting_batches > STORE_HIGH_BATCHES / part ||
		    s->waiting_bytes > STORE_HIGH_BYTES / part ||
		    s->waiting_reads > STORE_HIGH_READS / part;

	if (over == s->congests)
		return;
	s->congests = over;
	if (over)
		worker_congest();
	else
		worker_relieve();
}

/* --- answers -------------------------------------------------------------------------- */

/* Who asks is told soon, but not before the call has returned. */
static void
refuse(struct request *r)
{
	struct answers a = { 0 };

	answers_add(&a, r);
	answers_send(&a);
}

static unsigned
asking_worker(void)
{
	int worker = worker_self();

	assert(worker != WORKER_NONE);
	return (unsigned)worker;
}

/* --- writes --------------------------------------------------------------------------- */

/* Under the lock. */
static enum status
admit_batch(const struct store *s, const struct store_batch *b)
{
	if (b->status != OK)
		return b->status;
	if (s->closing)
		return E_CLOSED;
	if (s->waiting_batches >= STORE_QUEUE_BATCHES ||
	    (s->waiting_batches > 0 && b->len > STORE_QUEUE_BYTES - s->waiting_bytes))
		return E_LIMIT;
	return OK;
}

/* Puts the batch into the queue or refuses it; the answer comes in either case. */
static void
post_batch(struct store_batch *b)
{
	struct request *r = &b->request;
	struct store *s = r->store;
	bool wake = false;
	enum status st;

	store_ref(s);
	pthread_mutex_lock(&s->lock);
	st = b->status = admit_batch(s, b);
	if (st == OK) {
		r->number = ++s->posted;
		if (!r->wait)
			s->posted_by[r->worker] = r->number;
		chain_add(&s->batches, r);
		s->waiting_batches++;
		s->waiting_bytes += b->len;
		store_weigh(s);
		wake = s->writer_sleeps;
		s->writer_sleeps = false;
	} else {
		s->stats.failed++;
	}
	pthread_mutex_unlock(&s->lock);
	if (st != OK) {
		metric_add(store_metrics.failed, 1);
		refuse(r);
		return;
	}
	metric_add(store_metrics.waiting_batches, 1);
	if (wake)
		pthread_cond_signal(&s->batches_came);
}

void
store_commit(struct store_batch **batch, store_done_fn *done, void *waiter)
{
	struct store_batch *b = TAKE(*batch);

	b->done = done;
	b->waiter = waiter;
	b->request.worker = asking_worker();
	b->request.cause = cause_take();
	post_batch(b);
}

void
store_commit_firmly(struct store_batch **batch, store_done_fn *done, void *waiter)
{
	(*batch)->firm = true;
	store_commit(batch, done, waiter);
}

bool
store_is_failing(const struct store *s)
{
	return atomic_load_explicit(&s->failing, memory_order_relaxed);
}

enum status
store_commit_wait(struct store_batch **batch)
{
	struct store_batch *b = TAKE(*batch);
	struct store *s = b->request.store;
	struct wait w;
	enum status st;

	wait_init(&w);
	b->request.wait = &w;
	post_batch(b);
	wait_for(&w);
	st = b->status;
	store_batch_free(&b);
	store_unref(s);
	return st;
}

/* --- reads ---------------------------------------------------------------------------- */

/* As post_batch. */
static void
post_read(struct read *rd)
{
	struct request *r = &rd->request;
	struct store *s = r->store;
	bool wake = false;
	enum status st = OK;

	store_ref(s);
	pthread_mutex_lock(&s->lock);
	if (s->closing)
		st = E_CLOSED;
	else if (s->waiting_reads >= STORE_QUEUE_READS)
		st = E_LIMIT;
	if (st == OK) {
		r->number = r->wait ? 0 : s->posted_by[r->worker];
		s->waiting_reads++;
		store_weigh(s);
		wake = r->number <= s->settled;
		s->n_ready += wake;
		chain_add(wake ? &s->ready : &s->early, r);
	}
	pthread_mutex_unlock(&s->lock);
	if (st != OK) {
		read_finish(rd, st);
		refuse(r);
		return;
	}
	metric_add(store_metrics.waiting_reads, 1);
	if (wake)
		pthread_cond_signal(&s->reads_came);
}

void
store_read(struct store *s, const struct store_query *q, store_rows_fn *on_rows, void *waiter)
{
	struct read *r = read_new(s, q);

	r->on_rows = on_rows;
	r->waiter = waiter;
	r->request.worker = asking_worker();
	r->request.cause = cause_take();
	post_read(r);
}

struct store_rows *
store_read_wait(struct store *s, const struct store_query *q)
{
	struct read *r = read_new(s, q);
	struct wait w;

	wait_init(&w);
	r->request.wait = &w;
	post_read(r);
	wait_for(&w);
	store_unref(s);
	return &r->rows;
}

void
store_rows_free(struct store_rows **at)
{
	struct store_rows *rows = TAKE(*at);
	struct read *r;

	if (!rows)
		return;
	r = list_entry(rows, struct read, rows);
	read_free(&r);
}

uint64_t
store_archive_newest(const struct store *s)
{
	return s->archive_newest;
}

/* --- counters ------------------------------------------------------------------------- */

bool
store_is_congested(const struct store *s)
{
	return s->waiting_batches > STORE_QUEUE_BATCHES / 2 ||
	       s->waiting_bytes > STORE_QUEUE_BYTES / 2 ||
	       s->waiting_reads > STORE_QUEUE_READS / 2;
}

void
store_stats(struct store *s, struct store_stats *out)
{
	pthread_mutex_lock(&s->lock);
	*out = s->stats;
	out->waiting_batches = s->waiting_batches;
	out->waiting_bytes = s->waiting_bytes;
	out->waiting_reads = s->waiting_reads;
	pthread_mutex_unlock(&s->lock);
}

void
store_note(bool *failing, const char *calls, enum status st, const char *trouble)
{
	bool fails = st != OK;

	if (fails == *failing)
		return;
	*failing = fails;
	if (fails)
		log_error("store.failing", LOG_C("calls", calls), LOG_STATUS("status", st),
		    LOG_C("reason", trouble));
	else
		log_info("store.recovered", LOG_C("calls", calls));
}
