/* SPDX-License-Identifier: MIT */
#include "loop/helper.h"

#include <pthread.h>
#include <signal.h>

#include "base/arena.h"
#include "loop/cause.h"

enum { HELPERS_MAX = 64 };

struct job {
	void *job;
	void (*work)(void *job);
	void (*done)(void *job);
	unsigned asked_by; /* worker */
	struct cause *cause;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	pthread_t threads[HELPERS_MAX];
	unsigned n_threads;
	struct job *waiting; /* a ring of `room` */
	unsigned room;
	unsigned first;
	unsigned n;
	bool ending;
} helpers = { .lock = PTHREAD_MUTEX_INITIALIZER, .arrived = PTHREAD_COND_INITIALIZER };

static void
open_done(const void *letter)
{
	const struct job *j = letter;
	struct cause *cause = j->cause, *was = cause_swap(cause);

	j->done(j->job);
	cause_swap(was);
	cause_drop(&cause);
}

/* Waits for a job. False: there are none left and the helpers are to end. */
static bool
next_job(struct job *out)
{
	bool any;

	pthread_mutex_lock(&helpers.lock);
	while (helpers.n == 0 && !helpers.ending)
		pthread_cond_wait(&helpers.arrived, &helpers.lock);
	any = helpers.n > 0;
	if (any) {
		*out = helpers.waiting[helpers.first];
		helpers.first = (helpers.first + 1) % helpers.room;
		helpers.n--;
	}
	pthread_mutex_unlock(&helpers.lock);
	return any;
}

static void *
help(void *unused)
{
	struct job j;

	(void)unused;
	pthread_setname_np(pthread_self(), "helper");
	while (next_job(&j)) {
		j.work(j.job);
		worker_post(j.asked_by, open_done, &j, sizeof(j));
	}
	return NULL;
}

enum status
helpers_start(unsigned threads, unsigned max_waiting)
{
	sigset_t all, was;
	int failed = 0;

	assert(helpers.n_threads == 0 && threads >= 1 && threads <= HELPERS_MAX && max_waiting);
	helpers.waiting = mem_alloc(max_waiting * sizeof(helpers.waiting[0]));
	helpers.room = max_waiting;
	helpers.first = helpers.n = 0;
	helpers.ending = false;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	while (helpers.n_threads < threads && !failed) {
		failed = pthread_create(&helpers.threads[helpers.n_threads], NULL, help, NULL);
		if (!failed)
			helpers.n_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	if (failed) {
		helpers_stop();
		return E_LIMIT;
	}
	return OK;
}

void
helpers_stop(void)
{
	pthread_mutex_lock(&helpers.lock);
	helpers.ending = true;
	pthread_cond_broadcast(&helpers.arrived);
	pthread_mutex_unlock(&helpers.lock);
	while (helpers.n_threads)
		pthread_join(helpers.threads[--helpers.n_threads], NULL);

	/* Workers are still running and may ask in vain. */
	pthread_mutex_lock(&helpers.lock);
	free(helpers.waiting);
	helpers.waiting = NULL;
	helpers.room = 0;
	pthread_mutex_unlock(&helpers.lock);
}

enum status
helper_run(void *job, void (*work)(void *job), void (*done)(void *job))
{
	int self = worker_self();
	enum status s = E_LIMIT;

	assert(self != WORKER_NONE);
	pthread_mutex_lock(&helpers.lock);
	if (helpers.n < helpers.room && !helpers.ending) {
		helpers.waiting[(helpers.first + helpers.n) % helpers.room] =
		    (struct job){ job, work, done, (unsigned)self, cause_take() };
		helpers.n++;
		pthread_cond_signal(&helpers.arrived);
		s = OK;
	}
	pthread_mutex_unlock(&helpers.lock);
	return s;
}
