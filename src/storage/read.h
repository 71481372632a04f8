/* SPDX-License-Identifier: MIT
 *
 * A read, from the question to the rows that answer it.
 */
#ifndef STORAGE_READ_H
#define STORAGE_READ_H

#include "storage/request.h"

struct read {
	struct request request;
	struct store_query query; /* its strings live in the rows' arena */
	struct store_rows rows;
	store_rows_fn *on_rows;
	void *waiter;

	struct store_row *row; /* those found so far; becomes rows.row */
	size_t room;
	size_t bytes; /* of their strings */
};

static inline struct read *
read_of(struct request *r)
{
	assert(r->what == REQUEST_READ);
	return list_entry(r, struct read, request);
}

/* Copies the query; in the copy each kind stands once, and they are in order. */
struct read *read_new(struct store *s, const struct store_query *q);
void read_free(struct read **r);

/* The ids that a query of a log asks for, both included. False: it can have no entries. */
bool read_range(const struct store_query *q, uint64_t *first, uint64_t *last);

/*
 * Adds a row to the answer. owner, item and value are copied; kind must be the query's.
 *
 * E_LIMIT  the answer would be larger than STORE_ROWS_BYTES
 */
MUST_CHECK enum status read_add(struct read *r, const struct store_row *row);

/* Nothing more will be added. Unless the status is OK, what was added is forgotten. */
void read_finish(struct read *r, enum status s);

/* Tells the worker that asked, on its thread, and frees the read. */
void read_answer(struct read *r);

#endif
