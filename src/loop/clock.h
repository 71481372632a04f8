/* SPDX-License-Identifier: MIT
 *
 * For tests: the loop's clock can be turned forward.
 */
#ifndef LOOP_CLOCK_H
#define LOOP_CLOCK_H

#include "base/time.h"

/*
 * Turns both clocks of all workers forward, for the rest of the process's life. Takes effect
 * with each worker's next turn, which this brings about. Any thread may call it, once
 * workers_init was called.
 */
void loop_turn_clock(msec_t forward_ms);

/* Sets the wall clock alone, forward or (negative) back, as its owner might. */
void loop_set_wall_clock(msec_t by_ms);

#endif
