/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ONE_MALLOC_EACH = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                     \
    __has_feature(memory_sanitizer)
enum { ONE_MALLOC_EACH = 1 };
#else
enum { ONE_MALLOC_EACH = 0 };
#endif
#else
enum { ONE_MALLOC_EACH = 0 };
#endif

struct arena_block {
	struct arena_block *older;
	size_t bytes; /* of data */
	alignas(max_align_t) char data[];
};

static _Noreturn void
out_of_memory(size_t bytes)
{
	fprintf(stderr, "out of memory (%zu bytes)\n", bytes);
	abort();
}

void *
mem_alloc(size_t bytes)
{
	void *at = malloc(bytes ? bytes : 1);

	if (!at)
		out_of_memory(bytes);
	return at;
}

void *
mem_zalloc(size_t bytes)
{
	void *at = calloc(1, bytes ? bytes : 1);

	if (!at)
		out_of_memory(bytes);
	return at;
}

void *
mem_resize(void *old, size_t bytes)
{
	void *at = realloc(old, bytes ? bytes : 1);

	if (!at)
		out_of_memory(bytes);
	return at;
}

void
mem_wipe(void *at, size_t bytes)
{
	explicit_bzero(at, bytes);
}

void
arena_init(struct arena *a, size_t block_bytes)
{
	*a = (struct arena){ .block_bytes = block_bytes };
}

void
arena_init_wiped(struct arena *a, size_t block_bytes)
{
	*a = (struct arena){ .block_bytes = block_bytes, .wiped = true };
}

static void
release(struct arena *a, struct arena_block *b)
{
	if (a->wiped)
		mem_wipe(b->data, b->bytes);
	free(b);
}

void
arena_fini(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *b = a->blocks;

		a->blocks = b->older;
		release(a, b);
	}
	a->at = a->end = NULL;
}

void
arena_reset(struct arena *a)
{
	struct arena_block *b;

	if (!a->blocks)
		return;
	while ((b = a->blocks)->older) {
		a->blocks = b->older;
		release(a, b);
	}
	if (ONE_MALLOC_EACH || b->bytes != a->block_bytes) {
		arena_fini(a);
		return;
	}
	if (a->wiped)
		mem_wipe(b->data, b->bytes);
	a->at = b->data;
	a->end = b->data + b->bytes;
}

static struct arena_block *
add_block(struct arena *a, size_t bytes)
{
	struct arena_block *b = mem_alloc(sizeof(*b) + bytes);

	b->bytes = bytes;
	b->older = a->blocks;
	a->blocks = b;
	return b;
}

void *
arena_alloc(struct arena *a, size_t bytes)
{
	size_t rounded = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct arena_block *b;
	char *at;

	assert(rounded >= bytes);
	if (ONE_MALLOC_EACH)
		return add_block(a, bytes)->data;
	if (rounded <= (size_t)(a->end - a->at)) {
		at = a->at;
		a->at += rounded;
		return at;
	}
	if (rounded > a->block_bytes / 2) {
		/* A block of its own, filed behind the newest so that its rest stays in use. */
		if (!a->blocks)
			return add_block(a, rounded)->data;
		b = mem_alloc(sizeof(*b) + rounded);
		b->bytes = rounded;
		b->older = a->blocks->older;
		a->blocks->older = b;
		return b->data;
	}
	b = add_block(a, a->block_bytes);
	a->at = b->data + rounded;
	a->end = b->data + b->bytes;
	return b->data;
}

void *
arena_zalloc(struct arena *a, size_t bytes)
{
	return memset(arena_alloc(a, bytes), 0, bytes);
}
