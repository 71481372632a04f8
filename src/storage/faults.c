/* SPDX-License-Identifier: MIT */
#include "storage/faults.h"

#include "storage/front.h"

static void
arm(struct store *s, enum store_fault what, unsigned nth, enum status as, bool stays)
{
	atomic_store(&s->faults[what].as, as);
	atomic_store(&s->faults[what].stays, stays);
	atomic_store(&s->faults[what].left, nth);
}

void
store_fail(struct store *s, enum store_fault what, unsigned nth, enum status as)
{
	arm(s, what, nth, as, false);
}

void
store_fail_from(struct store *s, enum store_fault what, unsigned nth, enum status as)
{
	arm(s, what, nth, as, true);
}

bool
store_fault_is_armed(const struct store *s, enum store_fault what)
{
	return atomic_load(&s->faults[what].left) > 0;
}

enum status
fault_due(struct store *s, enum store_fault what)
{
	struct fault *f = &s->faults[what];
	unsigned left = atomic_load_explicit(&f->left, memory_order_relaxed);

	if (left == 1 && atomic_load(&f->stays))
		return (enum status)atomic_load(&f->as);
	while (left > 0)
		if (atomic_compare_exchange_weak(&f->left, &left, left - 1))
			return left == 1 ? (enum status)atomic_load(&f->as) : OK;
	return OK;
}
