/* SPDX-License-Identifier: MIT
 *
 * A reader's thread: takes reads whose batches are settled and has the back end do them, a
 * run at a time, because beginning and ending costs as much as a small read.
 */
#include "storage/front.h"

enum {
	RUN_READS = 16,

	/* What made a larger answer than this does not keep the others of its run waiting. */
	RUN_BYTES = 64 * 1024,
};

struct reading {
	struct reader *reader;
	struct answers answers;
	bool failing;
};

/* Waits for reads and takes this reader's share. 0: there can be none any more. */
static size_t
take_run(struct store *s, struct chain *run)
{
	size_t share, n;

	*run = (struct chain){ NULL };
	pthread_mutex_lock(&s->lock);
	while (!s->ready.first && !s->all_settled)
		pthread_cond_wait(&s->reads_came, &s->lock);
	share = s->n_ready / s->n_readers + 1;
	for (n = 0; n < share && n < RUN_READS && s->ready.first; n++)
		chain_add(run, chain_take(&s->ready));
	s->n_ready -= n;
	s->waiting_reads -= n;
	store_weigh(s);
	s->stats.reads += n;
	pthread_mutex_unlock(&s->lock);
	metric_add(store_metrics.waiting_reads, -(int64_t)n);
	metric_add(store_metrics.reads, (int64_t)n);
	return n;
}

/* begun: how beginning the run went. */
static enum status
read_one(struct reading *g, struct read *rd, enum status begun)
{
	struct backend_reader *b = g->reader->backend;
	enum status st = fault_due(g->reader->store, FAULT_READ);

	if (st != OK)
		return st;
	st = begun == OK ? b->calls->read(b, rd) : begun;
	if (st != E_LIMIT && st != E_NOT_FOUND)
		store_note(&g->failing, "read", st, b->trouble);
	return st;
}

static void
run_reads(struct reading *g, struct chain *run)
{
	struct backend_reader *b = g->reader->backend;
	enum status begun = b->calls->read_begin(b);
	struct request *r;

	while ((r = chain_take(run))) {
		struct read *rd = read_of(r);
		bool large;

		read_finish(rd, read_one(g, rd, begun));
		large = rd->bytes > RUN_BYTES;
		answers_add(&g->answers, r);
		if (large)
			answers_send(&g->answers);
	}
	if (begun == OK)
		b->calls->read_end(b);
	answers_send(&g->answers);
}

void *
reader_run(void *reader)
{
	struct reading g = { .reader = reader };
	struct chain run;

	pthread_setname_np(pthread_self(), "store-reader");
	while (take_run(g.reader->store, &run) > 0)
		run_reads(&g, &run);
	return NULL;
}
