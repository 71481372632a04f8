/* SPDX-License-Identifier: MIT */
#include "base/status.h"

#include "base/lang.h"

const char *
status_name(enum status s)
{
	static const char *const names[] = {
		[OK] = "ok",
		[E_INVALID] = "invalid",
		[E_LIMIT] = "limit",
		[E_NOT_FOUND] = "not-found",
		[E_EXISTS] = "exists",
		[E_DENIED] = "denied",
		[E_AGAIN] = "again",
		[E_CLOSED] = "closed",
		[E_FULL] = "full",
		[E_IO] = "io",
		[E_UNSUPPORTED] = "unsupported",
	};

	assert((size_t)s < sizeof(names) / sizeof(names[0]));
	return names[s];
}
