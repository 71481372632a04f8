/* SPDX-License-Identifier: MIT
 *
 * How often each duration occurred, in 30 KiB whatever the number: 64 buckets to each power
 * of two, so a quantile is at most 1.6 % above the truth.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include "base/lang.h"

enum {
	HISTOGRAM_FINE_BITS = 6,
	HISTOGRAM_BUCKETS = (64 - HISTOGRAM_FINE_BITS + 1) << HISTOGRAM_FINE_BITS,
};

/* All zero: empty. */
struct histogram {
	uint64_t count;
	uint64_t max_ns;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t ns);

/*
 * The least duration that at least the share `q` (0 to 1) of all do not exceed, rounded up
 * to the end of its bucket but never above the longest; 0 when there are none.
 */
uint64_t histogram_quantile(const struct histogram *h, double q);

#endif
