/* SPDX-License-Identifier: MIT
 *
 * What a worker is made of, for the files of this folder only.
 */
#ifndef LOOP_INSIDE_H
#define LOOP_INSIDE_H

#include <stdalign.h>

#include "loop/mailbox.h"
#include "loop/poller.h"
#include "loop/wheel.h"
#include "loop/worker.h"

/* struct worker_counters as the worker writes it, other threads reading. */
struct tally {
	_Atomic uint64_t turns;
	_Atomic uint64_t letters;
	_Atomic uint64_t busy_us;
	_Atomic uint64_t turns_by_length[TURN_BUCKETS];
};

struct worker {
	/* Shared with whoever posts. */
	alignas(64) struct mailbox box;

	/* The worker's own. */
	alignas(64) unsigned index;
	pthread_t thread;
	msec_t now_ms;
	usec_t wall_us;
	struct mail out[WORKERS_MAX]; /* posted in this turn, by destination */
	uint64_t out_in_use;          /* a bit for each `out` that is not empty */
	struct mail opening;          /* taken from the box */
	size_t opened_to;             /* where the next letter in `opening` starts */
	struct wheel wheel;
	struct poller poller;
	struct list turn_ends; /* turn_end.in_turn */
	bool told_congested;   /* worker_is_congested() said so to the handler that runs */
	char *read_buffer;
	char *write_buffer;
	uint64_t posted; /* letters, ever */
	uint64_t opened;
	unsigned answered; /* the last count that it took part in, see workers_stop */

	struct tally tally;
};

_Static_assert(WORKERS_MAX <= 64, "a bit of worker.out_in_use for each worker");

/* The worker that the calling thread is; NULL on other threads. */
extern _Thread_local struct worker *this_worker;

static inline struct worker *
worker_here(void)
{
	assert(this_worker);
	return this_worker;
}

struct worker *worker_at(unsigned index);

/* --- pieces of a turn, in order ------------------------------------------------------- */

/* How long the worker may wait: 0 when it has something to do, -1 without end. Unless 0 is
 * returned, whoever posts to the worker wakes it from now on. */
int worker_rest(struct worker *w);

/* Waits for events, then does all that a turn does. False: there was nothing to do. */
bool worker_turn(struct worker *w, int wait_ms);

/* Puts the letters posted so far into the other mailboxes. */
void worker_hand_over(struct worker *w);

void workers_wake_all(void);

/* --- the clock, as turned by tests (clock.c) ------------------------------------------- */

usec_t clock_monotonic_us(void);
usec_t clock_wall_us(void);

#endif
