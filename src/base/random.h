/* SPDX-License-Identifier: MIT
 *
 * Bytes nobody can guess, from the kernel's generator. The first call waits until that is
 * seeded; no call fails.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/str.h"

void random_bytes(void *at, size_t bytes);

uint64_t random_u64(void);

/* A token of `bytes` random bytes as text: the URL-safe alphabet of RFC 4648 section 5,
 * without padding. 16 bytes (22 characters) cannot be guessed. */
struct str random_token(struct arena *a, size_t bytes);

#endif
