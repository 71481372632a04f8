/* SPDX-License-Identifier: MIT */
#include "loop/helper.h"

#include <pthread.h>
#include <signal.h>

#include "base/arena.h"
#include "loop/cause.h"

enum { HELPERS_MAX = 64, WAITING_HELPERS = 4 };

struct job {
	void *job;
	void (*work)(void *job);
	void (*done)(void *job);
	unsigned asked_by; /* worker */
	struct cause *cause;
};

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	pthread_t threads[HELPERS_MAX];
	unsigned n_threads;
	struct job *waiting; /* a ring of `room` */
	unsigned room;
	unsigned first;
	unsigned n;
	bool ending;
};

static struct crew computing = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.arrived = PTHREAD_COND_INITIALIZER };
static struct crew waiting = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.arrived = PTHREAD_COND_INITIALIZER };

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
next_job(struct crew *c, struct job *out)
{
	bool any;

	pthread_mutex_lock(&c->lock);
	while (c->n == 0 && !c->ending)
		pthread_cond_wait(&c->arrived, &c->lock);
	any = c->n > 0;
	if (any) {
		*out = c->waiting[c->first];
		c->first = (c->first + 1) % c->room;
		c->n--;
	}
	pthread_mutex_unlock(&c->lock);
	return any;
}

static void *
help(void *crew)
{
	struct job j;

	pthread_setname_np(pthread_self(), "helper");
	while (next_job(crew, &j)) {
		j.work(j.job);
		worker_post(j.asked_by, open_done, &j, sizeof(j));
	}
	return NULL;
}

static enum status
start(struct crew *c, unsigned threads, unsigned max_waiting)
{
	sigset_t all, was;
	int failed = 0;

	assert(c->n_threads == 0 && threads >= 1 && threads <= HELPERS_MAX && max_waiting);
	c->waiting = mem_alloc(max_waiting * sizeof(c->waiting[0]));
	c->room = max_waiting;
	c->first = c->n = 0;
	c->ending = false;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	while (c->n_threads < threads && !failed) {
		failed = pthread_create(&c->threads[c->n_threads], NULL, help, c);
		if (!failed)
			c->n_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return failed ? E_LIMIT : OK;
}

static void
stop(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	c->ending = true;
	pthread_cond_broadcast(&c->arrived);
	pthread_mutex_unlock(&c->lock);
	while (c->n_threads)
		pthread_join(c->threads[--c->n_threads], NULL);

	/* Workers are still running and may ask in vain. */
	pthread_mutex_lock(&c->lock);
	free(c->waiting);
	c->waiting = NULL;
	c->room = 0;
	pthread_mutex_unlock(&c->lock);
}

enum status
helpers_start(unsigned threads, unsigned max_waiting)
{
	enum status s;

	if ((s = start(&computing, threads, max_waiting)) == OK)
		s = start(&waiting, WAITING_HELPERS, max_waiting);
	if (s != OK)
		helpers_stop();
	return s;
}

void
helpers_stop(void)
{
	stop(&computing);
	stop(&waiting);
}

static enum status
run(struct crew *c, void *job, void (*work)(void *job), void (*done)(void *job))
{
	int self = worker_self();
	enum status s = E_LIMIT;

	assert(self != WORKER_NONE);
	pthread_mutex_lock(&c->lock);
	if (c->n < c->room && !c->ending) {
		c->waiting[(c->first + c->n) % c->room] =
		    (struct job){ job, work, done, (unsigned)self, cause_take() };
		c->n++;
		pthread_cond_signal(&c->arrived);
		s = OK;
	}
	pthread_mutex_unlock(&c->lock);
	return s;
}

enum status
helper_run(void *job, void (*work)(void *job), void (*done)(void *job))
{
	return run(&computing, job, work, done);
}

enum status
helper_run_waiting(void *job, void (*work)(void *job), void (*done)(void *job))
{
	return run(&waiting, job, work, done);
}
