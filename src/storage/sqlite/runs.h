/* SPDX-License-Identifier: MIT
 *
 * How the messages of a list are packed into rows of the table run: up to RUN_ENTRIES one
 * after the other, 16 bytes each, so that a row fits a page of the table with three others
 * and nothing overflows. Ids of a list only grow, and new ones go to the last run.
 *
 *     6 bytes  id, less that of the run's first
 *     5 bytes  seq of the message
 *     5 bytes  tag (storage/archive.h)
 */
#ifndef STORAGE_SQLITE_RUNS_H
#define STORAGE_SQLITE_RUNS_H

#include "base/str.h"

enum { RUN_ENTRIES = 56, RUN_ENTRY_BYTES = 16 };

struct run_entry {
	uint64_t id;
	int64_t seq;
	uint64_t tag;
};

struct run {
	uint64_t first;  /* id */
	int64_t ordinal; /* of the first entry in the list */
	size_t n;        /* 0: there is no run */
	char bytes[RUN_ENTRIES * RUN_ENTRY_BYTES];
};

/* False: the run is full, or the id too far from the first. An empty run takes any. */
bool run_add(struct run *r, const struct run_entry *e);

struct run_entry run_entry(const struct run *r, size_t n);

/* From a row. False: it is damaged. */
bool run_read(struct run *r, uint64_t first, int64_t ordinal, struct str entries);

static inline struct str
run_bytes(const struct run *r)
{
	return str_of(r->bytes, r->n * RUN_ENTRY_BYTES);
}

/* How many entries have ids up to this one. */
size_t run_rank(const struct run *r, uint64_t id);

#endif
