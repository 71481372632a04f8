/* SPDX-License-Identifier: MIT */
#include "bench/sequence.h"

#include "base/arena.h"

void
sequence_fini(struct sequence *q)
{
	free(q->missing);
	*q = (struct sequence){ 0 };
}

static void
miss(struct sequence *q, uint64_t number)
{
	if (q->n_missing == q->room) {
		q->room = q->room ? 2 * q->room : 16;
		q->missing = mem_resize(q->missing, q->room * sizeof(*q->missing));
	}
	q->missing[q->n_missing++] = number;
}

static bool
was_missing(struct sequence *q, uint64_t number)
{
	for (size_t i = 0; i < q->n_missing; i++) {
		if (q->missing[i] != number)
			continue;
		memmove(&q->missing[i], &q->missing[i + 1],
		    (q->n_missing - i - 1) * sizeof(*q->missing));
		q->n_missing--;
		return true;
	}
	return false;
}

void
sequence_arrived(struct sequence *q, uint64_t number)
{
	if (number >= q->next) {
		while (q->next < number)
			miss(q, q->next++);
		q->next++;
	} else if (was_missing(q, number)) {
		q->reordered++;
	} else {
		q->duplicated++;
	}
}

uint64_t
sequence_lost(const struct sequence *q, uint64_t sent)
{
	assert(sent >= q->next);
	return q->n_missing + (sent - q->next);
}
