/* SPDX-License-Identifier: MIT */
#include "router/auth.h"

static const struct auth_source *used;
static const struct auth_tokens *judge;

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

void
auth_use_tokens(const struct auth_tokens *tokens)
{
	judge = tokens;
}

const struct auth_tokens *
auth_tokens(void)
{
	return judge;
}
