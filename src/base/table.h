/* SPDX-License-Identifier: MIT
 *
 * Hash table from bytes to values that know their own key: the table stores none, but asks
 * `key_of(value)`. The key must not change while the value is in a table.
 *
 * Open addressing, 16 bytes a slot, at most three quarters and after a shrink at least an
 * eighth of them in use; SipHash with a random key, so strangers may choose the keys. An
 * empty table has no memory besides its structure.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/str.h"

struct table_slot;

struct table {
	struct table_slot *slots; /* NULL while empty */
	uint32_t n_slots;         /* a power of two, or 0 */
	uint32_t count;
	struct str (*key_of)(const void *value);
};

void table_init(struct table *t, struct str (*key_of)(const void *value));

/* Releases the table; what happens to the values is the caller's affair. */
void table_fini(struct table *t);

static inline size_t
table_count(const struct table *t)
{
	return t->count;
}

/* NULL when there is none. */
void *table_get(const struct table *t, struct str key);

/* Puts the value under its key; returns the one that had the key before, or NULL. */
void *table_put(struct table *t, void *value);

/* Returns what was removed, or NULL. */
void *table_remove(struct table *t, struct str key);

/*
 * Walks all values, in no particular order:
 *
 *     struct table_walk walk = { 0 };
 *     while ((room = table_next(&rooms, &walk)))
 *
 * The current value may be removed, also when its memory goes with it; others may not, and
 * nothing may be put.
 */
struct table_walk {
	uint32_t from; /* an empty slot: the walk goes down from it and around to it */
	uint32_t seen; /* slots looked at */
};

void *table_next(const struct table *t, struct table_walk *walk);

#endif
