/* SPDX-License-Identifier: MIT
 *
 * Bytes that wait, in the order they came, in chunks which a pool of each worker lends: a
 * queue that is empty holds no memory, one that is used in each turn never asks malloc.
 *
 * Used on workers only. A queue may move to another worker with its owner.
 */
#ifndef TRANSPORT_CHUNKS_H
#define TRANSPORT_CHUNKS_H

#include <sys/uio.h>

#include "base/str.h"

struct chunk;

struct chunks {
	struct chunk *first, *last; /* NULL while empty */
	size_t bytes;               /* in all of them */
};

/*
 * Room for `bytes` in one piece behind what is there; add them with chunks_added() before
 * anything else is done. The bound is the caller's.
 */
char *chunks_reserve(struct chunks *q, size_t bytes);
void chunks_added(struct chunks *q, size_t bytes);

void chunks_add(struct chunks *q, struct str bytes);

/* What the first chunk holds; "no string" when empty. */
struct str chunks_first(const struct chunks *q);

/* Up to `max` pieces, from the front; returns how many. */
int chunks_pieces(const struct chunks *q, struct iovec *pieces, int max);

/* Copies up to `max` bytes from the front, which stay; returns how many. */
size_t chunks_peek(const struct chunks *q, char *out, size_t max);

/* Drops bytes from the front, at most what there is. */
void chunks_drop(struct chunks *q, size_t bytes);

void chunks_clear(struct chunks *q);

/* Gives the pools of all workers back to the system; after workers_stop. */
void chunks_release_pools(void);

#endif
