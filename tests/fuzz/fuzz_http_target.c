/* SPDX-License-Identifier: MIT
 *
 * Targets and hosts by themselves, any bytes: a path that is taken is in its only spelling,
 * so that it can be written back and read to the same.
 */
#include "http/target.h"

static struct str
encode(struct arena *a, struct str path)
{
	char *out = arena_alloc(a, path.len * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < path.len; i++) {
		unsigned char b = (unsigned char)path.at[i];

		if (b == '/' || (b >= 'a' && b <= 'z'))
			out[n++] = (char)b;
		else
			n += (size_t)snprintf(out + n, 4, "%%%02X", b);
	}
	return str_of(out, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_of((const char *)data, size), host, authority;
	struct http_target t, again;
	struct arena a;

	arena_init(&a, 1024);
	if (http_target_parse(&a, bytes, &t) == OK && !str_eq(t.path, S("*"))) {
		enum status s = http_target_parse(&a, encode(&a, t.path), &again);

		assert(s == OK && str_eq(t.path, again.path));
		http_query_value(t.query, S(""), &a);
	}
	if (http_authority_parse(&a, bytes, &host, &authority) == OK) {
		enum status s = http_authority_parse(&a, authority, &host, &authority);

		assert(s == OK && host.len > 0);
	}
	arena_fini(&a);
	return 0;
}
