/* SPDX-License-Identifier: MIT
 *
 * A reader's thread: takes reads whose batches are settled, has the back end do them.
 */
#include "storage/front.h"

/* Waits for a read; NULL once there can be none any more. */
static struct read *
next_read(struct store *s)
{
	struct request *r;

	pthread_mutex_lock(&s->lock);
	while (!s->ready.first && !s->all_settled)
		pthread_cond_wait(&s->reads_came, &s->lock);
	r = chain_take(&s->ready);
	pthread_mutex_unlock(&s->lock);
	return r ? read_of(r) : NULL;
}

static void
count_read(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	s->waiting_reads--;
	s->stats.reads++;
	pthread_mutex_unlock(&s->lock);
	metric_add(store_metrics.reads, 1);
	metric_add(store_metrics.waiting_reads, -1);
}

void *
reader_run(void *arg)
{
	struct reader *me = arg;
	struct store *s = me->store;
	struct answers answers = { 0 };
	bool failing = false;
	struct read *r;
	enum status st;

	pthread_setname_np(pthread_self(), "store-reader");
	while ((r = next_read(s))) {
		if ((st = fault_due(s, FAULT_READ)) == OK) {
			st = me->backend->calls->read(me->backend, r);
			if (st != E_LIMIT)
				store_note(&failing, "read", st, me->backend->trouble);
		}
		read_finish(r, st);
		count_read(s);
		answers_add(&answers, &r->request);
		answers_send(&answers);
	}
	return NULL;
}
