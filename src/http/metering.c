/* SPDX-License-Identifier: MIT
 *
 * What this folder counts and logs.
 */
#include "base/log.h"
#include "http/inside.h"

enum {
	CONNECTIONS,
	ANSWERS_1XX, /* and those of the other classes behind it */
	ANSWERS_5XX = ANSWERS_1XX + 4,
	BODY_BYTES_RECEIVED,
	BYTES_ANSWERED,
	ANSWER_TIME,
	METRICS
};

static const struct metric metrics[METRICS] = {
	[CONNECTIONS] = { "http_connections", GAUGE, "connections",
	    "Connections that speak HTTP now." },
	[ANSWERS_1XX] = { "http_answers_1xx", COUNTER, "answers",
	    "Requests that became another protocol (WebSocket)." },
	[ANSWERS_1XX + 1] = { "http_answers_2xx", COUNTER, "answers",
	    "Requests that were answered well." },
	[ANSWERS_1XX + 2] = { "http_answers_3xx", COUNTER, "answers",
	    "Requests that were sent elsewhere, or whose answer the client has." },
	[ANSWERS_1XX + 3] = { "http_answers_4xx", COUNTER, "answers",
	    "Requests that were refused." },
	[ANSWERS_5XX] = { "http_answers_5xx", COUNTER, "answers",
	    "Requests that the server could not serve." },
	[BODY_BYTES_RECEIVED] = { "http_body_bytes_received", COUNTER, "bytes",
	    "Bytes in the bodies of requests." },
	[BYTES_ANSWERED] = { "http_bytes_answered", COUNTER, "bytes",
	    "Bytes of answers, with their heads." },
	[ANSWER_TIME] = { "http_answer_time", HISTOGRAM, "microseconds",
	    "From the head of a request to the last byte of its answer being queued." },
};

static int ids[METRICS];

void
http_metering_begin(void)
{
	for (int i = 0; i < METRICS; i++)
		ids[i] = metric_register(&metrics[i]);
}

void
http_metered_connections(int n)
{
	metric_add(ids[CONNECTIONS], n);
}

void
http_metered_exchange(const struct exchange *e, uint64_t took_us)
{
	const struct http_route *r = e->x.route;

	assert(e->status >= 100 && e->status < 600);
	metric_add(ids[ANSWERS_1XX + (int)(e->status / 100) - 1], 1);
	metric_add(ids[BODY_BYTES_RECEIVED], (int64_t)e->body_got);
	metric_add(ids[BYTES_ANSWERED], (int64_t)e->sent);
	metric_observe(ids[ANSWER_TIME], took_us);
	/* Paths and queries may hold secrets: the route says enough. */
	log_debug("http.answered", LOG_STR("address", e->x.address),
	    LOG_STR("method", http_method_name(e->x.method)),
	    LOG_STR("route", r ? r->path : S("-")), LOG_U64("status", e->status),
	    LOG_U64("bytes", e->sent), LOG_U64("us", took_us));
}
