/* SPDX-License-Identifier: MIT
 *
 * A batch of writes as it travels from the worker that builds it to the writer's thread
 * and back: one block of encoded operations, most often within the batch itself.
 */
#ifndef STORAGE_BATCH_H
#define STORAGE_BATCH_H

#include "storage/request.h"

enum op_code {
	OP_PUT,
	OP_CREATE,
	OP_REMOVE,
	OP_REMOVE_KIND,
	OP_APPEND,
	OP_TRIM,
	OP_CUT,
	OP_ERASE,
	OP_ARCHIVE,
	OP_REPLACE,
	OP_FORGET,
};

struct op {
	enum op_code code;
	struct str owner;
	struct str word; /* kind or log */
	struct str item; /* or the contact */
	struct str value;
	uint64_t id;
	uint64_t origin, tag; /* OP_ARCHIVE */
};

/* With this a batch that keeps one message is a single allocation of 1 KiB. */
enum { BATCH_INLINE = 904 };

struct store_batch {
	struct request request;
	store_done_fn *done;
	void *waiter;
	enum status status; /* other than OK before the commit: it cannot be written */
	bool firm;          /* a disk that fails makes it late (late.h) */
	size_t len;         /* bytes of operations */
	size_t room;
	char *ops; /* first, or a block of its own */
	char first[BATCH_INLINE];
};

static inline struct store_batch *
batch_of(struct request *r)
{
	assert(r->what == REQUEST_BATCH);
	return list_entry(r, struct store_batch, request);
}

/*
 * Reads the operation at *at and steps over it; *at starts at 0. False after the last. The
 * strings are the batch's.
 */
bool batch_next(const struct store_batch *b, size_t *at, struct op *op);

/* Tells the worker that asked, on its thread, and frees the batch. */
void batch_answer(struct store_batch *b);

#endif
