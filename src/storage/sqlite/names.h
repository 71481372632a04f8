/* SPDX-License-Identifier: MIT
 *
 * The shelves that the writer used last, by their names, so that most operations need no
 * lookup in the database. The oldest is forgotten when there are too many.
 */
#ifndef STORAGE_SQLITE_NAMES_H
#define STORAGE_SQLITE_NAMES_H

#include "base/list.h"
#include "base/table.h"

struct names {
	struct table known;   /* name.key */
	struct list in_order; /* name.in_order, oldest first */
	uint64_t added;       /* so far */
};

void names_init(struct names *n);
void names_fini(struct names *n);

/* 0: not known. */
int64_t names_get(const struct names *n, struct str owner, unsigned shape, struct str word);

/* It must not be known. */
void names_add(
    struct names *n, struct str owner, unsigned shape, struct str word, int64_t shelf);

/* Does nothing when it is not known. */
void names_forget(struct names *n, struct str owner, unsigned shape, struct str word);

/* Forgets those added since names.added had this value: they were undone. */
void names_forget_since(struct names *n, uint64_t added);

#endif
