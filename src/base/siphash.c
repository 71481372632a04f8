/* SPDX-License-Identifier: MIT */
#include "base/siphash.h"

#include <endian.h>
#include <pthread.h>

#include "base/random.h"

static struct siphash_key process_key;

static void
make_process_key(void)
{
	random_bytes(&process_key, sizeof(process_key));
}

static uint64_t
rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static inline void
mix(uint64_t v[static 4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

uint64_t
siphash(struct siphash_key key, struct str bytes)
{
	uint64_t v[4] = {
		key.k0 ^ UINT64_C(0x736f6d6570736575), /* "somepseudorandomlygeneratedbytes" */
		key.k1 ^ UINT64_C(0x646f72616e646f6d),
		key.k0 ^ UINT64_C(0x6c7967656e657261),
		key.k1 ^ UINT64_C(0x7465646279746573),
	};
	const unsigned char *at = (const unsigned char *)bytes.at;
	size_t left = bytes.len;
	uint64_t word;

	for (; left >= 8; at += 8, left -= 8) {
		memcpy(&word, at, 8);
		word = le64toh(word);
		v[3] ^= word;
		mix(v);
		v[0] ^= word;
	}
	word = (uint64_t)bytes.len << 56;
	for (size_t i = 0; i < left; i++)
		word |= (uint64_t)at[i] << 8 * i;
	v[3] ^= word;
	mix(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	mix(v);
	mix(v);
	mix(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t
siphash_str(struct str bytes)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_process_key);
	return siphash(process_key, bytes);
}
