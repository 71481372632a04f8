/* SPDX-License-Identifier: MIT
 *
 * For tests: all workers on one thread, turn by turn, instead of workers_start. What happens
 * then depends on the test alone: letters, timers and descriptors of every worker are served
 * in the same order each time.
 *
 *     workers_init(2);
 *     loop_drive_as(0);            // from here on this thread is worker 0
 *     timer_set(&t, 60 * 1000);
 *     loop_turn_clock(70 * 1000);
 *     loop_drive();                // t fires
 *     loop_drive_end();
 *     workers_fini();
 */
#ifndef LOOP_DRIVE_H
#define LOOP_DRIVE_H

#include "base/lang.h"

/* The calling thread acts as that worker until told otherwise. */
void loop_drive_as(unsigned worker);
void loop_drive_end(void);

/* Turns of all workers until none has anything left to do at this moment. A level-triggered
 * descriptor that is ready and left so is something to do, again and again. */
void loop_drive(void);

/* The same, waiting for what other threads, timers or descriptors bring, until it happened. */
void loop_drive_until(const bool *happened);

#endif
