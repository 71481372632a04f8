/* SPDX-License-Identifier: MIT
 *
 * Memory with one life: allocated piece by piece, released at once (style: ownership).
 * A function that takes an arena returns things that live there.
 *
 * Running out of memory aborts: every size a stranger influences was bounded before.
 * Under sanitizers each allocation is a malloc of its own, so misuse is seen.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/lang.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first; NULL while nothing was allocated */
	char *at;                   /* first free byte of the newest block */
	char *end;
	size_t block_bytes; /* size of the next ordinary block */
	bool wiped;         /* holds secrets: bytes are overwritten before release */
};

/* block_bytes: what is asked of malloc at a time; larger requests get a block of their own. */
void arena_init(struct arena *a, size_t block_bytes);

/* As arena_init, for secrets: everything is overwritten when released or reset. */
void arena_init_wiped(struct arena *a, size_t block_bytes);

/* Releases everything; the arena may be used again. */
void arena_fini(struct arena *a);

/* Releases everything but keeps the first ordinary block for the next use. */
void arena_reset(struct arena *a);

/* Uninitialised bytes, aligned for any type. Never NULL, also for 0 bytes. */
void *arena_alloc(struct arena *a, size_t bytes) __attribute__((malloc, alloc_size(2)));

/* The same, all zero. */
void *arena_zalloc(struct arena *a, size_t bytes) __attribute__((malloc, alloc_size(2)));

/* malloc, calloc and realloc of the process's life that abort instead of returning NULL. */
void *mem_alloc(size_t bytes) __attribute__((malloc, alloc_size(1)));
void *mem_zalloc(size_t bytes) __attribute__((malloc, alloc_size(1)));
void *mem_resize(void *old, size_t bytes) __attribute__((alloc_size(2)));

/* Overwrites secrets in a way the compiler may not remove. */
void mem_wipe(void *at, size_t bytes);

#endif
