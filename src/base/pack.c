/* SPDX-License-Identifier: MIT */
#include "base/pack.h"

char *
pack_uint(char *to, uint64_t value, unsigned bytes)
{
	assert(bytes >= 1 && bytes <= 8);
	assert(bytes == 8 || value >> 8 * bytes == 0);
	for (unsigned i = bytes; i-- > 0;)
		*to++ = (char)(uint8_t)(value >> 8 * i);
	return to;
}

char *
pack_bytes(char *to, struct str bytes)
{
	if (bytes.len)
		memcpy(to, bytes.at, bytes.len);
	return to + bytes.len;
}

/* NULL when there are not that many left. */
static const char *
take(struct unpack *u, size_t bytes)
{
	const char *at = u->rest.at;

	if (u->failed || u->rest.len < bytes) {
		u->failed = true;
		return NULL;
	}
	u->rest = str_slice(u->rest, bytes, u->rest.len);
	return at;
}

uint64_t
unpack_uint(struct unpack *u, unsigned bytes)
{
	const char *at = take(u, bytes);
	uint64_t value = 0;

	assert(bytes >= 1 && bytes <= 8);
	for (unsigned i = 0; at && i < bytes; i++)
		value = value << 8 | (uint8_t)at[i];
	return value;
}

void
unpack_bytes(struct unpack *u, char *out, size_t bytes)
{
	const char *at = take(u, bytes);

	if (!bytes)
		return;
	if (at)
		memcpy(out, at, bytes);
	else
		memset(out, 0, bytes);
}
