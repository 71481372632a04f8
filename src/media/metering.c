/* SPDX-License-Identifier: MIT */
#include "media/metering.h"

static const struct metric metrics[TURN_METRICS] = {
	[TURN_ALLOCATIONS] = { "turn_allocations", GAUGE, "allocations",
	    "Relayed addresses that are held." },
	[TURN_ALLOCATED] = { "turn_allocated", COUNTER, "allocations",
	    "Relayed addresses that were given out." },
	[TURN_REFUSED] = { "turn_refused", COUNTER, "requests",
	    "Requests to the relay that are refused." },
	[TURN_UNANSWERED] = { "turn_unanswered", COUNTER, "requests",
	    "Those of them that got no answer: too many from one address without "
	    "credentials." },
	[TURN_BINDINGS] = { "turn_bindings", COUNTER, "requests",
	    "Clients that asked for their own address (STUN)." },
	[TURN_STREAMS] = { "turn_streams", GAUGE, "connections",
	    "Clients of the relay that came over TCP or TLS." },
	[TURN_PACKETS_OUT] = { "turn_packets_out", COUNTER, "packets",
	    "Packets that were relayed from clients to peers." },
	[TURN_PACKETS_IN] = { "turn_packets_in", COUNTER, "packets",
	    "Packets that were relayed from peers to clients." },
	[TURN_BYTES] = { "turn_bytes", COUNTER, "bytes", "Bytes of relayed packets." },
	[TURN_LOST] = { "turn_lost", COUNTER, "packets",
	    "Packets that were not relayed: not permitted, above the rate, or no room in a "
	    "socket." },
};

int turn_metric_ids[TURN_METRICS];

void
turn_metering_begin(void)
{
	for (int i = 0; i < TURN_METRICS; i++)
		turn_metric_ids[i] = metric_register(&metrics[i]);
}
