/* SPDX-License-Identifier: MIT */
#include "loop/clock.h"

#include <stdatomic.h>

#include "loop/inside.h"

static _Atomic usec_t turned_us, set_us;

static usec_t
read_us(clockid_t which)
{
	struct timespec t;
	int failed = clock_gettime(which, &t);

	assert(!failed);
	(void)failed;
	return (usec_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 +
	       atomic_load_explicit(&turned_us, memory_order_relaxed);
}

usec_t
clock_monotonic_us(void)
{
	/* Never the first millisecond after boot: 0 is what a stopped timer is due at. */
	return read_us(CLOCK_MONOTONIC) + 1000;
}

usec_t
clock_wall_us(void)
{
	return read_us(CLOCK_REALTIME) + atomic_load_explicit(&set_us, memory_order_relaxed);
}

void
loop_turn_clock(msec_t forward_ms)
{
	assert(forward_ms >= 0);
	atomic_fetch_add(&turned_us, forward_ms * 1000);
	workers_wake_all();
}

void
loop_set_wall_clock(msec_t by_ms)
{
	atomic_fetch_add(&set_us, by_ms * 1000);
	workers_wake_all();
}

msec_t
loop_now_ms(void)
{
	return this_worker ? this_worker->now_ms : clock_monotonic_us() / 1000;
}

usec_t
loop_wall_us(void)
{
	return this_worker ? this_worker->wall_us : clock_wall_us();
}
