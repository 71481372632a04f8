/* SPDX-License-Identifier: MIT
 *
 * Rows in order, of all shapes: a skip list (W. Pugh, Skip lists: a probabilistic
 * alternative to balanced trees, 1990). Not locked.
 */
#ifndef STORAGE_MEMORY_ORDERED_H
#define STORAGE_MEMORY_ORDERED_H

#include "base/str.h"

/* Rows are ordered by these, the first member first. */
struct key {
	struct str owner;
	enum { SHAPE_ITEM, SHAPE_ENTRY, SHAPE_MESSAGE, SHAPE_END } shape;
	struct str word; /* kind or log */
	struct str item; /* keyed values only */
	uint64_t id;     /* log entries and messages only */
};

struct row {
	struct key key;
	struct str value;
	unsigned height;
	struct row *next[]; /* height of them; [0] is the row that follows */
};

enum { ORDERED_HEIGHT = 24 };

struct ordered {
	struct row *first[ORDERED_HEIGHT];
	uint64_t dice;
};

void ordered_init(struct ordered *o);
void ordered_fini(struct ordered *o); /* frees the rows */

/* Copies the key and the value. */
struct row *row_new(struct ordered *o, const struct key *key, struct str value);

/* The first row that is not before the key, NULL when all are. */
struct row *ordered_from(struct ordered *o, const struct key *key);

/* The last row before the key, NULL when none is. */
struct row *ordered_before(struct ordered *o, const struct key *key);

/* NULL: there is no such row. */
struct row *ordered_find(struct ordered *o, const struct key *key);

/* Its key must not be there yet. */
void ordered_insert(struct ordered *o, struct row *row);

/* The row is the caller's again. */
void ordered_remove(struct ordered *o, struct row *row);

#endif
