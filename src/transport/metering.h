/* SPDX-License-Identifier: MIT
 *
 * What this folder counts.
 */
#ifndef TRANSPORT_METERING_H
#define TRANSPORT_METERING_H

#include "base/metrics.h"

enum transport_metric {
	CONNECTIONS,
	CONNECTIONS_ACCEPTED,
	CONNECTIONS_REFUSED,
	CONNECTIONS_SLOW,
	CONNECTIONS_SILENT,
	CONNECTIONS_UNRECOGNISED,
	PROXY_HEADERS_REFUSED,
	BYTES_RECEIVED,
	BYTES_SENT,
	TLS_HANDSHAKES,
	TLS_RESUMED,
	TLS_FAILED,
	TRANSPORT_METRICS
};

/* Makes them known; called by transport_new, again does nothing. */
void metering_begin(void);

extern int metering_ids[TRANSPORT_METRICS];

static inline void
transport_metered(enum transport_metric m, int64_t n)
{
	metric_add(metering_ids[m], n);
}

#endif
