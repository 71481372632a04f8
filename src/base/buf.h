/* SPDX-License-Identifier: MIT
 *
 * Bytes that grow up to a maximum given at creation. For output under construction and
 * input that is still incomplete; holds no memory while empty and reset.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
	char *at;
	size_t len;
	size_t room; /* bytes allocated */
	size_t max;  /* len never exceeds this */
};

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b); /* releases the memory; the buffer is empty and usable */

/*
 * Makes room for `bytes` more and returns where they go; add them with buf_added().
 * NULL when the maximum would be exceeded.
 */
char *buf_reserve(struct buf *b, size_t bytes);

static inline void
buf_added(struct buf *b, size_t bytes)
{
	assert(bytes <= b->room - b->len);
	b->len += bytes;
}

/* E_LIMIT: the maximum would be exceeded; nothing was added. */
MUST_CHECK enum status buf_add(struct buf *b, struct str bytes);

/* Drops bytes from the front. */
void buf_drop(struct buf *b, size_t bytes);

static inline struct str
buf_str(const struct buf *b)
{
	return str_of(b->at, b->len);
}

#endif
