/* SPDX-License-Identifier: MIT */
#include "loop/worker.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "loop/inside.h"

_Thread_local struct worker *this_worker;

static struct worker *workers[WORKERS_MAX];
static unsigned n_workers;
static unsigned n_started;

/*
 * The end is reached when no worker has a letter left and none can post another. To find
 * that out, workers_stop counts: every worker in turn adds how many letters it has posted
 * and opened. When all letters posted up to one count had been opened at the count before,
 * nothing was on its way in between, and only letters make letters by then (F. Mattern,
 * Algorithms for distributed termination detection, 1987, the four counter method).
 */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	unsigned answers;
	uint64_t posted;
	uint64_t opened;
	_Atomic unsigned count; /* above 0: the workers are to end */
	_Atomic bool over;      /* they may */
	void (*leave)(void);    /* what each does last */
} stopping = { .lock = PTHREAD_MUTEX_INITIALIZER, .answered = PTHREAD_COND_INITIALIZER };

struct worker *
worker_at(unsigned index)
{
	assert(index < n_workers);
	return workers[index];
}

unsigned
workers_count(void)
{
	return n_workers;
}

int
worker_self(void)
{
	return this_worker ? (int)this_worker->index : WORKER_NONE;
}

char *
worker_read_buffer(void)
{
	return worker_here()->read_buffer;
}

char *
worker_write_buffer(void)
{
	return worker_here()->write_buffer;
}

/* --- letters -------------------------------------------------------------------------- */

void
worker_post(unsigned worker, letter_fn *open, const void *letter, size_t bytes)
{
	struct worker *w = this_worker;

	if (!w) {
		mailbox_put_one(&worker_at(worker)->box, open, letter, bytes);
		return;
	}
	assert(worker < n_workers);
	mail_add(&w->out[worker], open, letter, bytes);
	w->out_in_use |= UINT64_C(1) << worker;
	w->posted++;
}

void
worker_hand_over(struct worker *w)
{
	while (w->out_in_use) {
		unsigned to = (unsigned)__builtin_ctzll(w->out_in_use);

		w->out_in_use &= w->out_in_use - 1;
		mailbox_put(&workers[to]->box, &w->out[to]);
	}
}

size_t
worker_mailbox_depth(unsigned worker)
{
	return atomic_load_explicit(&worker_at(worker)->box.waiting, memory_order_relaxed);
}

bool
worker_is_congested(void)
{
	if (!mailboxes_are_congested())
		return false;
	if (this_worker)
		this_worker->told_congested = true;
	return true;
}

/* Opens what had arrived when the turn began, up to the turn's share. */
static size_t
open_letters(struct worker *w)
{
	size_t n = 0;

	if (w->opening.len == 0)
		mailbox_take(&w->box, &w->opening);
	while (w->opened_to < w->opening.len && n < TURN_LETTERS) {
		w->opened_to = mail_open_at(&w->opening, w->opened_to);
		n++;
	}
	if (n == 0)
		return 0;
	if (w->opened_to == w->opening.len) {
		mail_clear(&w->opening);
		w->opened_to = 0;
	}
	mailbox_opened(&w->box, n);
	w->opened += n;
	return n;
}

void
workers_wake_all(void)
{
	for (unsigned i = 0; i < n_workers; i++)
		mailbox_wake(&workers[i]->box);
}

/* --- the end of a turn ---------------------------------------------------------------- */

void
turn_end_init(struct turn_end *t, void (*run)(struct turn_end *t))
{
	t->run = run;
	list_init(&t->in_turn);
}

void
turn_end_ask(struct turn_end *t)
{
	if (list_is_empty(&t->in_turn))
		list_append(&worker_here()->turn_ends, &t->in_turn);
}

void
turn_end_cancel(struct turn_end *t)
{
	list_remove(&t->in_turn);
}

static bool
run_turn_ends(struct worker *w)
{
	bool any = !list_is_empty(&w->turn_ends);

	while (!list_is_empty(&w->turn_ends)) {
		struct turn_end *t = list_entry(w->turn_ends.next, struct turn_end, in_turn);

		list_remove(&t->in_turn);
		t->run(t);
	}
	return any;
}

