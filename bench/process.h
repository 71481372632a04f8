/* SPDX-License-Identifier: MIT
 *
 * What the processes of a server use: those that are named and all their descendants.
 */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <sys/types.h>

#include "base/str.h"

enum { PROCESS_ROOTS_MAX = 8 };

struct processes {
	pid_t roots[PROCESS_ROOTS_MAX];
	size_t n; /* 0: nothing is measured, all figures are 0 */
};

/* User and system time so far, by the scheduler's clock; of children that ended and were
 * waited for too. */
uint64_t processes_cpu_ns(const struct processes *p);

/* Memory, each shared page divided by the number of those that share it. */
uint64_t processes_pss_bytes(const struct processes *p);

/* True while every root runs. */
bool processes_alive(const struct processes *p);

/* CPU time of the caller. */
uint64_t process_own_cpu_ns(void);

/* Monotonic time. */
uint64_t now_ns(void);

#endif
