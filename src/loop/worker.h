/* SPDX-License-Identifier: MIT
 *
 * Workers: one thread each, with its own epoll loop, timers and mailbox. They share nothing
 * that changes, except through mailboxes (design section 2).
 *
 * A turn of the loop: wait for events; read the clock; run due timers; open the letters that
 * had arrived; run the events; then the turn's last work (flushing what streams queued), and
 * hand the letters posted meanwhile to the other mailboxes, each with one lock and at most
 * one wake-up.
 *
 * Unless said otherwise a function acts on the calling worker and may be called from
 * workers only.
 */
#ifndef LOOP_WORKER_H
#define LOOP_WORKER_H

#include "base/lang.h"
#include "base/list.h"
#include "base/status.h"
#include "base/time.h"

enum {
	WORKERS_MAX = 64,
	LETTER_MAX = 64, /* bytes of a letter */
	WORKER_NONE = -1,
};

/* --- life ----------------------------------------------------------------------------- */

/* Prepares `count` workers (1 to WORKERS_MAX); from now on letters are accepted. */
MUST_CHECK enum status workers_init(unsigned count);

/* Starts their threads. */
MUST_CHECK enum status workers_start(void);

/*
 * Asks every worker to end once all mailboxes are empty, and waits for the threads. From now
 * on letters are opened, and the work at the end of turns is done, but neither timers nor
 * descriptors have a say.
 * Called from the main thread, after whatever posts letters from outside has ended.
 *
 * leave  runs on each worker behind the last letter of all: lets go of what the worker holds
 *        and posts nothing; may be NULL
 */
void workers_stop(void (*leave)(void));
void workers_fini(void);

unsigned workers_count(void);

/* Index of the calling worker, WORKER_NONE on any other thread. */
int worker_self(void);

/* --- letters -------------------------------------------------------------------------- */

typedef void letter_fn(const void *letter);

/*
 * Puts a copy of the letter into the worker's mailbox. Any thread may call this. Letters
 * from one thread to one worker are opened in the order posted, also those to oneself,
 * which are opened in the next turn at the earliest.
 */
void worker_post(unsigned worker, letter_fn *open, const void *letter, size_t bytes);

/* Letters waiting at the worker; any thread, approximate. */
size_t worker_mailbox_depth(unsigned worker);

/*
 * True while some worker's mailbox is over its high-water mark. Whoever reads from
 * sockets stops reading for the turn; the loop returns to it when the mark is passed, and
 * reports nothing to read to anybody meanwhile.
 */
bool worker_is_congested(void);

/* What workers fill that is no mailbox - the store's queue - is over its mark, and is under
 * it again: counts as a mailbox meanwhile. Any thread, in pairs. */
void worker_congest(void);
void worker_relieve(void);

/* --- time ----------------------------------------------------------------------------- */

/* Read once a turn; on threads that are no workers, at each call. */
msec_t loop_now_ms(void);  /* monotonic */
usec_t loop_wall_us(void); /* wall clock */

struct timer {
	struct list in_wheel;
	msec_t due_ms; /* 0 while stopped */
	void (*on_due)(struct timer *t);
};

/*
 * A timer fires once, on the worker that set it, not before `delay_ms` have passed since the
 * turn began and at most one slot of the wheel later: a millisecond, or a thirty-first of a
 * delay above 256 ms. Setting it again replaces; stopping a stopped timer does nothing.
 */
void timer_init(struct timer *t, void (*on_due)(struct timer *t));
void timer_set(struct timer *t, msec_t delay_ms);
void timer_stop(struct timer *t);
bool timer_is_set(const struct timer *t);

/* --- descriptors ---------------------------------------------------------------------- */

enum {
	IO_READ = 1,
	IO_WRITE = 2,
	IO_HANGUP = 4, /* error or both directions closed; always reported */
};

struct io {
	int fd;
	/* The worker's, so that no stale event is seen; the generation is 0 while not added. */
	uint32_t slot;
	uint32_t generation;
	void (*on_ready)(struct io *io, unsigned events);
};

/*
 * Level-triggered unless `edge`. The structure starts as zeros with fd and on_ready, and stays
 * where it is until io_remove, which does nothing when it is not added.
 *
 * E_LIMIT        the system's bound on watched descriptors is reached
 * E_UNSUPPORTED  the descriptor is a file's or a directory's
 */
MUST_CHECK enum status io_add(struct io *io, unsigned events, bool edge);
MUST_CHECK enum status io_change(struct io *io, unsigned events, bool edge);
void io_remove(struct io *io); /* before the descriptor is closed, which it does not do */

/*
 * Asks for on_ready(IO_READ) in the next turn, for an edge-triggered reader that leaves bytes
 * in the socket because it has had its share of this turn. One that stops because
 * worker_is_congested() need not ask.
 */
void io_read_again(struct io *io);

/* --- the end of a turn ---------------------------------------------------------------- */

/* Runs once at the end of the current turn, however often it was asked for in this turn. */
struct turn_end {
	struct list in_turn;
	void (*run)(struct turn_end *t);
};

void turn_end_init(struct turn_end *t, void (*run)(struct turn_end *t));
void turn_end_ask(struct turn_end *t);
void turn_end_cancel(struct turn_end *t);

/* --- what a worker has done ------------------------------------------------------------ */

enum { TURN_BUCKETS = 24 };

struct worker_counters {
	uint64_t turns;
	uint64_t letters; /* opened */
	uint64_t busy_us; /* not spent waiting for events */

	/* Turns by their length, which is how long others had to wait: the n-th counts those
	 * shorter than 2^n microseconds that the one before does not, the last all the rest. */
	uint64_t turns_by_length[TURN_BUCKETS];
};

/* Since workers_init; any thread. The numbers need not be of one moment. */
void worker_count(unsigned worker, struct worker_counters *out);

/* --- memory --------------------------------------------------------------------------- */

/* Scratch space of WORKER_BUFFER bytes for reading and for TLS, one of each per worker;
 * its content is valid until the caller returns to the loop. */
enum { WORKER_BUFFER = 64 * 1024 };
char *worker_read_buffer(void);
char *worker_write_buffer(void);

#endif
