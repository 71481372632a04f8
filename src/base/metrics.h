/* SPDX-License-Identifier: MIT
 *
 * Metrics: counters, gauges and histograms. Each thread counts in memory of its own, without
 * locks or locked instructions; whoever reads adds the threads up.
 *
 * A gauge is a sum too: of what its threads added and took away, or of what each last set.
 * The buckets of a histogram grow with the value, four for each doubling, so a percentile is
 * known to a quarter of its value, up to 2^41 of the unit: microseconds for 25 days.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/lang.h"

enum metric_type { COUNTER, GAUGE, HISTOGRAM };

struct metric {
	const char *name; /* lower case and underscores */
	enum metric_type type;
	const char *unit; /* "pings", "bytes", "microseconds" */
	const char *doc;  /* one sentence */
};

enum { METRIC_BUCKETS = 160 };

struct histogram {
	uint64_t count;
	uint64_t sum;
	uint64_t in_bucket[METRIC_BUCKETS];
};

/*
 * Makes the metric known and returns its id; one whose name and type are known keeps its id.
 * The strings stay the caller's, for the life of the process. Any thread.
 */
int metric_register(const struct metric *m);

/* Counters and gauges; gauges also by negative numbers. Any thread. */
void metric_add(int id, int64_t n);

/* This thread's part of a gauge. */
void metric_set(int id, int64_t n);

/* One value into a histogram. */
void metric_observe(int id, uint64_t value);

/* --- reading -------------------------------------------------------------------------- */

int metrics_count(void); /* ids are below */
const struct metric *metric_at(int id);

/* Of a counter or gauge. Any thread; what others count meanwhile may be in it or not. */
int64_t metric_value(int id);

/* Of a histogram. */
void metric_histogram(int id, struct histogram *out);

/* The largest value that falls into the bucket; UINT64_MAX for the last. */
uint64_t metric_bucket_bound(unsigned bucket);

/* The bound of the bucket in which the quantile (0 to 1) lies; 0 when nothing was observed. */
uint64_t histogram_quantile(const struct histogram *h, double quantile);

#endif
