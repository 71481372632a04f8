/* SPDX-License-Identifier: MIT
 *
 * Presence that stays for a moment after its session was lost: a client whose network fails
 * is back soon, and who watches it need not see it go and come.
 *
 *   lingering_start  the session is lost: its contacts are not told yet
 *   lingering_take   the resource is there again, or must not linger any longer
 *   over             it did not come back in time
 */
#ifndef MODULES_PRESENCE_LINGERING_H
#define MODULES_PRESENCE_LINGERING_H

#include "loop/worker.h"
#include "router/module.h"

struct lingering {
	struct list in_account, in_worker;
	struct timer timer;
	struct account *account; /* held */
	struct stanza *presence; /* available, from the full address */
	void (*over)(struct lingering *l);
};

/* Those of an account; zeroed when there are none. */
struct lingerers {
	struct list all; /* lingering.in_account */
	uint32_t n;
};

/*
 * over(l) runs when the time is over and the account can be read; it frees l. The presence is
 * that of a full address. False: the account has as many as it may.
 */
bool lingering_start(struct lingerers *of, struct account *a, const struct stanza *presence,
    msec_t for_ms, void (*over)(struct lingering *l));

/* That of the full address, taken off the account; NULL when there is none. */
struct lingering *lingering_take(struct lingerers *of, struct jid full);

/* Walks them; NULL before the first and after the last. */
struct lingering *lingering_next(const struct lingerers *of, const struct lingering *l);

void lingering_free(struct lingering **l);

/* The account's state is read again: they stay, but for themselves. */
void lingerers_fini(struct lingerers *of);

/* Frees those of this worker, when the server ends. */
void lingering_leave_worker(void);

#endif
