/* SPDX-License-Identifier: MIT */
#include "storage/request.h"

#include "storage/front.h"

/* --- answers -------------------------------------------------------------------------- */

static void
answer(struct request *r)
{
	if (r->what == REQUEST_BATCH)
		batch_answer(batch_of(r));
	else
		read_answer(read_of(r));
}

/* On the worker that asked. */
static void
answers_on_arrival(const void *letter)
{
	struct chain c = *(const struct chain *)letter;
	struct request *r;

	while ((r = chain_take(&c))) {
		struct store *s = r->store;
		struct cause *cause = r->cause, *was = cause_swap(cause);

		answer(r);
		cause_swap(was);
		cause_drop(&cause);
		store_unref(s);
	}
}

static void
wake(struct wait *w)
{
	pthread_mutex_lock(&w->lock);
	w->over = true;
	pthread_cond_signal(&w->woken);
	pthread_mutex_unlock(&w->lock);
}

void
answers_add(struct answers *a, struct request *r)
{
	if (r->wait) {
		wake(r->wait);
		return;
	}
	chain_add(&a->of[r->worker], r);
	a->workers |= UINT64_C(1) << r->worker;
}

void
answers_send(struct answers *a)
{
	while (a->workers) {
		unsigned worker = (unsigned)__builtin_ctzll(a->workers);

		a->workers &= a->workers - 1;
		worker_post(worker, answers_on_arrival, &a->of[worker], sizeof(a->of[worker]));
		a->of[worker].first = NULL;
	}
}

/* --- waiting -------------------------------------------------------------------------- */

void
wait_init(struct wait *w)
{
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->woken, NULL);
	w->over = false;
}

void
wait_for(struct wait *w)
{
	pthread_mutex_lock(&w->lock);
	while (!w->over)
		pthread_cond_wait(&w->woken, &w->lock);
	pthread_mutex_unlock(&w->lock);
	pthread_cond_destroy(&w->woken);
	pthread_mutex_destroy(&w->lock);
}
