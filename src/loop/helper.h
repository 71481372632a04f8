/* SPDX-License-Identifier: MIT
 *
 * Helper threads for what is slow (password hashing, LDAP): the work runs on one of them,
 * the answer comes back through the mailbox of the worker that asked.
 */
#ifndef LOOP_HELPER_H
#define LOOP_HELPER_H

#include "loop/worker.h"

/* threads: 1 to 64. max_waiting: jobs that may queue before helper_run refuses. */
MUST_CHECK enum status helpers_start(unsigned threads, unsigned max_waiting);

/* Finishes the jobs that were accepted and ends the threads; before workers_stop. */
void helpers_stop(void);

/*
 * work(job) runs on a helper, then done(job) on the calling worker. The job belongs to the
 * helper in between.
 *
 * E_LIMIT  too many jobs are waiting, or the helpers have ended
 */
MUST_CHECK enum status helper_run(void *job, void (*work)(void *job), void (*done)(void *job));

#endif
