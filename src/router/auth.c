/* SPDX-License-Identifier: MIT */
#include "router/auth.h"

static const struct auth_source *used;

void
auth_use(const struct auth_source *source)
{
	used = source;
}

const struct auth_source *
auth(void)
{
	assert(used);
	return used;
}
