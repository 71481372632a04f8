/* SPDX-License-Identifier: MIT
 *
 * Batches that are to be written whatever happens (store_commit_firmly), and could not be: the
 * disk is full or broken. The writer tries them again before each group, and now and then; only
 * its thread touches them.
 */
#ifndef STORAGE_LATE_H
#define STORAGE_LATE_H

#include "base/time.h"
#include "storage/batch.h"

struct late {
	struct chain batches; /* in the order of their commits */
	size_t n, bytes;
	usec_t since_us; /* when the first of them failed first */
	usec_t due_us;   /* of the next attempt */
	usec_t pause_us; /* behind it, if it fails */

	/* A group of others was written since they were tried: it is not the disk, and what
	 * fails by itself now is given up. */
	bool others_written;
};

/* LATE_NONE: nothing is to be tried again. */
#define LATE_NONE INT64_MAX

static inline usec_t
late_due(const struct late *l)
{
	return l->n ? l->due_us : LATE_NONE;
}

/* Takes those that are to be tried again out of a group that was tried: such as the disk has
 * refused, in front of those that are late already when `in_front`. What there is no room for
 * stays. */
void late_keep(struct late *l, struct chain *group, bool in_front, usec_t now_us);

/* The next of them, as many as may be written together. */
void late_take(struct late *l, size_t max, struct chain *group);

/* An attempt has failed: whether they are to be given up, for having tried long enough. */
bool late_is_over(const struct late *l, usec_t now_us);

#endif
