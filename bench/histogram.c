/* SPDX-License-Identifier: MIT */
#include "bench/histogram.h"

enum { FINE = 1 << HISTOGRAM_FINE_BITS };

/* Values below FINE have a bucket each; above, the leading bits choose it. */
static size_t
bucket_of(uint64_t ns)
{
	unsigned coarse;

	if (ns < FINE)
		return (size_t)ns;
	coarse = 63u - (unsigned)__builtin_clzll(ns) - HISTOGRAM_FINE_BITS;
	return (size_t)coarse * FINE + (size_t)(ns >> coarse);
}

/* The largest value that falls into the bucket. */
static uint64_t
bucket_end(size_t bucket)
{
	unsigned coarse;

	if (bucket < FINE)
		return bucket;
	coarse = (unsigned)(bucket / FINE) - 1;
	return ((bucket - (uint64_t)coarse * FINE + 1) << coarse) - 1;
}

void
histogram_add(struct histogram *h, uint64_t ns)
{
	h->buckets[bucket_of(ns)]++;
	h->count++;
	if (ns > h->max_ns)
		h->max_ns = ns;
}

uint64_t
histogram_quantile(const struct histogram *h, double q)
{
	uint64_t wanted = (uint64_t)((double)h->count * q), seen = 0;

	/* The share is reached by so many: rounded up, at least one. */
	if ((double)wanted < (double)h->count * q || wanted == 0)
		wanted++;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen >= wanted)
			return bucket_end(i) < h->max_ns ? bucket_end(i) : h->max_ns;
	}
	return h->max_ns;
}
