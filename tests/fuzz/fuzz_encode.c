/* SPDX-License-Identifier: MIT
 *
 * Whatever decodes must encode to the same text again, and all bytes survive the round trip.
 */
#include "base/encode.h"

static void
check(struct arena *a, struct str in, struct str (*encode)(struct arena *, struct str),
    enum status (*decode)(struct arena *, struct str, struct str *))
{
	struct str bytes;

	if (decode(a, in, &bytes) == OK)
		assert(str_eq(encode(a, bytes), in));
	assert(decode(a, encode(a, in), &bytes) == OK && str_eq(bytes, in));
}

static bool
has_upper_case(struct str in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.at[i] >= 'A' && in.at[i] <= 'F')
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct str in;

	arena_init(&a, 4096);
	in = str_copy(&a, str_of((const char *)data, size));
	check(&a, in, base64_encode, base64_decode);
	check(&a, in, base64url_encode, base64url_decode);
	if (!has_upper_case(in)) /* which hexadecimal can be read in, but is not written in */
		check(&a, in, hex_encode, hex_decode);
	arena_fini(&a);
	return 0;
}
