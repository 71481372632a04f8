/* SPDX-License-Identifier: MIT
 *
 * SipHash-1-3: a keyed hash that strangers who choose the input cannot make collide.
 *
 * Source  J.-P. Aumasson and D. J. Bernstein, SipHash: a fast short-input PRF, 2012; one
 *         round per word and three at the end, which is what hash tables need
 */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include "base/str.h"

struct siphash_key {
	uint64_t k0, k1;
};

uint64_t siphash(struct siphash_key key, struct str bytes);

/* With a key that the kernel's generator made for this process. */
uint64_t siphash_str(struct str bytes);

#endif