/* --- counters ------------------------------------------------------------------------- */

/* Only the worker writes, so that no locked instruction is needed. */
static void
tally_add(_Atomic uint64_t *n, uint64_t more)
{
	atomic_store_explicit(
	    n, atomic_load_explicit(n, memory_order_relaxed) + more, memory_order_relaxed);
}

static void
tally_turn(struct worker *w, usec_t took_us, size_t letters)
{
	uint64_t us = took_us > 0 ? (uint64_t)took_us : 0;
	unsigned bucket = us ? 64 - (unsigned)__builtin_clzll(us) : 0;

	if (bucket >= TURN_BUCKETS)
		bucket = TURN_BUCKETS - 1;
	tally_add(&w->tally.turns, 1);
	tally_add(&w->tally.letters, letters);
	tally_add(&w->tally.busy_us, us);
	tally_add(&w->tally.turns_by_length[bucket], 1);
}

void
worker_count(unsigned worker, struct worker_counters *out)
{
	struct tally *t = &worker_at(worker)->tally;

	out->turns = atomic_load_explicit(&t->turns, memory_order_relaxed);
	out->letters = atomic_load_explicit(&t->letters, memory_order_relaxed);
	out->busy_us = atomic_load_explicit(&t->busy_us, memory_order_relaxed);
	for (unsigned i = 0; i < TURN_BUCKETS; i++)
		out->turns_by_length[i] =
		    atomic_load_explicit(&t->turns_by_length[i], memory_order_relaxed);
}

/* --- the loop ------------------------------------------------------------------------- */

static void
read_clock(struct worker *w)
{
	w->now_ms = clock_monotonic_us() / 1000;
	w->wall_us = clock_wall_us();
}

int
worker_rest(struct worker *w)
{
	msec_t next, wait_ms;

	if (w->out_in_use || w->opening.len || !list_is_empty(&w->turn_ends))
		return 0;
	if (!mailbox_sleep(&w->box))
		return 0;

	/* Looked at after the mailbox says that we sleep, so that a change after the look
	 * wakes us: the end of a congestion, a turned clock, workers_stop. */
	if (poller_has_pending(&w->poller) || atomic_load(&stopping.count))
		return 0;
	next = wheel_next(&w->wheel);
	if (next == WHEEL_NEVER)
		return -1;
	wait_ms = next - clock_monotonic_us() / 1000;
	if (wait_ms <= 0)
		return 0;
	return wait_ms < INT_MAX ? (int)wait_ms : INT_MAX;
}

bool
worker_turn(struct worker *w, int wait_ms)
{
	usec_t began_us;
	size_t letters;
	bool busy;

	poller_wait(&w->poller, wait_ms);
	began_us = clock_monotonic_us();
	w->now_ms = began_us / 1000;
	w->wall_us = clock_wall_us();

	busy = wheel_run(&w->wheel, w->now_ms);
	letters = open_letters(w);
	busy |= letters > 0 || w->poller.n_events > 0 || poller_has_pending(&w->poller);
	poller_run(&w->poller);
	busy |= run_turn_ends(w);
	worker_hand_over(w);
	tally_turn(w, clock_monotonic_us() - began_us, letters);
	return busy;
}

/* Adds this worker's letters to the count that workers_stop makes. */
static void
answer_count(struct worker *w, unsigned count)
{
	uint64_t from_outside;

	pthread_mutex_lock(&w->box.lock);
	from_outside = w->box.from_outside;
	pthread_mutex_unlock(&w->box.lock);

	pthread_mutex_lock(&stopping.lock);
	stopping.posted += w->posted + from_outside;
	stopping.opened += w->opened;
	stopping.answers++;
	w->answered = count;
	pthread_cond_signal(&stopping.answered);
	pthread_mutex_unlock(&stopping.lock);
}

