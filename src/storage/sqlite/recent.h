/* SPDX-License-Identifier: MIT
 *
 * The log entries that have no place yet.
 *
 * To put an entry into the table of places (migrations.c) costs a page of disk writes,
 * because every log has a page of its own in a large archive. So places are made later, for
 * many entries of a log at once, and until then this index in memory tells where they are.
 * After a crash the table of entries tells it again.
 *
 * The writer changes the index while it works on a transaction; readers ask it within
 * transactions of their own, each of which sees the database as of some commit. What makes
 * the two agree:
 *
 *   - An entry is offered to readers before it is committed, and after it was removed. A
 *     reader takes it only when it sees the row itself, so commits decide, not the index.
 *   - An entry that got its place, or was removed, leaves the index only when every reader
 *     that may not see that commit has ended its transaction. Until then a reader that sees
 *     the place finds the entry twice, and takes it once.
 *
 * States of an entry: recent -> left, in the transaction that made its place or removed it
 * -> gone from the index, when no reader needs it. A transaction that is undone makes those
 * that it added disappear, and those that it let go recent again.
 */
#ifndef STORAGE_SQLITE_RECENT_H
#define STORAGE_SQLITE_RECENT_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/table.h"

enum { RECENT_READERS_MAX = 16 };

struct recent_entry {
	uint64_t id;
	int64_t seq;
	uint64_t tag;  /* what else is known of it: a log's are its bytes */
	uint32_t left; /* the transaction in which it left; 0: it is recent */
};

struct recent_reader {
	_Atomic uint64_t turns; /* odd within a transaction */
	char apart[64 - sizeof(uint64_t)];
};

struct recent_change {
	int64_t shelf;
	uint64_t id;
	int64_t seq;
	bool added; /* or left */
};

struct recent_shelves {
	int64_t *at;
	size_t n, room;
};

struct recent {
	pthread_mutex_t lock; /* of tails, and what they hold, against the writer's changes */
	struct table tails;   /* tail.shelf: the recent entries of one log */
	size_t count;         /* of entries that are recent */
	uint32_t transaction; /* number of the current or the next one; never 0 */

	struct recent_change *changes; /* of the current transaction */
	size_t n_changes, room;

	/* Shelves with entries that left. Those of `leaving` go when the readers have ended
	 * the turns that they were in when it began; what leaves meanwhile is `next`. */
	struct recent_shelves leaving, next;
	uint32_t leaving_up_to;             /* transaction */
	uint64_t turns[RECENT_READERS_MAX]; /* of readers, when it began */
	struct recent_reader readers[RECENT_READERS_MAX];
	unsigned n_readers;
};

void recent_init(struct recent *r);
void recent_fini(struct recent *r);

/* --- the writer ----------------------------------------------------------------------- */

/* True when there is a recent entry with this id. */
bool recent_has(const struct recent *r, int64_t shelf, uint64_t id);

/* seq: larger than that of any entry before, also of those that were undone. */
void recent_add(struct recent *r, int64_t shelf, uint64_t id, int64_t seq, uint64_t tag);

/* The highest id of the log's entries in the index, also of those that left; false: none. */
bool recent_last(const struct recent *r, int64_t shelf, uint64_t *id);

/* The recent entries of a log with ids from first to last, one after the other. */
struct recent_walk {
	const struct recent_entry *at, *end;
};

struct recent_walk recent_entries(
    const struct recent *r, int64_t shelf, uint64_t first, uint64_t last);
const struct recent_entry *recent_next(struct recent_walk *w);

/* The entry got its place, or was removed. A walk over its log may go on. */
void recent_leave(struct recent *r, int64_t shelf, const struct recent_entry *e);

/* Undoes what was changed after the mark was taken, in the same transaction; 0 is always the
 * mark of its beginning. */
static inline size_t
recent_mark(const struct recent *r)
{
	return r->n_changes;
}

void recent_undo(struct recent *r, size_t mark);

/* The transaction was committed. */
void recent_committed(struct recent *r);

/* Lets go what left and no reader needs any more; outside of transactions. */
void recent_tidy(struct recent *r);

/* True when nothing is left that waits to be let go. */
static inline bool
recent_is_tidy(const struct recent *r)
{
	return r->leaving.n == 0 && r->next.n == 0;
}

/* The shelves that have entries, in order; free it. */
int64_t *recent_all_shelves(const struct recent *r, size_t *n);

/* --- readers -------------------------------------------------------------------------- */

/* Before and after the reader's transaction. */
void recent_reader_enter(struct recent *r, unsigned reader);
void recent_reader_leave(struct recent *r, unsigned reader);

/* Where a reader is in a log: by id, then seq. */
struct recent_position {
	uint64_t id;
	int64_t seq;
};

/*
 * Copies the entries that follow the position, or precede it when backwards, in that order,
 * at most n. Returns how many; fewer than n are the last.
 */
size_t recent_copy(struct recent *r, int64_t shelf, struct recent_position from, bool backwards,
    struct recent_entry *out, size_t n);

/* How many entries have ids from first to last. */
size_t recent_count(struct recent *r, int64_t shelf, uint64_t first, uint64_t last);

#endif
