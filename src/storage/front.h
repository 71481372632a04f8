/* SPDX-License-Identifier: MIT
 *
 * The store itself, in front of its back end: queues, threads, answers.
 *
 *   worker -- store_commit --> batches --> writer's thread --> answers --> worker
 *   worker -- store_read --> ready, or early until its batches are settled
 *                                      --> readers' threads --> answers --> worker
 */
#ifndef STORAGE_FRONT_H
#define STORAGE_FRONT_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/metrics.h"
#include "storage/backend.h"
#include "storage/faults.h"

enum { READERS_MAX = 16 };

struct reader {
	struct store *store;
	struct backend_reader *backend;
	pthread_t thread;
};

struct fault {
	_Atomic unsigned left; /* calls until it happens, that one included; 0: none will */
	_Atomic int as;        /* enum status */
	atomic_bool stays;     /* and does not stop to happen */
};

struct blobs;

struct store {
	struct blobs *blobs; /* NULL: there are none */
	struct backend *backend;
	uint64_t archive_newest; /* when it was opened; known also when it is closed */
	unsigned group_max;
	pthread_t writer;
	struct reader readers[READERS_MAX];
	unsigned n_readers;

	/* The store itself, until it is closed, and each request, until it was answered: those
	 * who are answered after the close may still ask, and are refused. */
	_Atomic size_t users;

	/* What waits; written under the lock, read by store_is_congested without. */
	_Atomic size_t waiting_batches, waiting_bytes, waiting_reads;

	atomic_bool failing; /* something is late, and the last group was refused as well */

	struct fault faults[FAULTS];

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t batches_came;
	pthread_cond_t reads_came;
	struct chain batches; /* by number */
	struct chain ready;   /* reads that may be done */
	size_t n_ready;
	struct chain early; /* reads that wait for batches to be settled */
	uint64_t posted;    /* number of the newest batch */
	uint64_t settled;   /* every batch up to this number is on disk, or has failed */
	uint64_t posted_by[WORKERS_MAX]; /* number of each worker's newest batch */
	bool writer_sleeps;
	bool congests;    /* workers do not read because of what waits here */
	bool closing;     /* nothing more is accepted */
	bool all_settled; /* nothing more is written */
	struct store_stats stats;
};

/* Under the lock, after what waits has grown or shrunk: has workers stop reading, or go on. */
void store_weigh(struct store *s);

void *writer_run(void *store);
void *reader_run(void *reader);

/* What the call that is made now must fail with; OK: nothing. */
enum status fault_due(struct store *s, enum store_fault what);

/*
 * Tells the operator when calls of the back end begin to fail, and when they end to. Nobody
 * above could say why they fail, or that the upkeep does.
 *
 * failing  the caller's, for one sort of calls: whether the last one failed
 */
void store_note(bool *failing, const char *calls, enum status st, const char *trouble);

/* Ids of the metrics, known once a store was opened. */
struct store_metrics {
	int group_us, group_batches, failed, reads, waiting_batches, waiting_reads;
};

extern struct store_metrics store_metrics;

#endif
