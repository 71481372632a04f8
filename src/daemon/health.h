/* SPDX-License-Identifier: MIT
 *
 * What those who watch the server ask for over HTTP: /healthz (it answers at all), /readyz
 * (it can serve: it is not about to stop, and its store takes writes), /metrics.
 */
#ifndef DAEMON_HEALTH_H
#define DAEMON_HEALTH_H

#include "http/http.h"

extern const struct http_routes health_routes;

/* From now on the server is not ready. Any thread. */
void health_drain(void);

#endif
