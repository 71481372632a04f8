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
 * Asks every worker to end once all mailboxes are empty, and waits for the threads.
 * Called from the main thread, after whatever posts letters from outside has ended.
 */
void workers_stop(void);
void workers_fini(void);

unsigned workers_count(void);

/* Index of the calling worker, WORKER_NONE on any other thread. */
int worker_self(void);

/* --- letters -------------------------------------------------------------------------- */

typedef void letter_fn(const void *letter);

/*
 * Puts a copy of the letter into the worker's mailbox. Any thread may call this. Letters
 * from one thread to one worker are opened in the order posted, also those to oneself,
 * which are opened in the next turn.
 */
void worker_post(unsigned worker, letter_fn *open, const void *letter, size_t bytes);

/* Letters waiting at the worker; any thread, approximate. */
size_t worker_mailbox_depth(unsigned worker);

/*
 * True while some worker's mailbox is over its high-water mark. Whoever reads from
 * sockets stops reading for the turn; the loop returns to it when the mark is passed.
 */
bool worker_is_congested(void);

/* --- time ----------------------------------------------------------------------------- */

msec_t loop_now_ms(void);  /* monotonic, read once a turn */
usec_t loop_wall_us(void); /* wall clock, read once a turn */

struct timer {
	struct list in_wheel;
	msec_t due_ms; /* 0 while stopped */
	void (*on_due)(struct timer *t);
};

/* A timer fires once, on the worker that set it, not before `delay_ms` and at most one
 * wheel slot later. Setting it again replaces; stopping a stopped timer does nothing. */
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
	uint32_t slot; /* the worker's: index and generation, so that no stale event is seen */
	uint32_t generation;
	void (*on_ready)(struct io *io, unsigned events);
};

/* Level-triggered unless `edge`. The structure stays with the caller until io_remove. */
MUST_CHECK enum status io_add(struct io *io, unsigned events, bool edge);
MUST_CHECK enum status io_change(struct io *io, unsigned events, bool edge);
void io_remove(struct io *io); /* does not close the descriptor */

/* --- the end of a turn ---------------------------------------------------------------- */

/* Runs once at the end of the current turn, however often it was asked for in this turn. */
struct turn_end {
	struct list in_turn;
	void (*run)(struct turn_end *t);
};

void turn_end_init(struct turn_end *t, void (*run)(struct turn_end *t));
void turn_end_ask(struct turn_end *t);
void turn_end_cancel(struct turn_end *t);

/* --- memory --------------------------------------------------------------------------- */

/* Scratch space of WORKER_BUFFER bytes for reading and for TLS, one of each per worker;
 * its content is valid until the caller returns to the loop. */
enum { WORKER_BUFFER = 64 * 1024 };
char *worker_read_buffer(void);
char *worker_write_buffer(void);

#endif
