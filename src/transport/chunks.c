/* SPDX-License-Identifier: MIT
 *
 * Three sizes. A queue starts with a small chunk, which a short stanza fits and which keeps
 * 500 queues of one turn within the cache, and goes on with larger ones. The largest takes
 * the longest TLS record. What must be in one piece and is longer gets a chunk of its own,
 * which is not pooled.
 */
#include "transport/chunks.h"

#include <stdalign.h>

#include "base/limits.h"
#include "loop/worker.h"

struct chunk {
	struct chunk *next; /* in a queue or in a pool */
	uint32_t from, to;  /* the bytes in use */
	uint32_t room;
	char bytes[];
};

enum { SIZES = 3 };

static const uint32_t room_of[SIZES] = {
	1024 - sizeof(struct chunk),
	4096 - sizeof(struct chunk),
	17 * 1024,
};

/* By worker; static, so that what they hold is never lost. */
static struct pool {
	alignas(64) struct chunk *free[SIZES];
	size_t bytes;
} pools[WORKERS_MAX];

static struct pool *
pool_here(void)
{
	int worker = worker_self();

	assert(worker != WORKER_NONE);
	return &pools[worker];
}

static unsigned
size_for(size_t bytes)
{
	unsigned size = 0;

	while (size < SIZES && room_of[size] < bytes)
		size++;
	return size;
}

static struct chunk *
chunk_new(unsigned size, size_t bytes)
{
	struct chunk *c;
	struct pool *p;

	if (size == SIZES) {
		assert(bytes <= UINT32_MAX);
		c = mem_alloc(sizeof(*c) + bytes);
		c->room = (uint32_t)bytes;
	} else if ((c = (p = pool_here())->free[size])) {
		p->free[size] = c->next;
		p->bytes -= c->room;
	} else {
		c = mem_alloc(sizeof(*c) + room_of[size]);
		c->room = room_of[size];
	}
	c->next = NULL;
	c->from = c->to = 0;
	return c;
}

static void
chunk_free(struct chunk *c)
{
	struct pool *p = pool_here();
	unsigned size = size_for(c->room);

	if (size == SIZES || p->bytes + c->room > CHUNKS_KEPT_BYTES) {
		free(c);
		return;
	}
	c->next = p->free[size];
	p->free[size] = c;
	p->bytes += c->room;
}

char *
chunks_reserve(struct chunks *q, size_t bytes)
{
	struct chunk *c = q->last;
	unsigned size;

	if (c && c->room - c->to >= bytes)
		return c->bytes + c->to;
	size = size_for(bytes);
	if (c && size < SIZES - 1) {
		unsigned larger = size_for(c->room) + 1;

		if (larger > SIZES - 1)
			larger = SIZES - 1;
		if (size < larger)
			size = larger;
	}
	c = chunk_new(size, bytes);
	if (q->last)
		q->last->next = c;
	else
		q->first = c;
	q->last = c;
	return c->bytes;
}

void
chunks_added(struct chunks *q, size_t bytes)
{
	assert(bytes <= q->last->room - q->last->to);
	q->last->to += (uint32_t)bytes;
	q->bytes += bytes;
}

void
chunks_add(struct chunks *q, struct str bytes)
{
	if (q->last && bytes.len) {
		size_t fits = q->last->room - q->last->to;

		if (fits > bytes.len)
			fits = bytes.len;
		memcpy(q->last->bytes + q->last->to, bytes.at, fits);
		chunks_added(q, fits);
		bytes = str_slice(bytes, fits, bytes.len - fits);
	}
	while (bytes.len) {
		size_t most = room_of[SIZES - 1];
		size_t n = bytes.len < most ? bytes.len : most;

		memcpy(chunks_reserve(q, n), bytes.at, n);
		chunks_added(q, n);
		bytes = str_slice(bytes, n, bytes.len - n);
	}
}

struct str
chunks_first(const struct chunks *q)
{
	const struct chunk *c = q->first;

	return c ? str_of(c->bytes + c->from, c->to - c->from) : str_of(NULL, 0);
}

int
chunks_pieces(const struct chunks *q, struct iovec *pieces, int max)
{
	int n = 0;

	for (struct chunk *c = q->first; c && n < max; c = c->next, n++) {
		pieces[n].iov_base = c->bytes + c->from;
		pieces[n].iov_len = c->to - c->from;
	}
	return n;
}

size_t
chunks_peek(const struct chunks *q, char *out, size_t max)
{
	size_t len = 0;

	for (const struct chunk *c = q->first; c && len < max; c = c->next) {
		size_t n = c->to - c->from;

		if (n > max - len)
			n = max - len;
		memcpy(out + len, c->bytes + c->from, n);
		len += n;
	}
	return len;
}

void
chunks_drop(struct chunks *q, size_t bytes)
{
	assert(bytes <= q->bytes);
	q->bytes -= bytes;
	while (q->first) {
		struct chunk *c = q->first;
		size_t n = c->to - c->from;

		if (bytes < n) {
			c->from += (uint32_t)bytes;
			return;
		}
		bytes -= n;
		q->first = c->next;
		chunk_free(c);
	}
	q->last = NULL;
}

void
chunks_clear(struct chunks *q)
{
	chunks_drop(q, q->bytes);
}

void
chunks_release_pools(void)
{
	for (size_t i = 0; i < WORKERS_MAX; i++) {
		for (size_t size = 0; size < SIZES; size++) {
			while (pools[i].free[size]) {
				struct chunk *c = pools[i].free[size];

				pools[i].free[size] = c->next;
				free(c);
			}
		}
		pools[i].bytes = 0;
	}
}
