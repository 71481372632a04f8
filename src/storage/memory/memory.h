/* SPDX-License-Identifier: MIT
 *
 * The back end in memory and its parts.
 */
#ifndef STORAGE_MEMORY_H
#define STORAGE_MEMORY_H

#include <pthread.h>

#include "storage/backend.h"
#include "storage/memory/ordered.h"

/* One row came or left; undone in reverse order. */
struct change {
	struct row *row;
	bool came;
};

struct memory {
	struct backend backend;
	struct ordered rows;
	pthread_rwlock_t lock;

	struct change *changes; /* of the current group */
	size_t n_changes, room;
};

/* --- memory.c ------------------------------------------------------------------------- */

/* There must be no such row. */
void memory_add(struct memory *m, const struct key *key, struct str value);
void memory_drop(struct memory *m, struct row *row);

/* --- archive.c ------------------------------------------------------------------------ */

/* E_EXISTS: the archive has this id, or a higher one. */
MUST_CHECK enum status memory_archive(struct memory *m, const struct op *op);
void memory_replace(struct memory *m, const struct op *op);
void memory_forget(struct memory *m, const struct op *op);

/* STORE_ARCHIVE, STORE_MESSAGES, STORE_NAMED, STORE_TALKS. */
MUST_CHECK enum status memory_read_archive(struct memory *m, struct read *r);

#endif
