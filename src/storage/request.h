/* SPDX-License-Identifier: MIT
 *
 * What waits in the store's queues, batches of writes and reads alike, and how answers get
 * back to those who asked: to workers by one letter with a chain of them, to threads that
 * wait by waking them.
 */
#ifndef STORAGE_REQUEST_H
#define STORAGE_REQUEST_H

#include <pthread.h>

#include "base/list.h"
#include "loop/cause.h"
#include "loop/worker.h"
#include "storage/store.h"

/* A thread, not a worker, that waits for one request. */
struct wait {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool over;
};

struct request {
	struct request *next; /* in its chain */
	struct store *store;  /* stays until the request is answered */
	enum { REQUEST_BATCH, REQUEST_READ } what;
	unsigned worker;     /* who asked, unless a thread waits */
	struct wait *wait;   /* the thread that waits, and owns the request once woken */
	struct cause *cause; /* that it was asked for; held; or NULL */

	/* Batches are numbered in the order of their commits. A batch: its number. A read: the
	 * last batch that it must see. */
	uint64_t number;
};

/* --- chains --------------------------------------------------------------------------- */

struct chain {
	struct request *first;
	struct request *last; /* undefined while the chain is empty */
};

static inline void
chain_add(struct chain *c, struct request *r)
{
	r->next = NULL;
	if (c->first)
		c->last->next = r;
	else
		c->first = r;
	c->last = r;
}

/* NULL when the chain is empty. */
static inline struct request *
chain_take(struct chain *c)
{
	struct request *r = c->first;

	if (r)
		c->first = r->next;
	return r;
}

/* --- answers -------------------------------------------------------------------------- */

/* Answers on their way, gathered so that each worker gets one letter. */
struct answers {
	struct chain of[WORKERS_MAX];
	uint64_t workers; /* bit n: of[n] is not empty */
};

_Static_assert(WORKERS_MAX <= 64, "answers.workers has a bit for each worker");

/* The request is finished, its outcome stored in it; it no longer belongs to the caller. */
void answers_add(struct answers *a, struct request *r);

/* Posts the letters; nothing is left. */
void answers_send(struct answers *a);

/* --- waiting -------------------------------------------------------------------------- */

void wait_init(struct wait *w);
void wait_for(struct wait *w); /* returns once woken; w is finished then */

#endif
