/* SPDX-License-Identifier: MIT */
#include "transport/metering.h"

static const struct metric metrics[TRANSPORT_METRICS] = {
	[CONNECTIONS] = { "connections", GAUGE, "connections", "Connections that are open." },
	[CONNECTIONS_ACCEPTED] = { "connections_accepted", COUNTER, "connections",
	    "Connections that listeners accepted." },
	[CONNECTIONS_REFUSED] = { "connections_refused", COUNTER, "connections",
	    "Connections that were closed at once because a bound was reached." },
	[CONNECTIONS_SLOW] = { "connections_slow", COUNTER, "connections",
	    "Connections that were ended because the peer did not read." },
	[CONNECTIONS_SILENT] = { "connections_silent", COUNTER, "connections",
	    "Connections that did not say in time which protocol they speak." },
	[CONNECTIONS_UNRECOGNISED] = { "connections_unrecognised", COUNTER, "connections",
	    "Connections that began with a protocol which is not spoken where they came." },
	[PROXY_HEADERS_REFUSED] = { "proxy_headers_refused", COUNTER, "connections",
	    "Connections of proxies whose header was none, and headers where none is "
	    "expected." },
	[BYTES_RECEIVED] = { "bytes_received", COUNTER, "bytes",
	    "Bytes read from connections, with TLS." },
	[BYTES_SENT] = { "bytes_sent", COUNTER, "bytes",
	    "Bytes written to connections, with TLS." },
	[TLS_HANDSHAKES] = { "tls_handshakes", COUNTER, "handshakes",
	    "Full TLS handshakes that ended well." },
	[TLS_RESUMED] = { "tls_resumed", COUNTER, "handshakes",
	    "TLS handshakes that a ticket made short." },
	[TLS_FAILED] = { "tls_failed", COUNTER, "connections",
	    "TLS handshakes and sessions that failed." },
};

int metering_ids[TRANSPORT_METRICS];

void
metering_begin(void)
{
	for (int i = 0; i < TRANSPORT_METRICS; i++)
		metering_ids[i] = metric_register(&metrics[i]);
}
