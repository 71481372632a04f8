/* SPDX-License-Identifier: MIT
 *
 * Causes: whoever has to know when all that something set off is over - every letter it
 * posted opened, every write and read that it asked for answered, and what those set off in
 * turn - makes a cause of it.
 *
 * A thread works for one cause at a time, or for none. What it posts, commits, reads and has
 * helpers do meanwhile carries the cause along, and the callback runs for it again, on
 * whatever worker that is. Neither timers nor descriptors carry causes: what waits for the
 * network or the clock is not waited for.
 */
#ifndef LOOP_CAUSE_H
#define LOOP_CAUSE_H

#include <stdatomic.h>

#include "base/lang.h"

struct cause {
	atomic_uint holders;
	/* The last call. Runs on the thread that let go last, and for no cause itself. */
	void (*over)(struct cause *c);
};

/* The caller holds it. */
void cause_init(struct cause *c, void (*over)(struct cause *c));

/* What the thread works for: NULL for nothing. Gives back what it worked for before, which is
 * to be set again afterwards. Neither counts. */
struct cause *cause_swap(struct cause *c);

/* The cause that the thread works for, held once more; NULL when there is none. For what is
 * put into a queue and done later. */
struct cause *cause_take(void);

/* Lets go, and leaves NULL; accepts NULL. */
void cause_drop(struct cause **c);

#endif
