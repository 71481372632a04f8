/* SPDX-License-Identifier: MIT
 *
 * What is counted of the relay.
 */
#ifndef MEDIA_METERING_H
#define MEDIA_METERING_H

#include "base/metrics.h"

enum turn_metric {
	TURN_ALLOCATIONS,
	TURN_ALLOCATED,
	TURN_REFUSED,
	TURN_UNANSWERED,
	TURN_BINDINGS,
	TURN_STREAMS,
	TURN_PACKETS_OUT,
	TURN_PACKETS_IN,
	TURN_BYTES,
	TURN_LOST,
	TURN_METRICS
};

extern int turn_metric_ids[TURN_METRICS];

void turn_metering_begin(void);

static inline void
turn_metered(enum turn_metric m, int64_t n)
{
	metric_add(turn_metric_ids[m], n);
}

#endif
