/* SPDX-License-Identifier: MIT */
#include "modules/push/backoff.h"

#include "base/lang.h"

msec_t
backoff_ms(unsigned failures, msec_t asked_ms, uint64_t chance)
{
	msec_t wait = BACKOFF_FIRST_MS;

	assert(failures > 0);
	while (--failures > 0 && wait < BACKOFF_MOST_MS)
		wait *= 2;
	if (wait > BACKOFF_MOST_MS)
		wait = BACKOFF_MOST_MS;
	if (asked_ms > BACKOFF_ASKED_MOST_MS)
		asked_ms = BACKOFF_ASKED_MOST_MS;
	if (asked_ms > wait)
		wait = asked_ms;
	return wait + (msec_t)(chance % (uint64_t)(wait / 4 + 1));
}
