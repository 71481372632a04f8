/* SPDX-License-Identifier: MIT
 *
 * Helper threads for what is slow: the work runs on one of them, the answer comes back through
 * the mailbox of the worker that asked. There are two crews, so that what waits for others
 * keeps nothing waiting that only has to be computed.
 */
#ifndef LOOP_HELPER_H
#define LOOP_HELPER_H

#include "loop/worker.h"

/* threads: of those that compute, 1 to 64; the others are few. max_waiting: jobs of each crew
 * that may queue before helper_run refuses. */
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

/* The same for work that mostly waits, perhaps for long (name servers, LDAP). */
MUST_CHECK enum status helper_run_waiting(
    void *job, void (*work)(void *job), void (*done)(void *job));

#endif
