/* SPDX-License-Identifier: MIT
 *
 * What a back end does for the store. The store owns the threads, the queues and the order;
 * a back end only ever sees one group of batches at a time, on the writer's thread, and
 * reads on the readers' threads beside it.
 */
#ifndef STORAGE_BACKEND_H
#define STORAGE_BACKEND_H

#include "storage/batch.h"
#include "storage/read.h"

enum { TROUBLE_MAX = 200 };

/* Begins every back end's own structure, and that of a reader thread's connection. */
struct backend {
	const struct backend_calls *calls;
	uint64_t archive_newest;   /* see store_archive_newest; set by open */
	char trouble[TROUBLE_MAX]; /* why a call failed last, for the operator */
};

struct backend_reader {
	const struct backend_calls *calls;
	char trouble[TROUBLE_MAX];
};

struct backend_calls {
	const char *name;

	/* Opens, creates and migrates as needed. The error's reason goes into the arena. */
	enum status (*open)(const struct store_conf *conf, struct arena *a, struct str *reason,
	    struct backend **out);
	void (*close)(struct backend **b);

	/*
	 * A group: begin, apply each batch, then commit or abandon. A batch is applied as a
	 * whole or not at all.
	 *
	 * E_EXISTS, E_LIMIT  of apply: the batch cannot be written; the group goes on without
	 * others             the group is lost as a whole and must be abandoned
	 *
	 * A commit that fails has abandoned the group itself.
	 */
	enum status (*begin)(struct backend *b);
	enum status (*apply)(struct backend *b, const struct store_batch *batch);
	enum status (*commit)(struct backend *b);
	void (*abandon)(struct backend *b);

	/*
	 * A slice of upkeep, short enough for batches to wait for. idle_ms is the time since
	 * the last group, 0 directly after it. Always says after how many more milliseconds
	 * without a group the next slice is due; UPKEEP_NONE when there is nothing to do.
	 */
	enum status (*upkeep)(struct backend *b, msec_t idle_ms, msec_t *next_ms);

	/* One reader for each reader thread; opened and closed where the backend is. */
	enum status (*reader_open)(struct backend *b, struct backend_reader **out);
	void (*reader_close)(struct backend_reader **r);

	/*
	 * A run of reads: begin, each read, end. They see all groups that were committed before
	 * the begin, and no others. Answers go into the read by read_add, or .count and .bytes.
	 */
	enum status (*read_begin)(struct backend_reader *r);
	enum status (*read)(struct backend_reader *r, struct read *read);
	void (*read_end)(struct backend_reader *r);
};

enum { UPKEEP_NONE = -1 };

extern const struct backend_calls backend_memory;
extern const struct backend_calls backend_sqlite;

#endif