/* What is left once workers_stop was called: letters, until there are none anywhere. */
static void
open_last_letters(struct worker *w)
{
	while (!atomic_load(&stopping.over)) {
		unsigned count = atomic_load(&stopping.count);

		read_clock(w);
		open_letters(w);
		run_turn_ends(w);
		worker_hand_over(w);
		if (count != w->answered)
			answer_count(w, count);
		else if (w->opening.len == 0 && mailbox_sleep(&w->box) &&
			 atomic_load(&stopping.count) == count &&
			 !atomic_load(&stopping.over)) {
			uint64_t rings;
			ssize_t n = read(w->box.wake_fd, &rings, sizeof(rings));

			assert(n == sizeof(rings) || errno == EINTR);
			(void)n;
		}
	}
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	char name[16];

	snprintf(name, sizeof(name), "worker-%u", w->index);
	pthread_setname_np(pthread_self(), name);
	this_worker = w;
	while (!atomic_load_explicit(&stopping.count, memory_order_relaxed))
		worker_turn(w, worker_rest(w));
	open_last_letters(w);
	if (stopping.leave)
		stopping.leave();
	assert(!w->out_in_use);
	return NULL;
}

/* --- life ----------------------------------------------------------------------------- */

static enum status
worker_new(unsigned index, struct worker **out)
{
	struct worker *w = aligned_alloc(alignof(struct worker), sizeof(*w));
	enum status s;

	assert(w);
	*w = (struct worker){ .index = index };
	if ((s = mailbox_init(&w->box)) != OK) {
		free(w);
		return s;
	}
	if ((s = poller_init(&w->poller, w->box.wake_fd)) != OK) {
		mailbox_fini(&w->box);
		free(w);
		return s;
	}
	read_clock(w);
	wheel_init(&w->wheel, w->now_ms);
	list_init(&w->turn_ends);
	w->read_buffer = mem_alloc(WORKER_BUFFER);
	w->write_buffer = mem_alloc(WORKER_BUFFER);
	*out = w;
	return OK;
}

static void
worker_free(struct worker **w)
{
	if (!*w)
		return;
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		mail_fini(&(*w)->out[i]);
	mail_fini(&(*w)->opening);
	mailbox_fini(&(*w)->box);
	poller_fini(&(*w)->poller);
	free((*w)->read_buffer);
	free((*w)->write_buffer);
	free(*w);
	*w = NULL;
}

enum status
workers_init(unsigned count)
{
	enum status s;

	assert(n_workers == 0 && count >= 1 && count <= WORKERS_MAX);
	stopping.leave = NULL;
	atomic_store(&stopping.count, 0);
	atomic_store(&stopping.over, false);
	for (unsigned i = 0; i < count; i++) {
		if ((s = worker_new(i, &workers[i])) != OK) {
			workers_fini();
			return s;
		}
	}
	n_workers = count;
	return OK;
}

static void
join_all(void)
{
	atomic_store(&stopping.over, true);
	atomic_fetch_add(&stopping.count, 1);
	workers_wake_all();
	while (n_started)
		pthread_join(workers[--n_started]->thread, NULL);
}

enum status
workers_start(void)
{
	sigset_t all, was;
	int failed = 0;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	while (n_started < n_workers && !failed) {
		struct worker *w = workers[n_started];

		failed = pthread_create(&w->thread, NULL, work, w);
		if (!failed)
			n_started++;
	}
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	if (failed) {
		join_all();
		return E_LIMIT;
	}
	return OK;
}

void
workers_stop(void (*leave)(void))
{
	uint64_t opened_before;
	bool quiet = n_started == 0;

	stopping.leave = leave;
	stopping.opened = UINT64_MAX;
	while (!quiet) {
		pthread_mutex_lock(&stopping.lock);
		opened_before = stopping.opened;
		stopping.posted = stopping.opened = 0;
		stopping.answers = 0;
		atomic_fetch_add(&stopping.count, 1);
		workers_wake_all();
		while (stopping.answers < n_started)
			pthread_cond_wait(&stopping.answered, &stopping.lock);
		quiet = stopping.posted == opened_before;
		pthread_mutex_unlock(&stopping.lock);
	}
	join_all();
}

void
workers_fini(void)
{
	assert(n_started == 0);
	n_workers = 0;
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		worker_free(&workers[i]);
}
