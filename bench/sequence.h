/* SPDX-License-Identifier: MIT
 *
 * Numbers 0, 1, 2... as they arrive, and what went wrong on the way. Costs nothing while
 * they arrive in order.
 */
#ifndef BENCH_SEQUENCE_H
#define BENCH_SEQUENCE_H

#include "base/lang.h"

/* All zero: nothing has arrived. */
struct sequence {
	uint64_t next;     /* one above the highest that arrived */
	uint64_t *missing; /* below `next`, ascending */
	size_t n_missing, room;
	uint64_t duplicated; /* arrived again */
	uint64_t reordered;  /* arrived after a higher one */
};

void sequence_fini(struct sequence *q);

/* number: below what was sent, which bounds the memory for those that are missing */
void sequence_arrived(struct sequence *q, uint64_t number);

/* How many of the first `sent` did not arrive. */
uint64_t sequence_lost(const struct sequence *q, uint64_t sent);

#endif
