/* SPDX-License-Identifier: MIT
 *
 * What work costs: time and CPU between two moments, deliveries and what became of them, and
 * the line of JSON on standard output that a run ends with.
 */
#ifndef BENCH_METER_H
#define BENCH_METER_H

#include "bench/histogram.h"
#include "bench/process.h"
#include "bench/sequence.h"

struct meter {
	const struct processes *server;
	uint64_t time_ns, server_ns, own_ns; /* at the start; after meter_stop the difference */
};

void meter_start(struct meter *m, const struct processes *server);
void meter_stop(struct meter *m);

/* What must not happen to messages. */
struct faults {
	uint64_t lost, duplicated, reordered;
	uint64_t misdelivered; /* to somebody else */
	uint64_t corrupted;    /* other bytes */
	uint64_t refused;      /* came back as an error */
};

/* Adds what the sequence saw, of which `sent` were sent. */
void faults_add(struct faults *f, const struct sequence *q, uint64_t sent);
bool faults_any(const struct faults *f);

/* {"scenario": name, ...}: begin, any of the others, end. */
void report_begin(const char *scenario);
void report_number(const char *name, double value);

/* "count", "seconds", "per_second", "server_cores", and of each one "server_us" and
 * "generator_us". */
void report_cost(const struct meter *m, uint64_t count);

/* "p50_us", "p99_us", "max_us" */
void report_latency(const struct histogram *h);
void report_faults(const struct faults *f);
void report_end(void);

#endif
