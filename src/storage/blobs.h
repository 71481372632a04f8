/* SPDX-License-Identifier: MIT
 *
 * All blobs of a store, for the files that implement blob.h: which hashes somebody has in
 * hand, so that a blob that gains its first holder is not removed by who lost the last one.
 *
 * Whoever puts a blob in place *pins* its hash before, until the rows are on disk. Whoever
 * wants to remove one *watches* the hash, then asks the store who keeps it, and removes it
 * only if nobody had it pinned since. Who then pins it to put a file in place waits while
 * one is being removed; a row is committed behind the removal of the one before.
 */
#ifndef STORAGE_BLOBS_H
#define STORAGE_BLOBS_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/list.h"
#include "base/table.h"
#include "storage/blob_files.h"

#define KIND_BLOB S("blob")
#define KIND_BYTES S("blob-bytes")
#define KIND_LOOSE S("blob-loose")

struct blobs {
	struct blob_files files;
	bool forgets;             /* the rows do not outlive the process: nor do the files */
	_Atomic uint64_t numbers; /* given to writers */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t removed;
	struct table holds; /* struct hold by hash, while somebody pins or watches */

	/* Worker 0's: see blob_sweep.c. */
	struct list sweeps; /* sweep.in_sweeps, the current one first */
	bool sweeping;
	bool tidying;
	bool tidy_more;  /* there are more of them than were read */
	bool tidy_again; /* somebody has asked meanwhile */
	size_t n_loose;  /* rows of the current tidying that are not done */
};

/* Opens what conf names; NULL when that is nothing. Recovers from a crash, by the store's
 * rows: its threads must run. */
MUST_CHECK enum status blobs_open(struct store *s, const struct store_conf *conf,
    struct arena *a, struct str *reason, struct blobs **out);
void blobs_close(struct blobs **b);

void blob_pin(struct blobs *b, const struct blob_hash *hash);
void blob_await_removal(struct blobs *b, const struct blob_hash *hash); /* pinned; on helpers */
void blob_unpin(struct blobs *b, const struct blob_hash *hash);

void blob_watch(struct blobs *b, const struct blob_hash *hash);
void blob_unwatch(struct blobs *b, const struct blob_hash *hash);

/* Removes the file unless the watched hash was pinned. OK also when there is none. */
MUST_CHECK enum status blob_remove_watched(struct blobs *b, const struct blob_hash *hash);

/* Commits the batch, which removes the bytes' row, unless the watched hash was pinned: who
 * pins it from now on commits behind this. Else the batch is dropped. */
void blob_commit_watched(
    struct blobs *b, const struct blob_hash *hash, struct store_batch **batch);

/* Puts into the batch that the bytes go. */
void blob_remove_bytes(struct store_batch *b, const struct blob_hash *hash);

/* The question who keeps the blob; text is of BLOB_PATH_MAX bytes, and stays in use. */
struct store_query blob_question(const struct blob_hash *hash, char *text);

/* Whether the answer to it names somebody. */
bool blob_is_kept(const struct store_query *q, const struct store_rows *rows);

/* The blob lost a holder it was about to have: see whether others keep it, then remove the
 * mark of that number. Any worker. */
void blob_sweep(struct store *s, const struct blob_hash *hash, uint64_t number);

/* On a helper; when they are overrun here: rather a slow turn than a file that stays. */
void blob_run(void *job, void (*work)(void *job), void (*done)(void *job));

#endif
