/* SPDX-License-Identifier: MIT
 *
 * The timer wheel of a worker. For this folder only; everybody else uses timer_set().
 *
 * Eight rings of 256 slots. A slot of ring n is 8^n ms wide, so the rings reach a quarter of
 * a second, two, sixteen, 131 seconds, 17 minutes, 2, 18 and 148 hours. A timer goes into the
 * innermost ring that reaches it, at the first slot that begins when it is due or later, and
 * stays there: it fires at most a thirty-first of its delay late, and setting and stopping
 * cost the same few instructions for any number of timers. A bit per slot says whether
 * there are timers in it, so empty slots cost nothing, also when the clock leaps.
 */
#ifndef LOOP_WHEEL_H
#define LOOP_WHEEL_H

#include "loop/worker.h"

enum { WHEEL_RINGS = 8, WHEEL_SLOTS = 256 };

#define WHEEL_NEVER INT64_MAX

struct wheel {
	msec_t at;       /* all slots up to this moment have been run */
	struct list due; /* timer.in_wheel: taken from their slots, about to fire */
	uint64_t in_use[WHEEL_RINGS][WHEEL_SLOTS / 64]; /* may be set for an empty slot */
	struct list slots[WHEEL_RINGS][WHEEL_SLOTS];    /* timer.in_wheel */
};

void wheel_init(struct wheel *w, msec_t now);

/* When the next slot in use begins, WHEEL_NEVER when there is none. */
msec_t wheel_next(const struct wheel *w);

/* Fires what is due up to `now`, in the order of the slots. False: no slot was in use. */
bool wheel_run(struct wheel *w, msec_t now);

#endif
