/* SPDX-License-Identifier: MIT */
#include "storage/faults.h"

#include "storage/front.h"

void
store_fail(struct store *s, enum store_fault what, unsigned nth, enum status as)
{
	atomic_store(&s->faults[what].as, as);
	atomic_store(&s->faults[what].left, nth);
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

	while (left > 0)
		if (atomic_compare_exchange_weak(&f->left, &left, left - 1))
			return left == 1 ? (enum status)atomic_load(&f->as) : OK;
	return OK;
}
