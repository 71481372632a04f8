/* SPDX-License-Identifier: MIT
 *
 * How long to leave a push service alone that could not do what it was asked.
 */
#ifndef MODULES_PUSH_BACKOFF_H
#define MODULES_PUSH_BACKOFF_H

#include "base/time.h"

enum {
	BACKOFF_FIRST_MS = 5 * 1000,
	BACKOFF_MOST_MS = 60 * 60 * 1000,
	BACKOFF_ASKED_MOST_MS = 24 * 60 * 60 * 1000,
};

/*
 * Twice as long with each failure in a row, up to an hour, and up to a quarter more by chance,
 * so that those who failed together do not come back together. Longer when the service asked
 * for it, up to a day.
 *
 * failures  1 or more
 * asked_ms  by Retry-After; 0: it did not
 */
msec_t backoff_ms(unsigned failures, msec_t asked_ms, uint64_t chance);

#endif
