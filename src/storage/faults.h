/* SPDX-License-Identifier: MIT
 *
 * For tests: makes a store fail at a chosen call, to see what those do who use it. Works
 * with every back end and leaves nothing half done, as a real failure would not.
 *
 *     for (unsigned n = 1;; n++) {
 *             store_fail(s, FAULT_COMMIT, n, E_FULL);
 *             ... the scenario; every answer is OK or E_FULL, and what is kept agrees ...
 *             if (store_fault_is_armed(s, FAULT_COMMIT))
 *                     break;       // it no longer makes n calls
 *     }
 */
#ifndef STORAGE_FAULTS_H
#define STORAGE_FAULTS_H

#include "storage/store.h"

enum store_fault {
	FAULT_WRITE,  /* one batch is refused; those of the same group are not */
	FAULT_COMMIT, /* one group is lost: all its batches fail */
	FAULT_READ,   /* one read fails */
	FAULT_FILE,   /* one call on a blob's file fails */
	FAULTS
};

/* The nth call from now, 1 being the next, fails with that status; 0 disarms. Any thread. */
void store_fail(struct store *s, enum store_fault what, unsigned nth, enum status as);

/* The same, and all calls after it as well, until it is disarmed: a disk that is full. */
void store_fail_from(struct store *s, enum store_fault what, unsigned nth, enum status as);

/* True while the call that is to fail has not been made. */
bool store_fault_is_armed(const struct store *s, enum store_fault what);

#endif
