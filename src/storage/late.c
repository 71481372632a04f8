/* SPDX-License-Identifier: MIT */
#include "storage/late.h"

#include "base/limits.h"

/* An operator makes room, or does not. What waits is not acknowledged meanwhile. */
#define PATIENCE_US (10 * 60 * INT64_C(1000000))

#define FIRST_PAUSE_US INT64_C(10000)
#define LONGEST_PAUSE_US INT64_C(1000000)

static bool
is_wanted(const struct late *l, const struct store_batch *b)
{
	return b->firm && (b->status == E_FULL || b->status == E_IO) &&
	       l->n < STORE_LATE_BATCHES && b->len <= STORE_LATE_BYTES - l->bytes;
}

static void
wait(struct late *l, bool again, usec_t now_us)
{
	if (!again)
		l->pause_us = FIRST_PAUSE_US;
	else if (l->pause_us < LONGEST_PAUSE_US)
		l->pause_us *= 2;
	l->due_us = now_us + l->pause_us;
}

void
late_keep(struct late *l, struct chain *group, bool in_front, usec_t now_us)
{
	struct chain rest = { NULL }, kept = { NULL }, behind;
	bool was_empty = l->n == 0;
	struct request *r;

	while ((r = chain_take(group))) {
		struct store_batch *b = batch_of(r);

		if (!is_wanted(l, b)) {
			chain_add(&rest, r);
			continue;
		}
		chain_add(&kept, r);
		l->n++;
		l->bytes += b->len;
	}
	*group = rest;
	if (!kept.first)
		return;
	if (was_empty && !in_front)
		l->since_us = now_us;
	wait(l, in_front, now_us);
	l->others_written = false;
	behind = in_front ? l->batches : kept;
	if (in_front)
		l->batches = kept;
	while ((r = chain_take(&behind)))
		chain_add(&l->batches, r);
}

void
late_take(struct late *l, size_t max, struct chain *group)
{
	size_t n = 0, bytes = 0;
	struct request *r;

	*group = (struct chain){ NULL };
	while ((r = l->batches.first) && n < max &&
	       (n == 0 || bytes + batch_of(r)->len <= STORE_GROUP_BYTES)) {
		n++;
		bytes += batch_of(r)->len;
		chain_add(group, chain_take(&l->batches));
	}
	l->n -= n;
	l->bytes -= bytes;
}

bool
late_is_over(const struct late *l, usec_t now_us)
{
	return now_us - l->since_us >= PATIENCE_US;
}
