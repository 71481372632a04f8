/* SPDX-License-Identifier: MIT
 *
 * Small values as bytes for a store: integers most significant byte first, and byte strings
 * of known length. The reader never passes the end; after the first thing that is missing it
 * yields zeros and `failed` stays set, so a value is read in one go and judged at the end.
 */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include "base/str.h"

/* Both return where the next goes; the caller has made sure of the room. */
char *pack_uint(char *to, uint64_t value, unsigned bytes);
char *pack_bytes(char *to, struct str bytes);

struct unpack {
	struct str rest;
	bool failed;
};

/* bytes: 1 to 8. */
uint64_t unpack_uint(struct unpack *u, unsigned bytes);

/* Copies exactly `bytes`, or zeros. */
void unpack_bytes(struct unpack *u, char *out, size_t bytes);

/* Nothing was missing and nothing is left. */
static inline bool
unpack_is_done(const struct unpack *u)
{
	return !u->failed && u->rest.len == 0;
}

#endif
