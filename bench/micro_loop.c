/* SPDX-License-Identifier: MIT
 *
 * CPU time of letters between workers and of timers. Each figure is the best of some rounds:
 * the others were disturbed. The process's CPU time counts, that is both workers together.
 *
 *     build/bench/micro_loop
 */
#include <pthread.h>
#include <semaphore.h>

#include "base/arena.h"
#include "loop/drive.h"
#include "loop/worker.h"

enum { ROUNDS = 7, LETTERS = 400000, BATCH = 64, TIMERS = 1000000 };

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
report(double total_ns, double *best)
{
	if (*best == 0 || total_ns < *best)
		*best = total_ns;
}

/* --- letters -------------------------------------------------------------------------- */

/* As large as an address of a session and a counted stanza. */
struct ball {
	uint64_t to[2];
	void *stanza;
	unsigned left; /* how often it is still to be thrown */
};

static sem_t over;
static _Atomic unsigned in_play;

static void
throw_back(const void *letter)
{
	struct ball b = *(const struct ball *)letter;
	unsigned other = ((unsigned)worker_self() + 1) % workers_count();

	if (b.left-- == 0) {
		if (--in_play == 0)
			sem_post(&over);
		return;
	}
	worker_post(other, throw_back, &b, sizeof(b));
}

/* Some balls going to and fro between the workers, or from one to itself. */
static double
letters(unsigned n_workers, unsigned balls)
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start;

		if (workers_init(n_workers) != OK || sem_init(&over, 0, 0) != 0)
			abort();
		in_play = balls;
		for (unsigned i = 0; i < balls; i++)
			worker_post(0, throw_back, &(struct ball){ .left = LETTERS / balls },
			    sizeof(struct ball));
		start = cpu_ns();
		if (workers_start() != OK)
			abort();
		sem_wait(&over);
		report((cpu_ns() - start) / LETTERS, &best);
		workers_stop(NULL);
		workers_fini();
		sem_destroy(&over);
	}
	return best;
}

/* --- timers --------------------------------------------------------------------------- */

/* About as large as a connection, whose idle timer it is. */
struct idler {
	struct timer timer;
	char rest[256 - sizeof(struct timer)];
};

static struct idler *idlers;
static uint32_t *order; /* in which timers are touched: shuffled, as stanzas arrive */

static void
ignore(struct timer *t)
{
	(void)t;
}

static void
shuffle(uint32_t n)
{
	uint32_t x = 2463534242;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t j;

		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		j = x % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}

/* TIMERS operations, on each of the first n timers in turn. */
static double
timers(uint32_t n, void (*operation)(struct timer *t))
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start = cpu_ns();

		for (uint32_t from = 0; from < TIMERS; from += n)
			for (uint32_t i = 0; i < n; i++)
				operation(&idlers[order[i]].timer);
		report((cpu_ns() - start) / TIMERS, &best);
	}
	return best;
}

static void
put_off(struct timer *t)
{
	timer_set(t, 60 * 1000);
}

static void
bring_forward(struct timer *t)
{
	timer_set(t, t->due_ms - loop_now_ms() - 1);
}

static void
stop_and_set(struct timer *t)
{
	timer_stop(t);
	timer_set(t, 60 * 1000);
}

int
main(void)
{
	printf("%8.1f ns  letter, two workers, one on the way (each wakes the other)\n",
	    letters(2, 1));
	printf("%8.1f ns  letter, two workers, %d on the way\n", letters(2, BATCH), BATCH);
	printf("%8.1f ns  letter, two workers, %d on the way\n", letters(2, 16 * BATCH),
	    16 * BATCH);
	printf("%8.1f ns  letter to oneself, one on the way\n", letters(1, 1));
	printf("%8.1f ns  letter to oneself, %d on the way\n", letters(1, BATCH), BATCH);

	if (workers_init(1) != OK)
		abort();
	loop_drive_as(0);
	idlers = mem_zalloc(TIMERS * sizeof(idlers[0]));
	order = mem_alloc(TIMERS * sizeof(order[0]));
	for (uint32_t i = 0; i < TIMERS; i++)
		timer_init(&idlers[i].timer, ignore);
	for (uint32_t n = 1000; n <= TIMERS; n *= 1000) {
		shuffle(n);
		printf(
		    "%8.1f ns  timer stopped and set, %u timers\n", timers(n, stop_and_set), n);
		printf("%8.1f ns  timer put off, %u timers\n", timers(n, put_off), n);
		printf("%8.1f ns  timer brought forward, %u timers\n", timers(n, bring_forward),
		    n);
	}
	loop_drive_end();
	workers_fini();
	free(idlers);
	free(order);
	return 0;
}
