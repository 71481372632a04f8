/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

#include "base/encode.h"

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
	char *raw = arena_alloc(a, bytes);
	struct str text;

	random_bytes(raw, bytes);
	text = base64url_encode(a, str_of(raw, bytes));
	mem_wipe(raw, bytes);
	return text;
}
