/* SPDX-License-Identifier: MIT */
#include "loop/cause.h"

static _Thread_local struct cause *now;

void
cause_init(struct cause *c, void (*over)(struct cause *c))
{
	atomic_init(&c->holders, 1);
	c->over = over;
}

struct cause *
cause_swap(struct cause *c)
{
	struct cause *was = now;

	now = c;
	return was;
}

struct cause *
cause_take(void)
{
	if (now)
		atomic_fetch_add_explicit(&now->holders, 1, memory_order_relaxed);
	return now;
}

void
cause_drop(struct cause **c)
{
	struct cause *gone = TAKE(*c), *was;

	if (!gone || atomic_fetch_sub_explicit(&gone->holders, 1, memory_order_acq_rel) > 1)
		return;
	was = cause_swap(NULL);
	gone->over(gone);
	cause_swap(was);
}
