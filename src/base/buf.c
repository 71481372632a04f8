/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

enum { SMALLEST = 256 };

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_fini(struct buf *b)
{
	free(b->at);
	buf_init(b, b->max);
}

char *
buf_reserve(struct buf *b, size_t bytes)
{
	if (bytes > b->max - b->len)
		return NULL;
	if (bytes > b->room - b->len) {
		size_t room = b->room ? b->room : SMALLEST;

		while (room - b->len < bytes)
			room *= 2;
		/* A stranger's bytes take no more than what was agreed. */
		if (room > b->max)
			room = b->max;
		b->at = mem_resize(b->at, room);
		b->room = room;
	}
	return b->at + b->len;
}

enum status
buf_add(struct buf *b, struct str bytes)
{
	char *at;

	if (bytes.len == 0)
		return OK;
	if (!(at = buf_reserve(b, bytes.len)))
		return E_LIMIT;
	memcpy(at, bytes.at, bytes.len);
	buf_added(b, bytes.len);
	return OK;
}

void
buf_drop(struct buf *b, size_t bytes)
{
	assert(bytes <= b->len);
	b->len -= bytes;
	if (b->len)
		memmove(b->at, b->at + bytes, b->len);
}
