/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

void
random_bytes(void *at, size_t bytes)
{
	char *to = at;

	while (bytes) {
		ssize_t n = getrandom(to, bytes, 0);

		/* No other error is possible with these arguments on a kernel that has the
		 * call. */
		assert(n > 0 || errno == EINTR);
		if (n > 0) {
			to += n;
			bytes -= (size_t)n;
		}
	}
}

uint64_t
random_u64(void)
{
	uint64_t n;

	random_bytes(&n, sizeof(n));
	return n;
}

struct str
random_token(struct arena *a, size_t bytes)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t len = (bytes * 8 + 5) / 6;
	unsigned char *raw = arena_alloc(a, bytes);
	char *text = arena_alloc(a, len + 1);
	unsigned bits = 0, n_bits = 0;
	size_t from = 0;

	random_bytes(raw, bytes);
	for (size_t i = 0; i < len; i++) {
		if (n_bits < 6) {
			bits = bits << 8 | (from < bytes ? raw[from++] : 0U);
			n_bits += 8;
		}
		n_bits -= 6;
		text[i] = alphabet[bits >> n_bits & 63];
	}
	text[len] = '\0';
	mem_wipe(raw, bytes);
	return str_of(text, len);
}
